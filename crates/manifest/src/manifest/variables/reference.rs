//! Parses variable references, `${...}`.

use super::super::diagnostic::Diagnostic;
use super::Lookup;
use crate::manifest::Code;
use mlship_text::secrets::{KnownSecrets, is_secret_name, is_secret_under, redact};

/// How deep a default may hold references of its own.
const DEEPEST: usize = 8;

/// A part of a text with variables.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Reference { at: usize, inner: &'a str },
    Unclosed { at: usize },
}

/// Takes a text apart.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    while let Some(found) = text[rest..].find("${") {
        let at = rest + found;
        if text[rest..at].ends_with('$') {
            pieces.push(Piece::Text(&text[rest..at - 1]));
            pieces.push(Piece::Text("${"));
            rest = at + 2;
            continue;
        }
        pieces.push(Piece::Text(&text[rest..at]));
        let Some(length) = closing(&text[at + 2..]) else {
            pieces.push(Piece::Unclosed { at });
            return pieces;
        };
        pieces.push(Piece::Reference {
            at,
            inner: &text[at + 2..at + 2 + length],
        });
        rest = at + 2 + length + 1;
    }
    pieces.push(Piece::Text(&text[rest..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Returns where the `}` is that closes a reference, past those within its default.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0;
    let mut last = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '{' if last == '$' => open += 1,
            '}' if open == 0 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
        last = character;
    }
    None
}

/// Why a reference has no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Unset { name: String, is_empty: bool },
    Required { name: String, message: String },
    Malformed,
    Unclosed,
    TooDeep,
}

/// Returns the value of what stands between `${` and `}`.
pub(super) fn resolve(inner: &str, lookup: Lookup<'_>) -> Result<Filled, Problem> {
    resolve_within(inner, lookup, DEEPEST)
}

/// What a reference became.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) text: String,
    /// What of it variables with secret names filled in.
    pub(super) secrets: Vec<String>,
    /// The variables that defaults stand in for, each with its own.
    pub(super) defaults: Vec<(String, String)>,
}

impl Filled {
    /// Adds a part.
    pub(super) fn push(&mut self, part: Self) {
        self.text.push_str(&part.text);
        self.secrets.extend(part.secrets);
        self.defaults.extend(part.defaults);
    }

    /// Adds text that no variable filled in.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Remembers the secrets, and the field that they are a part of.
    pub(super) fn note(&self, known: &mut KnownSecrets) {
        for secret in &self.secrets {
            known.add(secret);
        }
        if self.secrets.iter().any(|secret| !secret.is_empty()) {
            known.add_field(&self.text);
        }
    }

    /// A name that sounds secret makes a secret of what it stands for, unless that is a switch, a path
    /// or what else is none beside such a name.
    fn by(name: &str, mut filled: Self) -> Self {
        if is_secret_under(name, &filled.text) {
            filled.secrets.push(filled.text.clone());
        }
        filled
    }
}

impl From<String> for Filled {
    fn from(text: String) -> Self {
        Self {
            text,
            secrets: Vec::new(),
            defaults: Vec::new(),
        }
    }
}

fn resolve_within(inner: &str, lookup: Lookup<'_>, depth: usize) -> Result<Filled, Problem> {
    let end = inner
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .unwrap_or(inner.len());
    let (name, operator) = inner.split_at(end);
    if name.is_empty() || name.starts_with(|character: char| character.is_ascii_digit()) {
        return Err(Problem::Malformed);
    }
    let given = lookup(name);
    let is_empty = given.as_deref() == Some("");
    // As in a shell, the colon makes an empty value count as none. A secret that a pipeline lacks
    // comes as an empty value, too: nobody's password is nothing.
    let is_none = is_empty && (!operator.is_empty() || is_secret_name(name));
    let value = given.filter(|_| !is_none).map(Filled::from);
    let filled = |value| Filled::by(name, value);
    if operator.is_empty() {
        return value.map(filled).ok_or_else(|| Problem::Unset {
            name: name.to_owned(),
            is_empty,
        });
    }
    if let Some(default) = operator.strip_prefix(":-") {
        // A default that stands in the file is no less secret.
        return value
            .map_or_else(|| stand_in(name, default, lookup, depth), Ok)
            .map(filled);
    }
    if let Some(message) = operator.strip_prefix(":?") {
        let required = || Problem::Required {
            name: name.to_owned(),
            message: message.trim().to_owned(),
        };
        return value.map(filled).ok_or_else(required);
    }
    Err(Problem::Malformed)
}

fn stand_in(
    name: &str,
    default: &str,
    lookup: Lookup<'_>,
    depth: usize,
) -> Result<Filled, Problem> {
    let mut filled = expand_default(default, lookup, depth)?;
    let value = filled.text.clone();
    filled.defaults.push((name.to_owned(), value));
    Ok(filled)
}

fn expand_default(default: &str, lookup: Lookup<'_>, depth: usize) -> Result<Filled, Problem> {
    if depth == 0 {
        return Err(Problem::TooDeep);
    }
    let mut text = Filled::default();
    for piece in pieces(default) {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Reference { inner, .. } => {
                text.push(resolve_within(inner, lookup, depth - 1)?);
            }
            Piece::Unclosed { .. } => return Err(Problem::Unclosed),
        }
    }
    Ok(text)
}

impl Problem {
    /// Explains the problem.
    pub(super) fn explain(self) -> Diagnostic {
        match self {
            Self::Unset {
                name,
                is_empty: true,
            } => Diagnostic::error(
                Code::UNSET_VARIABLE,
                format!("variable `{name}` is empty, as if it were not set"),
            )
            .help("set it, or write `${NAME:-}` where nothing may stand in its place"),
            Self::Unset {
                name,
                is_empty: false,
            } => Diagnostic::error(
                Code::UNSET_VARIABLE,
                format!("variable `{name}` is not set"),
            )
            .help(format!(
                // With its own name a default of something secret would be taken for one.
                "set it, give a default as in `${{NAME:-default}}`, \
                         or write `$${{{name}}}` for the text itself"
            )),
            // Who wrote `:?` for `:-` gave the secret as the message.
            Self::Required { name, message } if message.is_empty() || is_secret_name(&name) => {
                Diagnostic::error(
                    Code::UNSET_VARIABLE,
                    format!("variable `{name}` is not set"),
                )
                .help("set it; the manifest requires it")
            }
            Self::Required { name, message } => {
                let message = format!("variable `{name}` is not set: {}", redact(&message));
                Diagnostic::error(Code::UNSET_VARIABLE, message)
                    .help("set it; the manifest requires it")
            }
            Self::Malformed => {
                // What is written there may be a secret by mistake, so it is not repeated.
                Diagnostic::error(Code::BAD_VARIABLE, "this is not a reference to a variable").help(
                    "write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, \
                     or `$${` for a literal `${`",
                )
            }
            Self::Unclosed => Diagnostic::error(Code::BAD_VARIABLE, "`${` has no closing `}`")
                .help("close it, or write `$${` for a literal `${`"),
            Self::TooDeep => {
                let message = format!("defaults are nested more than {DEEPEST} deep");
                Diagnostic::error(Code::BAD_VARIABLE, message)
                    .help("give the innermost value a variable of its own")
            }
        }
    }
}
