//! Tells a clock that is off from credentials that don't do: AWS refuses both as a signature.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use mlship_text::words::duration;

/// What a clock may be off by without anybody's refusing it for that.
const UNNOTICED: i64 = 60;

/// The next step for somebody whose clock is off.
pub(super) const HINT: &str =
    "set the clock of this machine, such as by timedatectl set-ntp true, then run this again";

/// Returns whether AWS refuses a request for the time at which it was signed.
pub(super) fn is_about_time(code: &str, message: &str) -> bool {
    matches!(
        code,
        "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture"
    ) || message.contains("Signature expired")
        || message.contains("Signature not yet current")
}

/// Says what of this machine's clock, by the moment at which AWS says that it answered.
pub(super) fn words(date: Option<&str>, now: SystemTime) -> String {
    let answered = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    let now = now.duration_since(UNIX_EPOCH).map(|since| since.as_secs());
    let off = answered
        .zip(now.ok().and_then(|now| i64::try_from(now).ok()))
        .map(|(answered, now)| now - answered.secs());
    match off {
        None => "the clock of this machine is off".to_owned(),
        Some(off) if off.abs() < UNNOTICED => {
            "the request was on its way for too long; the clock of this machine is right".to_owned()
        }
        Some(off) => {
            let seconds = i32::try_from(off.abs()).unwrap_or(i32::MAX);
            let side = if off > 0 { "ahead of" } else { "behind" };
            let by = duration(f64::from(seconds));
            format!("the clock of this machine is {by} {side} AWS's")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn it_is_said_by_how_much_the_clock_is_off() {
        // 2026-05-01T12:00:00Z.
        let date = Some("Fri, 01 May 2026 12:00:00 GMT");
        let check = |date, seconds: u64, expected: &str| {
            let now = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(words(date, now), expected);
        };
        let noon = 1_777_636_800;
        check(
            date,
            noon + 17 * 60,
            "the clock of this machine is 17 min ahead of AWS's",
        );
        check(
            date,
            noon - 7200,
            "the clock of this machine is 2 hours behind AWS's",
        );
        let slow = "the request was on its way for too long; the clock of this machine is right";
        check(date, noon + 2, slow);
        check(None, noon, "the clock of this machine is off");
        check(Some("noon"), noon, "the clock of this machine is off");
    }

    #[test]
    fn every_refusal_for_the_time_is_known() {
        let expired = "Signature expired: 20260501T114000Z is now earlier than 20260501T115500Z";
        assert!(is_about_time("InvalidSignatureException", expired));
        assert!(is_about_time(
            "SignatureDoesNotMatch",
            "Signature not yet current: 2026"
        ));
        assert!(is_about_time("RequestExpired", "Request has expired."));
        assert!(is_about_time("RequestTimeTooSkewed", ""));
        assert!(!is_about_time(
            "ExpiredTokenException",
            "The security token expired"
        ));
    }
}
