use std::time::Duration;

use proptest::prelude::*;

use super::write::SENT_AT_MOST;
use super::*;

const POLICIES: [Policy; 7] = [
    READ,
    THROTTLED_WRITE,
    SAME_TWICE,
    CHECKED_WRITE,
    OUT_OF_REACH,
    LOGS,
    REGISTRY,
];

fn kind() -> impl Strategy<Value = ErrorKind> {
    proptest::sample::select(ErrorKind::ALL.to_vec())
}

/// Returns the sum of the waits, and the number of attempts, of something that always fails so.
fn until_given_up(policy: &Policy, kind: ErrorKind, chance: f64) -> (Duration, u32) {
    let (mut elapsed, mut attempts) = (Duration::ZERO, 1);
    while let Next::Wait(wait) = policy.next(kind, attempts, elapsed, chance) {
        elapsed += wait;
        attempts += 1;
        assert!(attempts < 1000, "{kind:?} goes on for ever");
    }
    (elapsed, attempts)
}

#[test]
fn bounds_are_those_that_are_stated() {
    let check = |policy: &Policy, seconds: f64, attempts: u32| {
        let (waited, tried) = until_given_up(policy, policy.again[0], 0.0);
        assert_eq!((waited.as_secs_f64(), tried), (seconds, attempts));
    };
    let (waited, tried) = until_given_up(&READ, ErrorKind::Lost, 0.0);
    assert_eq!((waited.as_secs_f64(), tried), (7.5, 5));
    check(&READ, 35.5, 12);
    check(&THROTTLED_WRITE, 31.5, 8);
    check(&SAME_TWICE, 2.0, 3);
    check(&CHECKED_WRITE, 4.0, 5);
    check(&REGISTRY, 3.5, 4);
    let (waited, _) = until_given_up(&OUT_OF_REACH, ErrorKind::Unreadable, 0.0);
    assert!(waited.as_secs() >= 120 && waited.as_secs() < 128);
}

#[test]
fn who_is_throttled_waits_for_logs_as_long_as_it_takes() {
    let day = Duration::from_hours(24);
    assert!(matches!(
        LOGS.next(ErrorKind::Throttled, 9999, day, 0.5),
        Next::Wait(_)
    ));
    assert_eq!(LOGS.next(ErrorKind::Lost, 9999, day, 0.5), Next::GiveUp);
}

#[test]
fn a_write_is_looked_for_fifteen_seconds_before_it_is_sent_again() {
    let waits = |kind| {
        let mut looks = Attempts::default().failed(kind, WhileBusy::no_longer())?;
        let waits: Vec<u64> = std::iter::from_fn(|| looks.next_wait())
            .map(|wait| wait.as_secs())
            .collect();
        Some(waits)
    };
    assert_eq!(waits(ErrorKind::Lost), Some(vec![1, 2, 3, 4, 5]));
    assert_eq!(waits(ErrorKind::Unreadable), Some(vec![1, 2, 3, 4, 5]));
    assert_eq!(waits(ErrorKind::Unreachable), Some(vec![1]));
    for kind in [ErrorKind::Denied, ErrorKind::Rejected, ErrorKind::Throttled] {
        assert_eq!(waits(kind), None);
    }
}

#[test]
fn a_write_that_was_refused_for_being_busy_goes_on_as_long_as_it_may_with_a_look_each_time() {
    let goes_on = || true;
    let busy = WhileBusy::new(&goes_on);
    let mut attempts = Attempts::default();
    let waits: Vec<u64> = (0..20)
        .map(|_| {
            let mut looks = attempts.failed(ErrorKind::Throttled, busy).unwrap();
            let wait = looks.next_wait().unwrap();
            assert_eq!(looks.next_wait(), None);
            assert!(looks.may_send_again());
            wait.as_secs()
        })
        .collect();
    assert_eq!(waits[..5], [1, 2, 4, 8, 8]);
    // It was never sent as far as AWS is concerned: a lost answer is still looked for and repeated.
    let looks = attempts.failed(ErrorKind::Lost, busy).unwrap();
    assert_eq!(looks_of(looks), (5, true));
    // And what was lost once is in doubt from then on, however busy AWS is.
    let looks = attempts.failed(ErrorKind::Throttled, busy).unwrap();
    assert_eq!(looks_of(looks), (5, true));
    let looks = attempts
        .failed(ErrorKind::Throttled, WhileBusy::no_longer())
        .unwrap();
    assert_eq!(looks_of(looks), (5, false));
}

/// Takes all looks; returns how many there were, and whether the write may then be sent again.
fn looks_of(mut looks: EffectChecks) -> (usize, bool) {
    let taken = std::iter::from_fn(|| looks.next_wait()).count();
    (taken, looks.may_send_again())
}

proptest! {
    #[test]
    fn what_aws_refused_is_never_tried_again(
        chance in 0.0..=1.0,
        attempts in 1_u32..1000,
        seconds in 0_u64..100_000,
    ) {
        for policy in POLICIES {
            for kind in ErrorKind::ALL.into_iter().filter(|kind| !kind.is_transport()) {
                let elapsed = Duration::from_secs(seconds);
                prop_assert_eq!(policy.next(kind, attempts, elapsed, chance), Next::GiveUp);
            }
        }
    }

    #[test]
    fn chance_makes_no_wait_longer_and_none_shorter_than_its_share(
        chance in 0.0..=1.0,
        attempts in 1_u32..100_000,
    ) {
        for policy in POLICIES {
            let (plain, wait) = (policy.pace.wait(attempts, 0.0), policy.pace.wait(attempts, chance));
            let spread = match policy.pace {
                Pace::Steady(_) | Pace::Lengthening(_) => 0.0,
                Pace::Doubling { longest, spread, .. } => {
                    prop_assert!(plain <= longest);
                    spread
                }
            };
            prop_assert!(wait <= plain && wait >= plain.mul_f64(1.0 - spread - 1e-9));
            prop_assert!(wait > Duration::ZERO);
        }
    }

    #[test]
    fn nothing_goes_on_for_ever(chance in 0.0..=1.0, kind in kind()) {
        for policy in POLICIES {
            if !policy.endless.contains(&kind) {
                let (waited, attempts) = until_given_up(&policy, kind, chance);
                prop_assert!(waited < Duration::from_secs(128), "{waited:?} in {attempts}");
            }
        }
    }

    /// Drives a write as its sender does, with looks that are left out at will.
    #[test]
    fn no_write_is_sent_again_without_every_look_in_between(
        failures in proptest::collection::vec((kind(), 0_usize..8), 1..8),
        goes_on in proptest::bool::ANY,
    ) {
        let goes_on = move || goes_on;
        let busy = WhileBusy::new(&goes_on);
        let mut attempts = Attempts::default();
        let mut sent = 0;
        let mut in_doubt = false;
        for (kind, most) in failures {
            sent += u32::from(kind != ErrorKind::Throttled);
            in_doubt |= kind.may_have_happened();
            let Some(mut looks) = attempts.failed(kind, busy) else {
                prop_assert!(!in_doubt, "{kind:?} calls for no look");
                break;
            };
            let mut waited = Duration::ZERO;
            let taken = std::iter::from_fn(|| looks.next_wait()).take(most).inspect(|wait| {
                waited += *wait;
            }).count();
            if !looks.may_send_again() {
                break;
            }
            prop_assert!(taken >= 1);
            prop_assert!(!in_doubt || waited == Duration::from_secs(15));
            prop_assert!(kind.is_transport());
        }
        prop_assert!(sent <= SENT_AT_MOST);
    }
}
