//! Planned looks decide by what was put down when they were taken.

use jiff::Timestamp;

use super::{EXPERIMENT, Lab, manifest};
use crate::app::experiment::{Conclusion, LookEnd, ReadRequest, StatusOptions};
use crate::cloud::fake::Fault;
use crate::experiment::start::StartRequest;
use crate::experiment::testing::rule_arn;
use mlship_stats::{Reason, TestVerdict};

const LOOK: &str = "mlship:experiment-look-1";
const NEXT_LOOK: &str = "mlship:experiment-look-2";

/// An experiment with planned looks that runs, whose variants had so many clients of each of two periods' 10,000 convert.
async fn lab(converted: [f64; 2]) -> Lab {
    let text = EXPERIMENT.replace(
        "plannedSample: 40000",
        "plannedSample: 80000\nmaximumDays: 14\ndesign: group-sequential\nlooks: 4",
    );
    let lab = Lab::with(&text, [manifest("2"), manifest("2")]);
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert!(outcome.conclusion.is_done(), "{outcome:?}");
    convert(&lab, converted);
    lab
}

fn convert(lab: &Lab, converted: [f64; 2]) {
    for (arm, converted) in converted.into_iter().enumerate() {
        lab.errors(arm, 1000.0);
        let arm = &lab.comparison.definition.arms[arm];
        lab.stand
            .cloud
            .metrics
            .put(&arm.name, "Converted", converted);
    }
}

fn look_tag(lab: &Lab) -> Option<String> {
    tag(lab, LOOK)
}

fn tag(lab: &Lab, name: &str) -> Option<String> {
    let rule = lab.stand.cloud.balancer.rule(&rule_arn());
    rule.tags.get(name).cloned()
}

async fn verdict(lab: &Lab, request: ReadRequest) -> (TestVerdict, Option<Reason>, Vec<String>) {
    let options = StatusOptions {
        request,
        watch: false,
    };
    let (end, told) = lab.status(options).await;
    assert!(matches!(end, LookEnd::Verdict(_)), "{end:?}");
    let readout = told.1.unwrap();
    let found = &readout.reading.readout;
    (found.verdict, found.reason, readout.notes.clone())
}

#[tokio::test(start_paused = true)]
async fn a_look_is_put_down_and_what_it_decided_stays() {
    let lab = lab([500.0, 640.0]).await;
    let before = lab.writes();
    let (found, ..) = verdict(&lab, ReadRequest::default()).await;
    assert_eq!(found, TestVerdict::ChallengerBetter);
    let tag = look_tag(&lab).unwrap();
    assert!(tag.ends_with("interim 20000=1000 20000=1280"), "{tag}");
    assert_eq!(lab.writes(), before + 1);
    convert(&lab, [640.0, 500.0]);
    let (found, ..) = verdict(&lab, ReadRequest::default()).await;
    assert_eq!(found, TestVerdict::ChallengerBetter);
    assert_eq!(lab.writes(), before + 1, "the test is over");
}

#[tokio::test(start_paused = true)]
async fn in_between_nothing_is_decided_and_nothing_spent() {
    let lab = lab([500.0, 510.0]).await;
    let (found, reason, _) = verdict(&lab, ReadRequest::default()).await;
    let too_wide = (TestVerdict::Inconclusive, Some(Reason::IntervalTooWide));
    assert_eq!((found, reason), too_wide);
    let (tag, before) = (look_tag(&lab), lab.writes());
    assert!(tag.is_some());
    convert(&lab, [500.0, 900.0]);
    let (found, reason, _) = verdict(&lab, ReadRequest::default()).await;
    assert_eq!((found, reason), too_wide);
    assert_eq!((look_tag(&lab), lab.writes()), (tag, before));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_cannot_be_put_down_decides_nothing() {
    for fault in [Fault::Denied, Fault::Unreachable, Fault::Swallowed] {
        let lab = lab([500.0, 640.0]).await;
        lab.stand.cloud.balancer.fail("AddTags", &[fault; 9]);
        let (found, reason, notes) = verdict(&lab, ReadRequest::default()).await;
        let open = (TestVerdict::Inconclusive, Some(Reason::NoLookYet));
        assert_eq!((found, reason), open, "{fault:?}");
        let is_told = |note: &String| note.contains("could not be put down");
        assert!(notes.iter().any(is_told), "{notes:?}");
        assert_eq!(look_tag(&lab), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_readout_of_a_part_takes_no_look() {
    let lab = lab([500.0, 640.0]).await;
    let before = lab.writes();
    let from = Some("1970-01-01T00:10:00Z".parse().unwrap());
    for request in [
        ReadRequest {
            from,
            ..ReadRequest::default()
        },
        ReadRequest {
            fixed: true,
            ..ReadRequest::default()
        },
    ] {
        verdict(&lab, request).await;
        assert_eq!((lab.writes(), look_tag(&lab)), (before, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_breach_is_found_between_looks_and_spends_none() {
    let lab = lab([500.0, 640.0]).await;
    lab.harm();
    let (found, ..) = verdict(&lab, ReadRequest::default()).await;
    assert_eq!(found, TestVerdict::GuardrailBreached);
    assert_eq!(look_tag(&lab), None);
}

#[tokio::test(start_paused = true)]
async fn trials_that_came_late_for_a_time_that_was_counted_take_the_next_look() {
    let lab = lab([500.0, 510.0]).await;
    verdict(&lab, ReadRequest::default()).await;
    assert!(look_tag(&lab).is_some());
    for arm in &lab.comparison.definition.arms {
        lab.stand.cloud.metrics.put(&arm.name, "Clients", 16_000.0);
    }
    verdict(&lab, ReadRequest::default()).await;
    let tag = tag(&lab, NEXT_LOOK).unwrap();
    assert!(tag.ends_with("interim 32000=1000 32000=1020"), "{tag}");
}

/// Advances one whose days are over, and to which nothing came since its first look.
async fn ended_by_time(converted: [f64; 2]) -> (Conclusion, Option<String>, Lab) {
    let lab = lab(converted).await;
    verdict(&lab, ReadRequest::default()).await;
    let first = look_tag(&lab).unwrap();
    let after = || Timestamp::from_second(15 * 86_400).unwrap();
    let (outcome, _) = lab.advance_at(after).await;
    let last = first.replace("interim", "final");
    assert_eq!(look_tag(&lab), Some(last), "{outcome:?}");
    (outcome.conclusion, tag(&lab, NEXT_LOOK), lab)
}

#[tokio::test(start_paused = true)]
async fn once_the_days_are_over_it_ends_though_nothing_came_since_the_last_look() {
    let (conclusion, other, lab) = ended_by_time([500.0, 510.0]).await;
    assert_eq!((conclusion, other), (Conclusion::Stopped, None));
    assert_eq!(lab.alone(), Some("control"));
    // What is left of alpha decides.
    let (conclusion, other, _) = ended_by_time([500.0, 555.0]).await;
    assert_eq!((conclusion, other), (Conclusion::Decided, None));
}
