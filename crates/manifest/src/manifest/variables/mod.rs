//! Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in string values; `$${` is a
//! literal `${`.
//!
//! Works on the tree, after parsing, so that a value can never change the structure. Keys stay as
//! they are. Reads no environment and no files: the values are handed in. What is secret of them,
//! by their names or by what is said of them, is remembered, so that nothing shows it; and whatever
//! points at a value says where it comes from.

mod files;
mod given;
mod parameter;
mod problem;
mod reference;

use std::ops::Range;
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::node::{Kind, Node, Style};
use super::path;
use super::source::{Filling, Span};
pub use files::VariableFiles;
pub use given::{Given, GivenText, Origin, Values};
use mlship_text::secrets::{KnownSecrets, is_secret_name};
pub use parameter::Unresolved;
use problem::Problem;
use reference::{Filled, Piece, pieces};

/// Says whether a text has anything to replace.
pub(super) fn mentions_variable(text: &str) -> bool {
    text.contains("${")
}

/// A default that stands in for a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedDefault {
    /// The variable.
    pub variable: String,
    /// What stands in for it.
    pub value: String,
    /// The value that it is a part of.
    pub(super) at: Range<usize>,
}

/// Where parameters can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameters {
    /// In what a release is made of.
    InRelease,
    /// Nowhere.
    Nowhere,
}

/// What expanding a tree came to, beside the tree.
pub(super) struct Expansion<'a> {
    pub(super) values: &'a dyn Values,
    pub(super) parameters: Parameters,
    pub(super) known: &'a mut KnownSecrets,
    /// The defaults that stand in for variables.
    pub(super) defaults: &'a mut Vec<UsedDefault>,
    /// The parameters whose values are not known.
    pub(super) unresolved: Vec<Unresolved>,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl Expansion<'_> {
    /// Replaces the variables of a tree, and reports every one that is not set.
    ///
    /// A scalar with a problem becomes `Unresolved`, so that nobody complains about its text, too.
    pub(super) fn expand(&mut self, node: &mut Node, field: &str) {
        match &mut node.kind {
            Kind::Sequence(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.expand(item, &path::item(field, index));
                }
            }
            Kind::Mapping(entries) => {
                for entry in entries {
                    let before = self.found.len();
                    self.expand(&mut entry.value, &path::member(field, &entry.key.text));
                    if is_secret_name(&entry.key.text) {
                        self.found[before..]
                            .iter_mut()
                            .for_each(drop_default_from_message);
                    }
                }
            }
            Kind::String(text) if mentions_variable(text) => {
                let text = text.clone();
                node.kind = match expand_text(node, &text, self.values, self.found) {
                    Some(filled) => self.fill(node, filled, text, field),
                    None => Kind::Unresolved(text),
                };
                if node.style == Style::Plain {
                    node.style = Style::Replaced;
                }
            }
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::String(_)
            | Kind::Unresolved(_) => {}
        }
    }

    fn fill(&mut self, node: &mut Node, filled: Filled, text: String, field: &str) -> Kind {
        filled.note(self.known);
        let takes_none = self.parameters == Parameters::Nowhere || parameter::is_said_here(field);
        if takes_none && !filled.parameters.is_empty() {
            let problem = Problem::ParameterHere.explain();
            self.found.push(problem.at(node.span.clone()));
            return Kind::Unresolved(text);
        }
        let unknown = filled
            .parameters
            .iter()
            .filter(|name| self.values.parameter(name).is_none());
        self.unresolved.extend(unknown.map(|name| Unresolved {
            name: name.clone(),
            field: field.to_owned(),
            at: node.span.clone(),
        }));
        let filling = filled.filling();
        let used = filled.defaults.into_iter();
        self.defaults
            .extend(used.map(|(variable, value)| UsedDefault {
                variable,
                value,
                at: node.span.range(),
            }));
        node.span = node.span.clone().filled(filling.map(Arc::new));
        Kind::String(filled.text)
    }
}

/// What a reference under a name that sounds secret says beside the variable may be the secret.
fn drop_default_from_message(finding: &mut Diagnostic) {
    if let Some((said, _)) = finding.message.split_once(" is not set: ") {
        finding.message = format!("{said} is not set");
    }
}

fn expand_text(
    node: &Node,
    text: &str,
    values: &dyn Values,
    found: &mut Vec<Diagnostic>,
) -> Option<Filled> {
    let mut replaced = Filled::default();
    let mut whole = true;
    for piece in pieces(text) {
        let outcome = match piece {
            Piece::Text(text) => Ok(Filled::from(text.to_owned())),
            Piece::Reference { at, inner } => {
                reference::resolve(inner, values).map_err(|problem| (at, inner, problem))
            }
            Piece::Unclosed { at } => Err((at, "", Problem::Unclosed)),
        };
        match outcome {
            Ok(filled) => replaced.push(filled),
            Err((at, inner, problem)) => {
                whole = false;
                // Where no variable can stand, it does not matter whether this one is set.
                let is_news = !found
                    .iter()
                    .any(|finding| finding.span.as_ref() == Some(&node.span));
                if is_news || !problem.is_of_value() {
                    found.push(problem.explain().at(place(node, text, at, inner)));
                }
            }
        }
    }
    whole.then_some(replaced)
}

/// Returns the place of a reference within its scalar, or of the scalar when that is not known.
fn place(node: &Node, text: &str, at: usize, inner: &str) -> Span {
    let before = text[..at].matches("${").count();
    let raw = node.raw();
    let in_raw = raw.match_indices("${").nth(before).map(|(start, _)| start);
    let aliased = node.span.range() != node.written && !node.span.range().is_empty();
    match in_raw {
        // Escapes may have changed the text; then the places are not comparable.
        Some(start) if !aliased && raw.matches("${").count() == text.matches("${").count() => {
            let start = node.written.start + start;
            let length = "${".len() + inner.len() + "}".len();
            let end = (start + length).min(node.written.end);
            Span::new(node.span.source(), start..end)
        }
        _ => node.span.clone(),
    }
}

#[cfg(test)]
mod tests;
