//! What was seen, question by question, and what was not, with the reason.

use std::collections::BTreeMap;

use crate::cloud::preconditions::{Fact, Question};
use crate::cloud::{CloudError, ErrorKind};
use crate::permissions::action_of;

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// An answer.
    Told(Fact),
    /// None.
    Untold(Untold),
}

/// Why something was not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The action that is missing, where that is why.
    pub permission: Option<&'static str>,
    /// The reason, in words.
    pub words: String,
}

/// All that was seen.
pub type Answers = BTreeMap<Question, Seen>;

impl Untold {
    /// Returns why AWS gave no answer.
    #[must_use]
    pub fn of(error: &CloudError) -> Self {
        let permission = match error.kind {
            ErrorKind::Denied => action_of(error.operation),
            ErrorKind::Setting
            | ErrorKind::Credentials
            | ErrorKind::Missing
            | ErrorKind::Rejected
            | ErrorKind::Foreign
            | ErrorKind::Elsewhere
            | ErrorKind::Throttled
            | ErrorKind::Unreachable
            | ErrorKind::Lost
            | ErrorKind::Unreadable => None,
        };
        Self {
            permission,
            words: error.to_string(),
        }
    }

    /// Returns why nobody asked.
    #[must_use]
    pub fn because(words: impl Into<String>) -> Self {
        Self {
            permission: None,
            words: words.into(),
        }
    }
}

/// Takes the answer to a question that is of a kind, or why there is none.
macro_rules! told {
    ($answers:expr, $question:expr, $kind:ident) => {
        match $answers.get(&$question) {
            Some($crate::preflight::answers::Seen::Told(
                $crate::cloud::preconditions::Fact::$kind(fact),
            )) => Ok(fact),
            Some($crate::preflight::answers::Seen::Untold(untold)) => Err(untold.clone()),
            Some($crate::preflight::answers::Seen::Told(_)) | None => Err(
                $crate::preflight::answers::Untold::because("nobody answered"),
            ),
        }
    };
}
pub(super) use told;
