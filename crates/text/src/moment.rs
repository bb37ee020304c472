//! Parses points in time: a timestamp, a day, or how long ago. Reads no clock; the current time is
//! a parameter.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use super::duration::{DurationError, duration, signed};

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So long ago.
    Ago(SignedDuration),
    /// Then.
    At(Timestamp),
}

/// Says that a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MomentError(Option<DurationError>);

/// Reads a moment: `2026-05-01T14:00:00Z`, with seconds and zone or without them, a day such as
/// `2026-05-01`, which begins at midnight, or how long ago it was, such as `36h` or `36h ago`. Without a zone
/// it is UTC, as everything is that mlship shows for machines.
pub fn moment(text: &str) -> Result<Moment, MomentError> {
    if let Some(time) = written(text) {
        return Ok(Moment::At(time));
    }
    // A number alone could as well be a year or seconds since 1970.
    if text == "0" {
        return Err(MomentError(Some(DurationError::NoUnit)));
    }
    // With `ago` a length counts backwards to whoever else reads it, and all do here.
    let length = text.strip_suffix("ago").map_or(text, str::trim_end);
    match duration(length) {
        Ok(ago) => Ok(Moment::Ago(signed(ago))),
        Err(DurationError::Unreadable) => Err(MomentError(None)),
        Err(error) => Err(MomentError(Some(error))),
    }
}

fn written(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    if text.contains('[') {
        // A zone by its name, such as `[+02:00]` or `[Europe/Berlin]`: a civil time would leave it out.
        return text
            .parse::<ZonedDateTime>()
            .ok()
            .map(|time| time.timestamp());
    }
    // A day alone may be written in one number, and so may anything that forgot its unit.
    let is_dated = text.contains('-');
    let civil: DateTime = is_dated.then(|| text.parse().ok())??;
    TimeZone::UTC.to_timestamp(civil).ok()
}

impl Moment {
    /// Returns the moment, not before 1970: nothing here is older.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Timestamp {
        let time = match self {
            Self::At(time) => Some(time),
            Self::Ago(ago) => now.checked_sub(ago).ok(),
        };
        time.unwrap_or_default().max(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for MomentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.0 {
            None | Some(DurationError::Unreadable) => "not a time",
            Some(DurationError::NoUnit) => "a number without a unit",
            Some(DurationError::Negative) => "not a time that has been",
            Some(DurationError::NotFixed) => "months and years differ in length",
            Some(DurationError::TooLong) => "longer ago than anything is",
        };
        write!(
            f,
            "{why}: write 36h or 7d for so long ago, or a time such as 2026-05-01, \
             2026-05-01T14:00 (both in UTC) or 2026-05-01T14:00:00+02:00"
        )
    }
}

impl std::error::Error for MomentError {}

#[cfg(test)]
mod tests;
