use std::time::Duration;

use super::super::super::testing::manifest;
use super::{EXPERIMENT, Lab, winner};
use crate::app::experiment::{Conclusion, LookEnd, StatusOptions, StopOn};
use crate::cloud::fake::Fault;
use crate::experiment::State;
use crate::experiment::start::StartRequest;
use crate::experiment::testing::rule_arn;
use crate::progress::{ExitCode, Fault as EndFault};
use crate::release::ListenerRule;
use mlship_stats::TestVerdict;

const WATCH: StatusOptions = StatusOptions {
    request: crate::app::experiment::ReadRequest {
        from: None,
        until: None,
        fixed: false,
    },
    watch: true,
};

#[tokio::test(start_paused = true)]
async fn one_look_says_what_is_known() {
    let lab = Lab::running().await;
    let once = StatusOptions::default();
    let (end, told) = lab.status(once).await;
    assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
    assert_eq!(told.0, ["Looked", "LookEnded"]);
    lab.harm();
    let (end, _) = lab.status(once).await;
    assert!(matches!(
        end,
        LookEnd::Verdict(TestVerdict::GuardrailBreached)
    ));
    assert_eq!(end.exit_code(), ExitCode::Harm);
    assert_eq!(lab.state(), Some(State::Running), "a look changes nothing");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_on_the_rule_is_not_under_way() {
    let (end, _) = Lab::new().status(StatusOptions::default()).await;
    assert!(matches!(end, LookEnd::NotUnderWay(_)), "{end:?}");
    assert_ne!(end.exit_code(), ExitCode::Done);
}

#[tokio::test(start_paused = true)]
async fn an_outage_ends_the_first_look_and_no_later_one() {
    let lab = Lab::running().await;
    let cloud = &lab.stand.cloud;
    let away = Some(Fault::Unreachable);
    let turns = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        cloud.fail_always("GetMetricData", away);
        tokio::time::sleep(Duration::from_mins(3)).await;
        cloud.fail_always("GetMetricData", None);
        lab.harm();
    };
    let ((end, told), ()) = tokio::join!(lab.status(WATCH), turns);
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    let missed = told.0.iter().filter(|name| *name == "LookFailed");
    assert_eq!(missed.count(), 3);
    cloud.fail_always("GetMetricData", away);
    let (end, _) = lab.status(WATCH).await;
    assert!(matches!(end, LookEnd::Unreadable(_)), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn harm_stops_the_experiment_where_that_is_asked_for() {
    let lab = Lab::running().await;
    lab.harm();
    let (end, told) = lab.guard(WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    assert_eq!(told.0, ["Looked", "StopPlanned", "LookEnded"]);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.state(), Some(State::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_loser_is_stopped_by_who_watches_for_harm_and_not_for_guardrails_alone() {
    let lab = Lab::running().await;
    lab.lose();
    let (end, told) = lab.guard(WATCH).await;
    assert!(
        matches!(end, LookEnd::Verdict(TestVerdict::ControlBetter)),
        "{end:?}"
    );
    let reading = told.1.unwrap().reading;
    assert_eq!(reading.winner.as_deref(), Some("control"));
    assert_eq!(lab.state(), Some(State::Running));
    let (end, told) = lab.guard_against(StopOn::Harm, WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Done, "{end:?}");
    assert_eq!(told.0, ["Looked", "StopPlanned", "LookEnded"]);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.state(), Some(State::Stopped));
    // A later look finds it over, and nothing wrong.
    let (end, told) = lab.guard_against(StopOn::Harm, WATCH).await;
    assert!(matches!(end, LookEnd::Over { is_harm: false }), "{end:?}");
    let ended = told.1.unwrap().ended.unwrap();
    assert_eq!(ended.outcome, "control_better");
}

#[tokio::test(start_paused = true)]
async fn a_breach_is_harm_too() {
    let lab = Lab::running().await;
    lab.harm();
    let (end, _) = lab.guard_against(StopOn::Harm, WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    assert_eq!(lab.state(), Some(State::Stopped));
}

#[tokio::test(start_paused = true)]
async fn who_watches_for_harm_tries_again_after_an_outage_and_stops_at_a_no() {
    let lab = Lab::running().await;
    lab.harm();
    let balancer = &lab.stand.cloud.balancer;
    balancer.fail("ModifyRule", &[Fault::Unreachable; 40]);
    let (end, told) = lab.guard(WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    assert!(told.0.len() > 3, "{:?}", told.0);
    assert_eq!(lab.alone(), Some("control"));

    let lab = Lab::running().await;
    lab.harm();
    let balancer = &lab.stand.cloud.balancer;
    balancer.fail("ModifyRule", &[Fault::Denied; 4]);
    let (end, _) = lab.guard(WATCH).await;
    let LookEnd::NotStopped(conclusion) = end else {
        panic!("{end:?}");
    };
    assert_eq!(conclusion, Conclusion::Error(EndFault::SaidNo));
    assert_ne!(end.exit_code(), ExitCode::Done);
    assert_eq!(lab.alone(), None);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_with_the_experiment() {
    let lab = Lab::running().await;
    lab.stop(&winner()).await;
    let (end, told) = lab.status(WATCH).await;
    assert!(matches!(end, LookEnd::Over { is_harm: false }), "{end:?}");
    assert_eq!(end.exit_code(), ExitCode::Done);
    assert_eq!(told.0, ["Looked", "LookEnded"]);
    let ended = told.1.unwrap().ended.unwrap();
    assert_eq!((&*ended.winner, ended.is_kept()), ("challenger", true));
    assert_eq!(ended.outcome, "inconclusive");
    let (end, _) = lab.guard(WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Done, "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn traffic_that_is_not_where_the_stop_left_it_is_harm() {
    let lab = Lab::running().await;
    let shared = lab.stand.cloud.balancer.rule(&rule_arn()).routing;
    lab.stop(&winner()).await;
    let balancer = &lab.stand.cloud.balancer;
    balancer.put(ListenerRule {
        routing: shared,
        ..balancer.rule(&rule_arn())
    });
    let (end, told) = lab.status(StatusOptions::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    let traffic = told.1.unwrap().ended.unwrap().traffic;
    assert_eq!(traffic.len(), 2, "{traffic:?}");
}

#[tokio::test(start_paused = true)]
async fn who_watches_for_harm_learns_that_another_stopped_it_for_that() {
    let lab = Lab::running().await;
    lab.harm();
    lab.guard(WATCH).await;
    let (end, _) = lab.guard(WATCH).await;
    assert_eq!(end.exit_code(), ExitCode::Harm, "{end:?}");
    let (end, _) = lab.status(StatusOptions::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Done, "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn the_split_is_held_to_the_weights_of_the_ramp() {
    let mut lab = Lab::new();
    lab.comparison.definition.ramp = vec![20];
    lab.stand.succeed_after(20);
    lab.start(StartRequest::default()).await;
    // As many for each, while a fifth is meant for the challenger.
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let (end, _) = lab.status(StatusOptions::default()).await;
    assert!(
        matches!(end, LookEnd::Verdict(TestVerdict::BrokenSplit)),
        "{end:?}"
    );
    assert_eq!(end.exit_code(), ExitCode::Harm);
}

#[tokio::test(start_paused = true)]
async fn what_is_down_is_stopped_though_it_breaks_the_split() {
    let lab = Lab::running().await;
    lab.errors(0, 1000.0);
    let challenger = &lab.comparison.definition.arms[1].group;
    lab.stand.cloud.balancer.is_healthy(challenger, false);
    let (end, told) = lab.guard(WATCH).await;
    assert!(
        matches!(end, LookEnd::Verdict(TestVerdict::BrokenSplit)),
        "{end:?}"
    );
    assert_eq!(end.exit_code(), ExitCode::Harm);
    assert_eq!(told.0, ["Looked", "StopPlanned", "LookEnded"]);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.state(), Some(State::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_that_may_not_be_asked_is_taken_for_a_usual_one_and_that_is_said() {
    let lab = Lab::running().await;
    let doubts = async || {
        let (end, told) = lab.status(StatusOptions::default()).await;
        assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
        let notes = told.1.unwrap().notes;
        notes.iter().any(|note| note.contains("taken for 60 s"))
    };
    assert!(!doubts().await);
    let balancer = &lab.stand.cloud.balancer;
    balancer.fail("DescribeLoadBalancerAttributes", &[Fault::Denied]);
    assert!(doubts().await);
}

#[tokio::test(start_paused = true)]
async fn counts_that_cannot_be_are_told_with_what_was_asked_for() {
    let lab = Lab::running().await;
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let metrics = &lab.stand.cloud.metrics;
    let notes = async || {
        let (_, told) = lab.status(StatusOptions::default()).await;
        told.1.unwrap().notes
    };
    assert_eq!(notes().await, Vec::<String>::new());
    let check = async |said: &str| {
        let notes = notes().await;
        assert!(
            notes.iter().any(|note| note.contains(said)),
            "{said}: {notes:?}"
        );
    };
    metrics.put("challenger", "Converted", 13_000.0);
    check("conversion of challenger: more successes than trials").await;
    check("of 20000 (Fraud Converted of Fraud Clients)").await;
    metrics.put("challenger", "Clients", 9_000_000.0);
    check("conversion of challenger: 18000000 trials (Fraud Clients) of 2000000 requests").await;
    metrics.drop("challenger", "Converted");
    check("no data of Fraud Converted with Variant=challenger in this window").await;
    check("CloudWatch has no Fraud Converted with Variant=challenger yet").await;
    let group = lab.comparison.definition.arms[1]
        .group
        .dimension()
        .to_owned();
    metrics.drop(&group, "RequestCount");
    check("the load balancer's data are missing").await;
}

#[tokio::test(start_paused = true)]
async fn outcomes_of_the_phase_before_are_dropped_and_that_is_said() {
    let second = async |more: &str| {
        let text = format!("{EXPERIMENT}{more}");
        let lab = Lab::with(&text, [manifest("2"), manifest("2")]);
        lab.stand.succeed_after(20);
        lab.start(StartRequest::default()).await;
        lab.errors(0, 1000.0);
        lab.errors(1, 1000.0);
        let balancer = &lab.stand.cloud.balancer;
        let mut rule = balancer.rule(&rule_arn());
        let phase = ("mlship:experiment-phase".to_owned(), "2".to_owned());
        rule.tags.extend([phase]);
        balancer.put(rule);
        let (_, told) = lab.status(StatusOptions::default()).await;
        told.1.unwrap()
    };
    // Of two looks at 10,000 clients each, one is of the first day.
    let all = second("").await;
    assert_eq!(all.reading.sample.unwrap().seen, 40_000);
    assert!(all.notes[0].contains("nobody says how late outcomes of conversion may come"));
    let later = second("outcomeWithin: 1d\n").await;
    assert_eq!(later.reading.sample.unwrap().seen, 20_000);
    assert_eq!(
        later.reading.counted.from,
        "1970-01-02T00:00:00Z".parse().unwrap()
    );
    assert!(later.notes[0].contains(
        "dropped are 500 successes of 10000 trials of control and 500 successes of 10000 trials \
         of challenger"
    ), "{:?}", later.notes);
    let at_once = second("outcomeWithin: 0\n").await;
    assert_eq!(at_once.reading.sample.unwrap().seen, 40_000);
    assert_eq!(at_once.notes, Vec::<String>::new());
}
