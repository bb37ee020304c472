//! Parses variable references, `${...}`.

use super::parameter;
use super::problem::Problem;
use super::{Filling, Given, GivenText, Origin, Values};
use mlship_text::secrets::{KnownSecrets, is_secret_name, is_secret_under, is_secret_value};

/// How deep a default may hold references of its own.
pub(super) const DEEPEST: usize = 8;

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

/// Returns the value of what stands between `${` and `}`.
pub(super) fn resolve(inner: &str, values: &dyn Values) -> Result<Filled, Problem> {
    resolve_within(inner, values, DEEPEST)
}

/// What a reference became.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) text: String,
    /// What of it variables with secret names filled in.
    pub(super) secrets: Vec<String>,
    /// What of it is said to be secret.
    pub(super) declared: Vec<String>,
    /// The variables that defaults stand in for, each with its own.
    pub(super) defaults: Vec<(String, String)>,
    /// The parameters in it, whether or not they are known.
    pub(super) parameters: Vec<String>,
    /// The variables that were set, and by whom.
    pub(super) origins: Vec<(String, Origin)>,
}

impl Filled {
    /// Adds a part.
    pub(super) fn push(&mut self, part: Self) {
        self.text.push_str(&part.text);
        self.secrets.extend(part.secrets);
        self.declared.extend(part.declared);
        self.defaults.extend(part.defaults);
        self.origins.extend(part.origins);
        self.parameters.extend(part.parameters);
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
        for secret in &self.declared {
            known.declare(secret);
        }
        if !self.declared.is_empty() {
            known.declare_field(&self.text);
        }
        if self.secrets.iter().any(|secret| !secret.is_empty()) {
            known.add_field(&self.text);
        }
    }

    /// Returns what whoever points at it is told of where it comes from.
    pub(super) fn filling(&self) -> Option<Filling> {
        let mut told: Vec<String> = Vec::new();
        for (name, origin) in &self.origins {
            let words = format!("`{name}` is from {origin}");
            if !told.contains(&words) {
                told.push(words);
            }
        }
        let is_secret = !self.declared.is_empty() || !self.secrets.is_empty();
        (is_secret || !told.is_empty()).then(|| Filling {
            origins: told.join(", "),
            is_secret,
        })
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
            ..Self::default()
        }
    }
}

/// What a parameter holds, or itself where that is not known.
fn of_parameter(name: &str, values: &dyn Values) -> Filled {
    let Some(text) = values.parameter(name) else {
        return Filled {
            text: format!("${{{}{name}}}", parameter::PREFIX),
            parameters: vec![name.to_owned()],
            ..Filled::default()
        };
    };
    let path = name.split(':').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_secret = text.is_secret || is_secret_value(&text.text);
    let filled = given(name, GivenText { is_secret, ..text });
    Filled {
        parameters: vec![name.to_owned()],
        ..Filled::by(last, filled)
    }
}

/// A variable's value, whatever its name makes of it.
fn given(name: &str, given: GivenText) -> Filled {
    let GivenText {
        text,
        is_secret,
        origin,
    } = given;
    let declared = if is_secret {
        vec![text.clone()]
    } else {
        Vec::new()
    };
    Filled {
        text,
        declared,
        origins: vec![(name.to_owned(), origin)],
        ..Filled::default()
    }
}

fn resolve_within(inner: &str, values: &dyn Values, depth: usize) -> Result<Filled, Problem> {
    if let Some(written) = inner.strip_prefix(parameter::PREFIX) {
        return parameter::name(written).map(|name| of_parameter(name, values));
    }
    let end = inner
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .unwrap_or(inner.len());
    let (name, operator) = inner.split_at(end);
    if name.is_empty() || name.starts_with(|character: char| character.is_ascii_digit()) {
        return Err(Problem::Malformed);
    }
    let (text, unset) = match values.variable(name) {
        Given::Text(text) => (Some(text), None),
        Given::Nothing => (None, None),
        Given::Null(origin) => {
            let name = name.to_owned();
            (None, Some(Problem::Null { name, origin }))
        }
        Given::Structure(origin) => {
            let name = name.to_owned();
            return Err(Problem::Structure { name, origin });
        }
        Given::Unknown => {
            let name = name.to_owned();
            return Err(Problem::Unknown { name });
        }
    };
    let is_empty = text.as_ref().is_some_and(|given| given.text.is_empty());
    // As in a shell, the colon makes an empty value count as none. A secret that a pipeline lacks
    // comes as an empty value, too: nobody's password is nothing.
    let is_none = is_empty && (!operator.is_empty() || is_secret_name(name));
    let value = text.filter(|_| !is_none).map(|text| given(name, text));
    let filled = |value| Filled::by(name, value);
    if operator.is_empty() {
        return value.map(filled).ok_or_else(|| {
            unset.unwrap_or_else(|| Problem::Unset {
                name: name.to_owned(),
                is_empty,
            })
        });
    }
    if let Some(default) = operator.strip_prefix(":-") {
        // A default that stands in the file is no less secret.
        return value
            .map_or_else(|| stand_in(name, default, values, depth), Ok)
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
    values: &dyn Values,
    depth: usize,
) -> Result<Filled, Problem> {
    let mut filled = expand_default(default, values, depth)?;
    let value = filled.text.clone();
    filled.defaults.push((name.to_owned(), value));
    Ok(filled)
}

fn expand_default(default: &str, values: &dyn Values, depth: usize) -> Result<Filled, Problem> {
    if depth == 0 {
        return Err(Problem::TooDeep);
    }
    let mut text = Filled::default();
    for piece in pieces(default) {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Reference { inner, .. } => {
                text.push(resolve_within(inner, values, depth - 1)?);
            }
            Piece::Unclosed { .. } => return Err(Problem::Unclosed),
        }
    }
    Ok(text)
}
