//! Lengths of time as people write them, such as `90s`, `1h30m` or `1d`. Knows no clock.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Why a text is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationError {
    /// A number of nobody knows what.
    NoUnit,
    /// Less than nothing.
    Negative,
    /// Months and years, which have no fixed length.
    NotFixed,
    /// More than can be waited for.
    TooLong,
    /// Anything else.
    Unreadable,
}

/// Reads a length of time: numbers with their units, weeks to nanoseconds, or 0. A day has 24
/// hours.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if is_bare_number(text) {
        return Err(DurationError::NoUnit);
    }
    let span: Span = text.parse().map_err(|_| unread(text))?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(DurationError::NotFixed);
    }
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| DurationError::TooLong)?;
    Duration::try_from(length).map_err(|_| DurationError::Negative)
}

fn is_bare_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | '_');
    digits.contains(|character: char| character.is_ascii_digit()) && digits.chars().all(is_number)
}

/// Tells what is out of range from what is no length at all, since the error does not: with small
/// numbers in its place the one can be read.
fn unread(text: &str) -> DurationError {
    let numbers = text.split(|character: char| !character.is_ascii_digit());
    let long = numbers.filter(|number| number.len() > 1);
    let small = long.fold(text.to_owned(), |text, number| {
        text.replacen(number, "1", 1)
    });
    match small.parse::<Span>() {
        Ok(_) => DurationError::TooLong,
        Err(_) => DurationError::Unreadable,
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoUnit => "a number without a unit: write 90s, 30m, 1h30m or 1d",
            Self::Negative => "a time cannot be negative: write 90s, 30m, 1h30m or 1d",
            Self::NotFixed => "months and years differ in length: write days, such as 30d",
            Self::TooLong => "longer than anything waits: write 90s, 30m, 1h30m or 1d",
            Self::Unreadable => "not a time such as 90s, 30m, 1h30m or 1d",
        })
    }
}

impl std::error::Error for DurationError {}

/// Returns a length with a sign, for what is reckoned from a moment.
pub(super) fn signed(length: Duration) -> SignedDuration {
    SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests;
