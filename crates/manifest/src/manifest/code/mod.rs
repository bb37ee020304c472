//! Every diagnostic's code, with what it means and what to do: the one table of them.
//!
//! A code can't be made anywhere else, so none goes without its words. Where in a manifest
//! something is wrong, and with which value, is the diagnostic's own to say.

use std::fmt;

use serde::{Serialize, Serializer};

mod capacity;
mod containers;
mod experiment;
mod files;
mod fleet;
mod model;
mod preflight;
mod running;
mod runtime;
mod service;
mod strategy;
mod values;

#[cfg(test)]
mod tests;

/// The name of a rule, unique and stable across versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static Entry);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Entry {
    name: &'static str,
    meaning: &'static str,
    fix: &'static str,
}

/// Codes of one subject.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// The codes, in the order in which they are explained.
    pub codes: &'static [Code],
}

/// All codes there are, by subject.
pub const SECTIONS: [Section; 12] = [
    files::SECTION,
    values::SECTION,
    model::SECTION,
    runtime::SECTION,
    service::SECTION,
    strategy::SECTION,
    fleet::SECTION,
    capacity::SECTION,
    containers::SECTION,
    experiment::SECTION,
    running::SECTION,
    preflight::SECTION,
];

impl Code {
    /// A code of no rule.
    #[cfg(test)]
    pub const SAMPLE: Self = Self(&Entry {
        name: "some-code",
        meaning: "",
        fix: "",
    });

    /// Returns the kebab-case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0.name
    }

    /// Returns what it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        self.0.meaning
    }

    /// Returns what to do about it, in a sentence or two.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        self.0.fix
    }

    /// Returns every code.
    pub fn all() -> impl Iterator<Item = Self> {
        SECTIONS.iter().flat_map(|section| section.codes).copied()
    }

    /// Returns the code of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|code| code.0.name == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name)
    }
}

/// Makes constants of `Code`, and the section that lists them.
macro_rules! codes {
    ($title:literal: $($constant:ident $name:literal $meaning:literal $fix:literal;)+) => {
        impl super::Code {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Self = Self(&super::Entry {
                    name: $name,
                    meaning: $meaning,
                    fix: $fix,
                });
            )+
        }

        pub(super) const SECTION: super::Section = super::Section {
            title: $title,
            codes: &[$(super::Code::$constant),+],
        };
    };
}
use codes;
