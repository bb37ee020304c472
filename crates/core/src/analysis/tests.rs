//! Tests of the judgement: on counts by hand, and how often it is wrong on simulated ones.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Looks, Observed, judge};
use crate::experiment::MetricQueries;
use crate::progress::{Decision, Lack, StepJudgement};
use crate::release::Point;
use crate::release::ids::{RuleArn, TargetGroupArn};
use mlship_manifest::schema::Analysis;

const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/ml/a/b/c";
const GROUPS: [&str; 2] = [
    "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/live/1",
    "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/new/2",
];

/// What a group counted in a minute: requests, and of them errors.
type Minute = [(u64, u64); 2];

fn analysis() -> Analysis {
    serde_json::from_value(json!({"metrics": [{"metric": "error_rate", "margin": 0.01}]})).unwrap()
}

fn waits_since() -> Timestamp {
    "2026-11-27T12:00:30Z".parse().unwrap()
}

/// Judges a canary that baked for 30 minutes, by what each minute after its start counted.
fn judged(analysis: &Analysis, look: u32, minutes: &[Minute]) -> StepJudgement {
    let groups = GROUPS.map(TargetGroupArn::new);
    let queries = MetricQueries::of_groups(
        &RuleArn::new(RULE),
        [&groups[0], &groups[1]],
        &analysis.metrics,
    );
    let looks = Looks::new(analysis, 30, waits_since()).unwrap();
    let from = looks.window(1).unwrap().from;
    let points: Vec<Vec<Point>> = queries
        .queries
        .iter()
        .map(|query| {
            let group = usize::from(query.dimensions[1].1.contains("/new/"));
            let value = |minute: &Minute| -> Option<f64> {
                let (requests, errors) = minute[group];
                let value = match query.metric.as_str() {
                    "RequestCount" => requests,
                    "HTTPCode_Target_2XX_Count" => requests - errors,
                    "HTTPCode_Target_5XX_Count" => errors,
                    _ => return None,
                };
                #[expect(clippy::cast_precision_loss, reason = "small")]
                (requests > 0).then_some(value as f64)
            };
            let starts = (0..).map(|at| from + SignedDuration::from_mins(at));
            let points = minutes.iter().zip(starts);
            points
                .filter_map(|(minute, start)| {
                    Some(Point {
                        start,
                        value: value(minute)?,
                    })
                })
                .collect()
        })
        .collect();
    judge(&Observed {
        analysis,
        step: (1, 2),
        looks,
        look,
        queries: &queries,
        points: &points,
    })
    .unwrap()
}

#[test]
fn a_look_begins_after_the_warm_up_and_the_next_is_about_twice_as_many_minutes() {
    let looks = Looks::new(&analysis(), 30, waits_since()).unwrap();
    let at = |time: &str| -> Timestamp { format!("2026-11-27T{time}:00Z").parse().unwrap() };
    // Weights were set at 11:30:30, and the first whole minute after the warm-up begins at 11:33.
    let first = looks.window(1).unwrap();
    assert_eq!((first.from, first.to), (at("11:33"), at("11:58")));
    assert!(looks.ready(1).unwrap() <= at("12:01"));
    assert_eq!(looks.window(2).unwrap().to, at("12:23"));
    assert_eq!(looks.window(0), None);
    assert_eq!(looks.window(13), None);
    assert_eq!(Looks::new(&analysis(), 16, waits_since()), None);
    assert!(Looks::new(&analysis(), 17, waits_since()).is_some());
}

#[test]
fn what_is_as_good_goes_on_and_what_is_worse_goes_back() {
    let good = judged(&analysis(), 1, &[[(900, 9), (100, 1)]; 25]);
    assert_eq!(good.decision, Decision::GoesOn, "{good:?}");
    assert_eq!(good.metrics[0].live.requests, 25 * 900);
    assert_eq!(good.metrics[0].new.rate, Some(0.01));
    assert_eq!(good.next, None);
    let bad = judged(&analysis(), 1, &[[(900, 9), (100, 5)]; 25]);
    assert_eq!(bad.decision, Decision::GoesBack, "{bad:?}");
}

#[test]
fn what_nobody_can_tell_says_what_it_takes() {
    let lack = |minutes: &[Minute]| {
        let found = judged(&analysis(), 1, minutes);
        assert_eq!(found.decision, Decision::Undecided, "{found:?}");
        assert!(found.next.is_some());
        let metric = &found.metrics[0];
        (metric.lack.unwrap(), metric.minutes_more)
    };
    assert_eq!(lack(&[]), (Lack::Data, None));
    assert_eq!(lack(&[[(1000, 10), (0, 0)]; 25]), (Lack::Data, None));
    // 250 of the 2000 requests of which 20 would go wrong at the margin, in the first of the looks
    // at 25, 50, 100 and 200 minutes.
    assert_eq!(lack(&[[(90, 0), (10, 0)]; 25]), (Lack::Requests, Some(175)));
    // Enough requests in one minute say nothing of how much they vary.
    assert_eq!(lack(&[[(9000, 90), (2000, 20)]; 5]), (Lack::Minutes, None));
    let (lack, more) = lack(&[[(900, 9), (60, 2)], [(900, 9), (60, 0)]].repeat(12));
    assert_eq!(lack, Lack::Certainty);
    assert!(more.is_some());
}

#[test]
fn what_fails_in_every_second_request_goes_back_however_few_minutes_there_are() {
    let found = judged(&analysis(), 1, &[[(900, 9), (300, 150)]; 6]);
    assert_eq!(found.decision, Decision::GoesBack, "{found:?}");
}

#[test]
fn one_metric_that_is_worse_is_enough_and_all_have_to_hold() {
    let both: Analysis = serde_json::from_value(json!({"metrics": [
        {"metric": "error_rate", "margin": 0.01},
        {"metric": "slow_requests", "margin": 0.01, "threshold": "300ms"}]}))
    .unwrap();
    // Of response times there is nothing.
    let good = judged(&both, 1, &[[(900, 9), (100, 1)]; 25]);
    assert_eq!(good.decision, Decision::Undecided);
    assert_eq!(good.metrics[1].metric, "slow_requests (300ms)");
    let bad = judged(&both, 1, &[[(900, 9), (100, 5)]; 25]);
    assert_eq!(bad.decision, Decision::GoesBack);
}

/// Both releases over three looks, in which errors come in bursts that both have, and in some
/// minutes in one alone: rates of the live one and of the new one.
fn simulated(rng: &mut Rng, rates: [f64; 2]) -> Decision {
    let mut minute = || -> Minute {
        let burst = if rng.f64() < 0.1 { 3.0 } else { 0.8 };
        [0, 1].map(|arm| {
            let requests = [1800, 600][arm];
            // A client of twenty requests fails in all of them.
            let own = rates[arm] * burst;
            let clients = (0..requests / 20).filter(|_| rng.f64() < own).count() as u64;
            (requests, clients * 20)
        })
    };
    let minutes: Vec<Minute> = (0..100).map(|_| minute()).collect();
    let mut looks = [(1, 25), (2, 50), (3, 100)].into_iter();
    let decided = looks.find_map(|(look, length)| {
        let found = judged(&analysis(), look, &minutes[..length]).decision;
        (found != Decision::Undecided).then_some(found)
    });
    decided.unwrap_or(Decision::Undecided)
}

/// How many of a hundred end so.
fn ends(seed: u64, runs: u32, rates: [f64; 2], end: Decision) -> f64 {
    let mut rng = Rng::with_seed(seed);
    let ended = (0..runs).filter(|_| simulated(&mut rng, rates) == end);
    let ended = u32::try_from(ended.count()).unwrap();
    f64::from(ended) * 100.0 / f64::from(runs)
}

#[test]
fn a_harm_at_the_margin_rarely_goes_on_and_none_rarely_goes_back() {
    // Two Monte Carlo errors of 300 runs at 5 % are 2.5 points.
    let passed = ends(7, 300, [0.01, 0.02], Decision::GoesOn);
    assert!(passed <= 7.5, "{passed} %");
    let back = ends(8, 300, [0.01, 0.01], Decision::GoesBack);
    assert!(back <= 7.5, "{back} %");
    // What is at the margin is no more than that.
    let at_margin = ends(9, 300, [0.01, 0.02], Decision::GoesBack);
    assert!(at_margin <= 7.5, "{at_margin} %");
}

#[test]
fn what_is_as_good_mostly_goes_on_and_what_is_clearly_worse_mostly_goes_back() {
    let passed = ends(10, 100, [0.01, 0.01], Decision::GoesOn);
    assert!(passed >= 70.0, "{passed} %");
    let back = ends(11, 100, [0.01, 0.05], Decision::GoesBack);
    assert!(back >= 90.0, "{back} %");
}
