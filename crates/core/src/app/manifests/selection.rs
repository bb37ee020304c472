//! Which of many manifests a command is for.

use std::fmt;
use std::str::FromStr;

use crate::release::ids::ClusterName;
use mlship_manifest::ModelRelease;

/// What a manifest must say to be one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    key: String,
    /// What the value is like; `*` stands for any text.
    value: String,
}

impl Selector {
    /// Says whether a release is one of them.
    #[must_use]
    pub fn selects(&self, release: &ModelRelease) -> bool {
        let value = match &*self.key {
            "name" => Some(&*release.service.name),
            "cluster" => {
                let cluster = ClusterName::new(&release.service.cluster);
                return is_like(&self.value, cluster.short());
            }
            "model" => Some(&*release.model.name),
            tag => release.tags.get(tag).map(String::as_str),
        };
        value.is_some_and(|value| is_like(&self.value, value))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}={}", self.key, self.value)
    }
}

impl FromStr for Selector {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok(Self {
                key: key.to_owned(),
                value: value.to_owned(),
            }),
            Some(_) | None => Err("write KEY=VALUE, where KEY is name, cluster, model or a tag"),
        }
    }
}

/// Says whether a text is like a pattern, in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("fraud", "fraud"),
            ("fraud-*", "fraud-scorer"),
            ("*", ""),
            ("*-v2", "fraud-v2"),
            ("a*b*c", "a1bb2c"),
            ("a**b", "ab"),
        ] {
            check(pattern, text, true);
        }
        for (pattern, text) in [
            ("fraud", "fraud-scorer"),
            ("", "fraud"),
            ("*-v2", "fraud-v2-old"),
            ("ab*ba", "aba"),
            ("a*b*c", "acb"),
        ] {
            check(pattern, text, false);
        }
    }

    #[test]
    fn a_selector_has_a_key_and_a_value() {
        assert!("team".parse::<Selector>().is_err());
        assert!("=risk".parse::<Selector>().is_err());
        assert!("team=a=b".parse::<Selector>().is_ok());
    }
}
