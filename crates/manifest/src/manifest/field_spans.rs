//! Where each field of a manifest was written.
//!
//! Built once from the tree; later stages ask by path, and get the nearest place that exists.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::node::{Kind, Node};
use super::path;
use super::source::Span;

/// Where each field of a manifest was written, by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    root: Span,
    spans: BTreeMap<String, Span>,
    keys: BTreeMap<String, Span>,
    /// Fields whose values no message may repeat.
    hidden: BTreeSet<String>,
}

impl Places {
    pub(super) fn new(root: &Node) -> Self {
        let mut places = Self {
            root: root.visible(None),
            spans: BTreeMap::new(),
            keys: BTreeMap::new(),
            hidden: BTreeSet::new(),
        };
        places.collect(root, "", None);
        places
    }

    /// Returns the place of a field, or of the nearest written field around it.
    ///
    /// A path is written as in messages: `runtime.cpu`, `runtime.env.MODEL_DIR`,
    /// `network.subnets[0]`, `overrides.service.deploymentController`.
    #[must_use]
    pub fn span(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return span.clone();
            }
            match path::parent(path) {
                Some(around) => path = around,
                None => return self.root.clone(),
            }
        }
    }

    /// Returns the place of a field's name, for when it is the name that is wrong.
    #[must_use]
    pub fn key(&self, path: &str) -> Span {
        let key = self.keys.get(path).cloned();
        key.unwrap_or_else(|| self.span(path))
    }

    /// Says whether a field was written at all, rightly or wrongly.
    #[must_use]
    pub fn is_written(&self, path: &str) -> bool {
        self.spans.contains_key(path)
    }

    /// Says whether no message may repeat a field's value.
    pub(super) fn is_hidden(&self, path: &str) -> bool {
        self.hidden.contains(path)
    }

    /// Returns where fields, what is below them, and the names of all of these were written.
    pub(super) fn within(&self, fields: &[&str]) -> Vec<Range<usize>> {
        let is_in = |path: &str| {
            fields.iter().any(|field| {
                let below = path.strip_prefix(field);
                let above = field.strip_prefix(path);
                below.is_some_and(|below| below.is_empty() || below.starts_with(['.', '[']))
                    || above.is_some_and(|above| above.starts_with('.'))
            })
        };
        let values = self.spans.iter().filter(|(path, _)| is_in(path));
        let names = self.keys.iter().filter(|(path, _)| is_in(path));
        values.chain(names).map(|(_, span)| span.range()).collect()
    }

    /// Returns these places with those of some fields, and of what is below them, from elsewhere.
    pub(super) fn with_fields_of(&self, other: &Self, fields: &[&str]) -> Self {
        let is_below = |path: &str| {
            let mut below = fields.iter().filter_map(|field| path.strip_prefix(field));
            below.any(|below| below.is_empty() || below.starts_with(['.', '[']))
        };
        let mixed = |own: &BTreeMap<String, Span>, other: &BTreeMap<String, Span>| {
            let own = own.iter().filter(|(path, _)| !is_below(path));
            let other = other.iter().filter(|(path, _)| is_below(path));
            let all = own.chain(other);
            all.map(|(path, span)| (path.clone(), span.clone()))
                .collect()
        };
        let own = self.hidden.iter().filter(|path| !is_below(path));
        let hidden = own.chain(other.hidden.iter().filter(|path| is_below(path)));
        Self {
            root: self.root.clone(),
            spans: mixed(&self.spans, &other.spans),
            keys: mixed(&self.keys, &other.keys),
            hidden: hidden.cloned().collect(),
        }
    }

    fn collect(&mut self, node: &Node, path: &str, key: Option<&Span>) {
        if !path.is_empty() {
            self.spans.insert(path.to_owned(), node.visible(key));
        }
        match &node.kind {
            Kind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    let key = item.first_key().or(key);
                    self.collect(item, &path::item(path, index), key);
                }
            }
            Kind::Mapping(entries) => {
                for entry in entries {
                    let path = path::member(path, &entry.key.text);
                    self.keys.insert(path.clone(), entry.key.span.clone());
                    self.collect(&entry.value, &path, Some(&entry.key.span));
                }
            }
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::String(_)
            | Kind::Unresolved(_) => {
                // A variable's value is in the release, its telling name only here.
                if node.is_unrepeatable() {
                    self.hidden.insert(path.to_owned());
                }
            }
        }
    }
}
