//! A part of a run's services: a number, or percent of them.

use std::str::FromStr;

/// A number of services, or percent of those of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// So many.
    Number(usize),
    /// So many of a hundred, at most 100.
    Percent(u8),
}

impl Share {
    /// Returns how many of the services that is, counting one that begins within it.
    #[must_use]
    pub fn rounded_up(self, services: usize) -> usize {
        match self {
            Self::Number(number) => number.min(services),
            Self::Percent(percent) => services.saturating_mul(percent.into()).div_ceil(100),
        }
    }

    /// Returns how many of the services that is, without one that ends beyond it.
    #[must_use]
    pub fn rounded_down(self, services: usize) -> usize {
        match self {
            Self::Number(number) => number,
            Self::Percent(percent) => services.saturating_mul(percent.into()) / 100,
        }
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is neither a number nor a percentage up to 100%");
        // Neither `+5` nor ` 5`, which a number's own reader takes in part.
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        match text.strip_suffix('%') {
            Some(digits) if is_number(digits) => match digits.parse() {
                Ok(percent @ 0..=100) => Ok(Self::Percent(percent)),
                Ok(_) | Err(_) => Err(bad()),
            },
            None if is_number(text) => text.parse().map(Self::Number).map_err(|_| bad()),
            Some(_) | None => Err(bad()),
        }
    }
}

/// How many failures are borne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureBudget(Share);

impl FailureBudget {
    /// Bears none.
    pub const NONE: Self = Self(Share::Number(0));

    /// Returns how many failures of so many services are borne.
    #[must_use]
    pub fn of(self, services: usize) -> usize {
        self.0.rounded_down(services)
    }
}

impl FromStr for FailureBudget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_of_a_budget_are_rounded_down() {
        let check = |budget: &str, services, borne| {
            let budget: FailureBudget = budget.parse().unwrap();
            assert_eq!(budget.of(services), borne);
        };
        check("0", 100, 0);
        check("3", 2, 3);
        check("5%", 100, 5);
        check("5%", 19, 0);
        check("100%", 7, 7);
    }

    #[test]
    fn nothing_else_is_a_share() {
        for text in ["", "%", "-1", "+1", "101%", "5 %", " 5", "1.5", "256%", "a"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }
}
