//! A YAML document as a tree in which every value and every key knows its place.
//!
//! Holds what was written; never what it should have been.

use std::ops::Range;
use std::sync::Arc;

use super::redaction;
use super::source::{Source, Span};

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where to point when something is wrong with it.
    pub(super) span: Span,
    /// The bytes of a scalar; elsewhere than `span` when an alias stands for it.
    pub(super) written: Range<usize>,
    pub(super) style: Style,
    pub(super) kind: Kind,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes, so that YAML decides about its type.
    Plain,
    /// With quotes or as a block. Sequences and mappings count as this, too.
    Quoted,
    /// Plain text in which a variable was replaced: a string that may become what its field wants.
    Replaced,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    String(String),
    /// Text with a variable that has no value, which was complained about already.
    Unresolved(String),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) value: Node,
}

/// A mapping's key as text, whatever YAML would have made of it.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Node {
    /// Returns the source text of a scalar, quotes included.
    pub(super) fn raw(&self) -> &str {
        let source: &Arc<Source> = self.span.source();
        source.text().get(self.written.clone()).unwrap_or_default()
    }

    /// Says whether no message may repeat a scalar.
    pub(super) fn is_unrepeatable(&self) -> bool {
        let is_secret = self.span.filling().is_some_and(|filling| filling.is_secret);
        is_secret || redaction::unrepeatable(self.raw())
    }

    /// Says whether a mapping or a list is written within `{ }` or `[ ]`.
    pub(super) fn is_flow(&self) -> bool {
        let is_collection = matches!(self.kind, Kind::Mapping(_) | Kind::Sequence(_));
        is_collection && self.raw().starts_with(['{', '['])
    }

    /// Returns a mapping's value by its key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns a mapping's entry by its key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Mapping(entries) => entries.iter().find(|entry| entry.key.text == key),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::String(_)
            | Kind::Unresolved(_)
            | Kind::Sequence(_) => None,
        }
    }

    /// Returns where a mapping's first key is: what shows an item of a list best.
    pub(super) fn first_key(&self) -> Option<&Span> {
        match &self.kind {
            Kind::Mapping(entries) => entries.first().map(|entry| &entry.key.span),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::String(_)
            | Kind::Unresolved(_)
            | Kind::Sequence(_) => None,
        }
    }

    /// Returns the place that says most: the value when it can be seen, else its key.
    pub(super) fn visible(&self, key: Option<&Span>) -> Span {
        let inline = !self.span.range().is_empty() && !self.span.text().starts_with(['{', '[']);
        match (key, &self.kind) {
            (Some(key), _) if !inline => key.clone(),
            // The document itself has no key; its first one shows where it begins.
            (None, Kind::Mapping(entries)) if !inline => entries
                .first()
                .map_or_else(|| self.span.clone(), |first| first.key.span.clone()),
            _ => self.span.clone(),
        }
    }
}

impl Kind {
    /// Names the kind with its article, as a message has it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a decimal number",
            Self::String(_) | Self::Unresolved(_) => "a string",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}
