//! What a reference is given, and by whom.

use std::fmt;

/// Where the values of references come from. What takes no parameters leaves them unresolved.
pub trait Values {
    /// Returns what a variable stands for.
    fn variable(&self, name: &str) -> Given;

    /// Returns what a parameter holds, where that is known.
    fn parameter(&self, _name: &str) -> Option<GivenText> {
        None
    }
}

/// An environment alone.
impl<F: Fn(&str) -> Option<String> + ?Sized> Values for F {
    fn variable(&self, name: &str) -> Given {
        self(name).map_or(Given::Nothing, Given::of_environment)
    }
}

/// What a variable stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A text.
    Text(GivenText),
    /// It is not set.
    Nothing,
    /// It is set to nothing, as if it were not set.
    Null(Origin),
    /// It is a list or an object, which no text can hold.
    Structure(Origin),
    /// Nobody knows, since a file that may say so can't be read.
    Unknown,
}

/// A text that a reference stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenText {
    /// The text.
    pub text: String,
    /// Whether it is secret whatever it goes by.
    pub is_secret: bool,
    /// Who says so.
    pub origin: Origin,
}

/// Who gives a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The process's environment.
    Environment,
    /// A file of variables.
    File {
        /// The file, as it was named.
        name: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// The Parameter Store.
    ParameterStore,
}

impl Given {
    fn of_environment(text: String) -> Self {
        Self::Text(GivenText {
            text,
            is_secret: false,
            origin: Origin::Environment,
        })
    }
}

impl fmt::Debug for GivenText {
    /// Says where it is from, and not what it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GivenText({} bytes, {:?})", self.text.len(), self.origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("the environment"),
            Self::ParameterStore => f.write_str("the Parameter Store"),
            Self::File { name, line } => write!(f, "{name}:{line}"),
        }
    }
}
