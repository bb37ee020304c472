//! `--since`: a time ago, or a moment.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// Since when lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// So long ago.
    Ago(SignedDuration),
    /// Then.
    At(Timestamp),
}

/// Reads a time ago or a moment.
pub(super) fn since(text: &str) -> Result<Since, String> {
    if let Ok(time) = text.parse() {
        return Ok(Since::At(time));
    }
    let ago = text.parse::<Span>();
    match ago.and_then(|ago| ago.to_duration(SpanRelativeTo::days_are_24_hours())) {
        Ok(ago) if !ago.is_negative() => Ok(Since::Ago(ago)),
        Ok(_) | Err(_) => Err(
            "not a time ago such as 10m, 1h30m or 7d, or a moment such as 2026-01-31T12:00:00Z"
                .to_owned(),
        ),
    }
}

impl Since {
    /// Returns the moment.
    pub(super) fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(ago) => before(now, ago),
        }
    }
}

/// Returns a moment so long before another.
pub(super) fn before(now: Timestamp, ago: SignedDuration) -> Timestamp {
    let before = now.checked_sub(ago).unwrap_or(Timestamp::UNIX_EPOCH);
    before.max(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, begins: Option<i64>) {
        let now = Timestamp::from_second(10_000).unwrap();
        let found = since(text).ok().map(|since| since.before(now).as_second());
        assert_eq!(found, begins, "{text}");
    }

    #[test]
    fn a_time_ago_or_a_moment_is_understood() {
        check("10m", Some(9_400));
        check("1h30m", Some(4_600));
        check("1h 30m", Some(4_600));
        check("0d", Some(10_000));
        check("1d", Some(0));
        check("1970-01-01T00:01:00Z", Some(60));
        check("1970-01-01T01:01:00+01:00", Some(60));
        check("99999999h", Some(0));
        check("-5m", None);
        check("1month", None);
        check("yesterday", None);
    }
}
