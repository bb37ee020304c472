//! Why a reference has no value, and what is said of that.

use super::Origin;
use super::reference::DEEPEST;
use crate::manifest::Code;
use crate::manifest::diagnostic::Diagnostic;
use mlship_text::secrets::{is_secret_name, redact};

/// Why a reference has no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Unset {
        name: String,
        is_empty: bool,
    },
    Required {
        name: String,
        message: String,
    },
    /// A file says that it is nothing.
    Null {
        name: String,
        origin: Origin,
    },
    /// A file says something that is no text.
    Structure {
        name: String,
        origin: Origin,
    },
    /// A file that may say it can't be read.
    Unknown {
        name: String,
    },
    Malformed,
    Unclosed,
    TooDeep,
    /// What is behind `ssm:` names no parameter.
    BadParameter,
    /// A parameter stands in a field that has to be known without asking.
    ParameterHere,
}

impl Problem {
    /// Says whether another value of the variable would mend it.
    pub(super) fn is_of_value(&self) -> bool {
        match self {
            Self::Unset { .. }
            | Self::Required { .. }
            | Self::Null { .. }
            | Self::Structure { .. }
            | Self::Unknown { .. } => true,
            Self::Malformed
            | Self::Unclosed
            | Self::TooDeep
            | Self::BadParameter
            | Self::ParameterHere => false,
        }
    }

    /// Explains the problem.
    pub(super) fn explain(self) -> Diagnostic {
        match self {
            Self::Unknown { name } => {
                let message =
                    format!("variable `{name}` is not known, since a file of --vars can't be read");
                Diagnostic::error(Code::UNKNOWN_VARIABLE, message).help("mend that file first")
            }
            Self::Null { name, origin } => {
                let message =
                    format!("variable `{name}` is null in {origin}, as if it were not set");
                Diagnostic::error(Code::UNSET_VARIABLE, message)
                    .help("set it there, or give a default as in `${NAME:-default}`")
            }
            Self::Structure { name, origin } => {
                let message = format!("variable `{name}` is a list or an object in {origin}");
                Diagnostic::error(Code::BAD_VARIABLE, message)
                    .help("a variable stands for one text: give each part a name of its own")
            }
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
            Self::BadParameter => {
                let message = "this names no parameter of Systems Manager";
                Diagnostic::error(Code::BAD_VARIABLE, message).help(
                    "write its path, as in `${ssm:/path}`, `${ssm:/path:3}` for a version or \
                     `${ssm:/path:label}`; it takes no default, and no ARN of elsewhere",
                )
            }
            Self::ParameterHere => {
                let message = "a parameter can't say what has to be known before AWS is asked";
                Diagnostic::error(Code::BAD_VARIABLE, message).help(
                    "write the value, or take it from a variable: account, service, the model's \
                     name, its registry, and all of an experiment are read without AWS",
                )
            }
            Self::TooDeep => {
                let message = format!("defaults are nested more than {DEEPEST} deep");
                Diagnostic::error(Code::BAD_VARIABLE, message)
                    .help("give the innermost value a variable of its own")
            }
        }
    }
}
