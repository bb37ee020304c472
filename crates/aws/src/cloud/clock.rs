//! Tells a clock that is off from credentials that don't do: AWS refuses both as a signature.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use mlship_text::words::duration;

/// What a clock may be off by without anybody's refusing it for that.
const UNNOTICED: i64 = 60;

/// The next step for somebody whose clock is off.
const SET_IT: &str =
    "set the clock of this machine, such as by timedatectl set-ntp true, then run this again";

/// The next step for somebody whose clock is right.
const LOOK_ON_THE_WAY: &str = "run this again; where that does not help, look at what holds \
     requests up on their way, such as a proxy or a machine that was asleep";

/// Returns whether AWS refuses a request for the time at which it was signed.
pub(super) fn is_about_time(code: &str, message: &str) -> bool {
    matches!(
        code,
        "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture"
    ) || message.contains("Signature expired")
        || message.contains("Signature not yet current")
}

/// What is said of a request that is refused for its time: what is wrong, and the next step for
/// that and nothing else.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) words: String,
    pub(super) hint: &'static str,
}

/// Says what is wrong, by the moment at which AWS says that it answered.
pub(super) fn told(date: Option<&str>, now: SystemTime) -> Told {
    let answered = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    let now = now.duration_since(UNIX_EPOCH).map(|since| since.as_secs());
    let off = answered
        .zip(now.ok().and_then(|now| i64::try_from(now).ok()))
        .map(|(answered, now)| now - answered.secs());
    let of_clock = |how: &str| Told {
        words: format!("the clock of this machine is {how}"),
        hint: SET_IT,
    };
    match off {
        None => of_clock("off"),
        Some(off) if off.abs() < UNNOTICED => Told {
            words: "the request was on its way for too long; the clock of this machine is right"
                .to_owned(),
            hint: LOOK_ON_THE_WAY,
        },
        Some(off) => {
            let seconds = i32::try_from(off.abs()).unwrap_or(i32::MAX);
            let side = if off > 0 { "ahead of" } else { "behind" };
            let by = duration(f64::from(seconds));
            of_clock(&format!("{by} {side} AWS's"))
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
            let told = told(date, now);
            assert_eq!(told.words, expected);
            // Nobody is told to set a clock that is right.
            let is_right = expected.ends_with("is right");
            assert_eq!(told.hint.contains("clock"), !is_right, "{expected}");
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
