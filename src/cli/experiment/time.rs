//! Times on the command line.

use jiff::{SignedDuration, Timestamp};

/// Reads a time: `2026-05-01T10:00:00Z`, a day of UTC, or how long ago it was, such as `36h`.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    time_at(text, Timestamp::now())
}

fn time_at(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(midnight) = format!("{text}T00:00:00Z").parse::<Timestamp>() {
        return Ok(midnight);
    }
    let ago = crate::manifest::period(text).and_then(|ago| SignedDuration::try_from(ago).ok());
    let ago = ago.filter(|ago| !ago.is_zero());
    let time = ago.and_then(|ago| now.checked_sub(ago).ok());
    time.ok_or_else(|| {
        "not a time such as 2026-05-01T10:00:00Z, 2026-05-01, or 36h for so long ago".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_moment_a_day_or_how_long_ago() {
        let moment: Timestamp = "2026-05-01T10:00:00Z".parse().unwrap();
        assert_eq!(time("2026-05-01T10:00:00Z"), Ok(moment));
        assert_eq!(time("2026-05-01T12:00:00+02:00"), Ok(moment));
        assert_eq!(
            time("2026-05-01").unwrap().to_string(),
            "2026-05-01T00:00:00Z"
        );
        let ago = time_at("2d", moment).unwrap();
        assert_eq!(ago.to_string(), "2026-04-29T10:00:00Z");
        for wrong in ["", "yesterday", "10:00", "2026-05-01T10:00", "0", "-1h"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
