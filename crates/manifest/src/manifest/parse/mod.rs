//! From text to a tree: the only module that knows the YAML library.
//!
//! Booleans are strict (YAML 1.2), duplicate keys are errors, and size, depth and aliases are
//! bounded. What the fields mean is not known here.

mod failure;
mod raw;

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::options::{AliasLimits, DuplicateKeyPolicy};
use serde_saphyr::{Location, NonFiniteFloatPolicy, Options, Spanned};

use self::raw::{DEEPEST, Raw};
use super::diagnostic::Diagnostic;
use super::node::{Entry, Key, Kind, Node, Style};
use super::redaction;
use super::schema_check;
use super::source::{Source, Span};
use crate::manifest::Code;

/// The most bytes a manifest may have.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
/// The most values a manifest may have, aliases expanded.
const MOST_NODES: usize = 20_000;

/// Reads one document. Duplicate keys are reported in `found` and don't end the reading.
pub(super) fn parse(source: &Arc<Source>, found: &mut Vec<Diagnostic>) -> Option<Node> {
    let Tree { root, is_whole } = tree(source, found)?;
    if is_whole {
        source.conceal(redaction::concealed(&root));
    }
    Some(root)
}

/// A document whose source doesn't know yet what of it no snippet may show.
pub(super) struct Tree {
    pub(super) root: Node,
    /// Whether everything written is in the tree.
    pub(super) is_whole: bool,
}

/// Reads one document, and conceals nothing of it.
pub(super) fn tree(source: &Arc<Source>, found: &mut Vec<Diagnostic>) -> Option<Tree> {
    if let Some(refused) = refuse(source) {
        found.push(refused);
        return None;
    }
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(source.text(), options()) {
        Ok(root) => {
            let mut reader = Reader {
                source,
                found,
                whole: !source.text().contains("<<"),
            };
            let root = reader.node(root, Location::UNKNOWN);
            let is_whole = reader.whole;
            Some(Tree { root, is_whole })
        }
        Err(error) => {
            found.push(failure::translate(&error, source));
            None
        }
    }
}

/// Refuses what the YAML library need not see.
fn refuse(source: &Arc<Source>) -> Option<Diagnostic> {
    let text = source.text();
    let whole = Span::new(source, 0..0);
    if text.len() > MOST_BYTES {
        return Some(too_big().at(whole));
    }
    if let Some(at) = text.find('\0') {
        return Some(
            Diagnostic::error(
                Code::BINARY_FILE,
                "the file holds a zero byte, so it is not YAML",
            )
            .at(Span::new(source, at..at + 1))
            .help("a manifest is plain text in UTF-8; check that this is the right file"),
        );
    }
    let says_nothing = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#') || line == "---" || line == "..."
    };
    text.lines().all(says_nothing).then(|| {
        Diagnostic::error(Code::EMPTY_MANIFEST, "the manifest is empty")
            .at(whole)
            .help("start with `apiVersion: mlship/v1` and `kind: ModelRelease`")
    })
}

pub(super) fn too_big() -> Diagnostic {
    Diagnostic::error(Code::MANIFEST_TOO_BIG, "the manifest has more than 1 MiB")
        .help("a manifest is a few kilobytes; check that this is the right file")
}

fn options() -> Options {
    let mut aliases = AliasLimits::default();
    aliases.max_total_replayed_events = 2 * MOST_NODES;
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_nodes: MOST_NODES,
            max_events: 4 * MOST_NODES,
            max_documents: 1,
            max_total_scalar_bytes: MOST_BYTES,
        },
        alias_limits: aliases,
        // Found by `Reader`, which goes on and names both places.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        // The library's snippets echo source lines, and with them secrets.
        with_snippet: false,
    }
}

/// Says whether what became of a plain scalar is not what was written: of a number that no float
/// holds, such as `9e12345`, which may as well be the start of a commit.
fn is_beyond(text: &str, written: Option<&str>) -> bool {
    let digits = written.unwrap_or_default().trim_start_matches(['-', '+']);
    text.trim_start_matches('-') == ".inf"
        && digits.starts_with(|first: char| first.is_ascii_digit())
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    found: &'a mut Vec<Diagnostic>,
    /// Whether everything written is in the tree, so that what it conceals is all there is.
    whole: bool,
}

impl Reader<'_> {
    /// Converts a value; `outer` is where the value around it was used.
    fn node(&mut self, raw: Spanned<Raw>, outer: Location) -> Node {
        let used = raw.referenced;
        // Within an aliased mapping everything is used where the alias stands: point at the
        // definition there, and at the alias only for the aliased value itself.
        let inside_alias = used == outer && raw.defined != used;
        let place = if inside_alias { raw.defined } else { used };
        let written = self.range(raw.defined);
        let style = match &raw.value {
            Raw::Sequence(_) | Raw::Mapping(_) => Style::Quoted,
            _ if self.is_plain(&written) => Style::Plain,
            _ => Style::Quoted,
        };
        let is_number = match &raw.value {
            Raw::String(text) => is_beyond(text, self.source.text().get(written.clone())),
            Raw::Null
            | Raw::Bool(_)
            | Raw::Int(_)
            | Raw::Float(_)
            | Raw::Sequence(_)
            | Raw::Mapping(_) => false,
        };
        let outer = if raw.defined == used {
            Location::UNKNOWN
        } else {
            used
        };
        Node {
            span: Span::new(self.source, self.range(place)),
            written,
            style,
            kind: match raw.value {
                Raw::Null => Kind::Null,
                Raw::Bool(value) => Kind::Bool(value),
                Raw::Int(value) => Kind::Int(value),
                Raw::Float(value) => Kind::Float(value),
                // The library says `.inf` of a number that is too large for it.
                Raw::String(_) if style == Style::Plain && is_number => Kind::Float(f64::INFINITY),
                Raw::String(text) => Kind::String(text),
                Raw::Sequence(items) => Kind::Sequence(
                    items
                        .into_iter()
                        .map(|item| self.node(item, outer))
                        .collect(),
                ),
                Raw::Mapping(pairs) => Kind::Mapping(self.entries(pairs, outer)),
            },
        }
    }

    fn entries(&mut self, pairs: Vec<(Spanned<Raw>, Spanned<Raw>)>, outer: Location) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
        let mut seen = std::collections::HashMap::new();
        for (key, value) in pairs {
            let Some(key) = self.key(key, outer) else {
                self.whole = false;
                continue;
            };
            let value = self.node(value, outer);
            if let Some(first) = seen.get(&key.text) {
                let first: &Span = first;
                self.found.push(
                    Diagnostic::error(
                        Code::DUPLICATE_KEY,
                        format!("`{}` is written twice", schema_check::shorten(&key.text)),
                    )
                    .at(key.span.clone())
                    .help(format!(
                        "it was first written on line {}; keep one",
                        first.line()
                    )),
                );
            } else {
                seen.insert(key.text.clone(), key.span.clone());
            }
            entries.push(Entry { key, value });
        }
        entries
    }

    fn key(&mut self, raw: Spanned<Raw>, outer: Location) -> Option<Key> {
        let node = self.node(raw, outer);
        let text = match &node.kind {
            Kind::String(text) => Some(text.clone()),
            Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => Some(node.raw().to_owned()),
            Kind::Null | Kind::Unresolved(_) | Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        if text.is_none() {
            let message = format!("a key must be text, found {}", node.kind.name());
            self.found.push(
                Diagnostic::error(Code::BAD_KEY, message)
                    .at(node.span.clone())
                    .help("write `name: value`"),
            );
        }
        Some(Key {
            text: text?,
            span: node.span,
        })
    }

    fn range(&self, location: Location) -> Range<usize> {
        failure::range(location, self.source)
    }

    /// Says whether a scalar was written without quotes and not as a block.
    fn is_plain(&self, written: &Range<usize>) -> bool {
        let text = self.source.text();
        let raw = text.get(written.clone()).unwrap_or_default();
        let before = text.get(..written.start).unwrap_or_default();
        !raw.starts_with(['"', '\'']) && !follows_block_header(before)
    }
}

/// Says whether a text ends with the `|` or `>` that opens a block scalar, and its line break.
fn follows_block_header(before: &str) -> bool {
    let Some((header, _indent)) = before.rsplit_once('\n') else {
        return false;
    };
    // Blank lines may stand between the header and the text.
    let header = header.trim_end();
    let line = header.rsplit('\n').next().unwrap_or_default();
    let line = line.split(" #").next().unwrap_or_default();
    line.split_whitespace().next_back().is_some_and(|last| {
        last.starts_with(['|', '>'])
            && last[1..]
                .chars()
                .all(|character| matches!(character, '-' | '+' | '0'..='9'))
    })
}

#[cfg(test)]
mod tests;
