//! Secrets known by their origin: values of variables with secret names.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::{HIDDEN, harmless, redact, redact_document};

/// Values that are secret whatever they look like. There is no default: whoever knows of none says
/// so, and who has them can't leave them out by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownSecrets {
    /// What is replaced wherever it stands, in the forms that it is written in.
    values: BTreeSet<String>,
    /// Whole texts of fields that a secret is all or part of.
    fields: BTreeSet<String>,
}

impl fmt::Debug for KnownSecrets {
    /// Says how many there are, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KnownSecrets({}, {})",
            self.values.len(),
            self.fields.len()
        )
    }
}

/// Shorter values stand in words that have nothing to do with them.
const LEAST: usize = 8;
/// Of a value that is said to be secret, a word too many is hidden rather than one too few.
const LEAST_DECLARED: usize = 4;

impl KnownSecrets {
    /// Knows of no secret.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            values: BTreeSet::new(),
            fields: BTreeSet::new(),
        }
    }

    /// Returns what is hidden in a document: a container may write it elsewhere by another name.
    #[must_use]
    pub fn of_document(document: &Value) -> Self {
        let mut known = Self::none();
        let shown = redact_document(document, &known).document;
        known.add_hidden(document, &shown);
        known
    }

    fn add_hidden(&mut self, whole: &Value, shown: &Value) {
        match (whole, shown) {
            (Value::String(whole), Value::String(shown)) if whole != shown => {
                // What stays before and behind of it is none.
                let before = shown.split(HIDDEN).next().unwrap_or_default();
                let behind = shown.rsplit(HIDDEN).next().unwrap_or_default();
                let hidden = whole.strip_prefix(before);
                let hidden = hidden.and_then(|rest| rest.strip_suffix(behind));
                self.add(hidden.unwrap_or(whole));
            }
            (Value::Array(whole), Value::Array(shown)) => {
                let pairs = whole.iter().zip(shown);
                pairs.for_each(|(whole, shown)| self.add_hidden(whole, shown));
            }
            (Value::Object(whole), Value::Object(shown)) => {
                for (name, member) in whole {
                    if let Some(shown) = shown.get(name) {
                        self.add_hidden(member, shown);
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds a value that is secret.
    pub fn add(&mut self, value: &str) {
        // Where a secret is found is none.
        if !harmless::is_reference(value) {
            self.add_longer(value, LEAST);
        }
    }

    /// Adds a value that somebody says is secret, whatever it looks like.
    pub fn declare(&mut self, value: &str) {
        self.add_longer(value, LEAST_DECLARED);
        self.declare_field(value);
    }

    /// Adds the whole text of a field that such a value is a part of.
    pub fn declare_field(&mut self, text: &str) {
        if !text.is_empty() {
            self.fields.insert(text.to_owned());
        }
    }

    fn add_longer(&mut self, value: &str, least: usize) {
        // Output is written line by line.
        for part in value.lines().chain([value, value.trim()]) {
            let part = part.trim_end_matches(['\r', '\n']);
            if part.chars().count() >= least && part.chars().any(|c| c != '*') {
                self.values.insert(part.to_owned());
                let quoted = format!("{part:?}");
                self.values.insert(quoted[1..quoted.len() - 1].to_owned());
                if let Ok(json) = serde_json::to_string(part) {
                    self.values.insert(json[1..json.len() - 1].to_owned());
                }
            }
        }
    }

    /// Adds the whole text of a field that a secret is a part of.
    pub fn add_field(&mut self, text: &str) {
        if !text.is_empty() && !harmless::is_reference(text) {
            self.fields.insert(text.to_owned());
        }
    }

    /// Adds what others know.
    pub fn extend(&mut self, others: Self) {
        self.values.extend(others.values);
        self.fields.extend(others.fields);
    }

    /// Returns whether there is nothing to hide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.fields.is_empty()
    }

    /// Returns whether this is the whole text of a field that a secret is a part of.
    #[must_use]
    pub fn is_field(&self, text: &str) -> bool {
        self.fields.contains(text)
    }

    /// Returns a text without what is known and without what looks secret.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // First what is known: of a value that looks secret in part, the rest would stay.
        match self.hide(text) {
            Cow::Borrowed(text) => redact(text),
            Cow::Owned(hidden) => Cow::Owned(redact(&hidden).into_owned()),
        }
    }

    /// Returns a text without the values that are long enough to be told from words.
    #[must_use]
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut hidden = Cow::Borrowed(text);
        // A longer one may hold a shorter one.
        let mut values: Vec<&String> = self.values.iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in values {
            if hidden.contains(value.as_str()) {
                hidden = Cow::Owned(hidden.replace(value.as_str(), HIDDEN));
            }
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A container logs the value of its variable without the variable's name.
    #[test]
    fn what_a_document_hides_is_known_elsewhere() {
        let document = json!({"containerDefinitions": [{"environment": [
            {"name": "DB_PASSWORD", "value": "hunter2secret"},
            {"name": "DB_URL", "value": "postgres://me:0pensesame@db/x"},
            {"name": "LEVEL", "value": "information"},
        ]}]});
        let known = KnownSecrets::of_document(&document);
        for (line, told) in [
            ("connecting with hunter2secret", "connecting with ***"),
            ("login as me, 0pensesame", "login as me, ***"),
            ("level information of db", "level information of db"),
        ] {
            assert_eq!(known.redact(line), told);
        }
    }
}
