//! Why nothing can be planned: which number, what it is, and what fits in its place.

use std::fmt::{self, Display, Formatter};

/// Who said a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidBy {
    /// The command line.
    Flag,
    /// The manifest.
    Manifest,
    /// Nobody: it is what `CloudWatch` has.
    CloudWatch,
}

/// A number by which nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRefusal {
    /// Who said it.
    pub said_by: SaidBy,
    /// The flag, the manifest's field, or what was counted.
    pub name: String,
    /// The number; none where there is none.
    pub value: Option<String>,
    /// What is wrong with it.
    pub why: String,
    /// What fits.
    pub fits: String,
}

impl PlanRefusal {
    pub(super) fn new(
        (said_by, name): (SaidBy, &str),
        value: Option<f64>,
        why: impl Into<String>,
        fits: impl Into<String>,
    ) -> Self {
        Self {
            said_by,
            name: name.to_owned(),
            value: value.map(|value| value.to_string()),
            why: why.into(),
            fits: fits.into(),
        }
    }
}

impl Display for PlanRefusal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            name, value, why, ..
        } = self;
        match value {
            Some(value) => write!(formatter, "{name} {value}: {why}"),
            None => write!(formatter, "{name}: {why}"),
        }
    }
}
