use jiff::Timestamp;

use super::{FAULTS, Fault, Lab, winner};
use crate::app::experiment::{Conclusion, Details, StatusOptions, of_metrics};
use crate::cloud::Ecs;
use crate::cloud::fake::FakeCloud;
use crate::experiment::start::StartRequest;
use crate::experiment::testing::{definition, rule, rule_arn};
use crate::experiment::{Record, State};
use crate::progress::{ExitCode, Refusal};
use crate::release::ids::RuleArn;
use crate::release::{EXPERIMENT, ExistingMetric};
use mlship_manifest::Code;

const NEXT: StartRequest = StartRequest {
    next: true,
    force: false,
};

/// Checks that requests are shared, and that the rule and the service say so.
async fn check_runs(lab: &Lab) {
    assert_eq!(lab.state(), Some(State::Running));
    let weights: Vec<u32> = lab.forward().weights.into_values().collect();
    assert_eq!(weights[0], weights[1]);
    let service = lab.stand.cloud.service(&FakeCloud::id()).await.unwrap();
    let tags = service.unwrap().tags();
    assert_eq!(tags[EXPERIMENT], rule_arn().as_str());
}

#[tokio::test(start_paused = true)]
async fn a_start_deploys_waits_for_targets_and_shares() {
    let lab = Lab::new();
    lab.stand.succeed_after(20);
    let challenger = &lab.comparison.definition.arms[1].group;
    lab.stand.cloud.balancer.is_healthy(challenger, false);
    let healthy = async {
        tokio::time::sleep(std::time::Duration::from_mins(2)).await;
        assert_eq!(lab.alone(), Some("control"), "before it has a target");
        lab.stand.cloud.balancer.is_healthy(challenger, true);
    };
    let ((outcome, told), ()) = tokio::join!(lab.start(StartRequest::default()), healthy);
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    assert_eq!(told.0, ["StartPlanned", "WaitingForTargets"]);
    assert_eq!(lab.stand.cloud.count("UpdateService"), 1);
    // To attach the challenger, and to share.
    assert_eq!(lab.stand.cloud.balancer.count("ModifyRule"), 2);
    check_runs(&lab).await;
}

#[tokio::test(start_paused = true)]
async fn a_second_start_writes_nothing_and_names_what_is_not_compared() {
    let mut lab = Lab::running().await;
    let before = lab.writes();
    let (outcome, told) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged, "{outcome:?}");
    assert!(told.0.is_empty(), "{:?}", told.0);
    lab.release(1, super::manifest("3"));
    let (outcome, _) = lab.start(StartRequest::default()).await;
    let Some(Details::Runs { notes, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert!(notes[0].contains("the manifest of challenger"), "{notes:?}");
    assert_eq!(lab.writes(), before);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_start_goes_on_wherever_it_was() {
    let mut interrupted = 0;
    for seconds in 0..90 {
        let lab = Lab::new();
        lab.stand.succeed_after(45);
        let latency = std::time::Duration::from_millis(700);
        lab.stand.cloud.latency.set(latency);
        let context = lab.stand.context();
        let work = lab.start_in(&context, StartRequest::default());
        let (outcome, _) = Box::pin(lab.stand.interrupting(seconds, work)).await;
        if outcome.conclusion == Conclusion::Started {
            check_runs(&lab).await;
            continue;
        }
        interrupted += 1;
        assert_ne!(outcome.conclusion.exit_code(), ExitCode::Done);
        let hint = outcome.hint.unwrap();
        assert!(hint.contains("mlship experiment start e.yaml"), "{hint}");
        let (outcome, _) = lab.start(StartRequest::default()).await;
        assert!(outcome.conclusion.is_done(), "{seconds} s: {outcome:?}");
        assert_eq!(lab.stand.cloud.count("UpdateService"), 1, "{seconds} s");
        check_runs(&lab).await;
    }
    assert!(interrupted > 10, "{interrupted}");
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_a_write_a_start_that_says_so_has_started() {
    for fault in FAULTS {
        for operation in ["ModifyRule", "AddTags", "TagResource"] {
            let lab = Lab::new();
            lab.stand.succeed_after(20);
            if operation == "TagResource" {
                lab.stand.cloud.fail(operation, &[fault]);
            } else {
                lab.stand.cloud.balancer.fail(operation, &[fault]);
            }
            let (outcome, _) = lab.start(StartRequest::default()).await;
            if outcome.conclusion == Conclusion::Started {
                check_runs(&lab).await;
            } else {
                assert_eq!(lab.alone(), Some("control"), "{fault:?} of {operation}");
                let (outcome, _) = lab.start(StartRequest::default()).await;
                let said = format!("{fault:?} of {operation}: {outcome:?}");
                assert_eq!(outcome.conclusion, Conclusion::Started, "{said}");
                check_runs(&lab).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_speaks_against_a_start_is_found_before_anything_is_written() {
    let mut lab = Lab::new();
    lab.comparison.definition.rule = RuleArn::new("arn:none");
    let (outcome, told) = lab.start(StartRequest::default()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(outcome.conclusion, refused);
    assert_eq!(outcome.findings().unwrap().len(), 1);
    assert!(told.0.is_empty());
    let mut lab = Lab::running().await;
    let before = lab.writes();
    "another".clone_into(&mut lab.comparison.definition.name);
    assert_eq!(
        lab.start(StartRequest::default()).await.0.conclusion,
        refused
    );
    assert_eq!(lab.writes(), before);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_did_not_succeed_gets_no_traffic() {
    let lab = Lab::new();
    lab.stand.fail_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    let not_deployed = |code| outcome.conclusion == Conclusion::NotDeployed(code);
    assert!(!not_deployed(ExitCode::Done), "{outcome:?}");
    assert_ne!(outcome.conclusion.exit_code(), ExitCode::Done);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.state(), Some(State::Starting));
    let (end, _) = lab.status(StatusOptions::default()).await;
    assert_eq!(end.exit_code(), ExitCode::Inconclusive, "{end:?}");
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    check_runs(&lab).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_is_in_one_experiment() {
    let lab = Lab::running().await;
    let mut second = lab.stand.cloud.balancer.rule(&rule_arn());
    second.arn = RuleArn::new(format!("{}4", rule_arn()));
    second.tags.clear();
    let control = &lab.comparison.definition.arms[0].group;
    second.routing = rule(&[(control, 1)]).routing;
    lab.stand.cloud.balancer.put(second.clone());
    let mut other = lab;
    other.comparison.definition.rule = second.arn;
    "second".clone_into(&mut other.comparison.definition.name);
    let before = other.writes();
    let (outcome, _) = other.start(StartRequest::default()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(outcome.conclusion, refused, "{outcome:?}");
    let finding = &outcome.findings().unwrap()[0];
    assert_eq!(finding.code, Code::ANOTHER_EXPERIMENT);
    assert!(finding.message.contains("v9"), "{finding:?}");
    assert_eq!(other.writes(), before);
}

#[tokio::test(start_paused = true)]
async fn other_weights_open_another_phase() {
    let mut lab = Lab::running().await;
    lab.comparison.definition = definition(&[80, 20]);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    let rule = lab.stand.cloud.balancer.rule(&rule_arn());
    assert_eq!(Record::read(&rule.tags).unwrap().phase, 2);
    let weights: Vec<u32> = lab.forward().weights.into_values().collect();
    assert_eq!(weights, [80, 20]);
    assert_eq!(lab.stand.cloud.count("UpdateService"), 1, "deployed before");
}

#[tokio::test(start_paused = true)]
async fn a_release_is_not_put_before_everybody_untested() {
    let mut lab = Lab::running().await;
    lab.stop(&winner()).await;
    lab.release(1, super::manifest("3"));
    let before = lab.writes();
    let (outcome, _) = lab.start(StartRequest::default()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(outcome.conclusion, refused, "{outcome:?}");
    assert_eq!(outcome.findings().unwrap()[0].code, Code::UNTESTED_RELEASE);
    assert_eq!(lab.writes(), before);
    assert_eq!(lab.alone(), Some("challenger"));
    lab.stand.succeed_after(20);
    let force = StartRequest {
        next: false,
        force: true,
    };
    let (outcome, _) = lab.start(force).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_healthy_target_traffic_stays_where_it_was() {
    let lab = Lab::new();
    lab.stand.succeed_after(20);
    let challenger = &lab.comparison.definition.arms[1].group;
    lab.stand.cloud.balancer.is_healthy(challenger, false);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::TimedOut, "{outcome:?}");
    assert!(outcome.message[0].contains("challenger (no target is registered)"));
    assert_eq!(lab.alone(), Some("control"));
}

#[tokio::test(start_paused = true)]
async fn what_does_harm_gets_no_more_traffic() {
    let mut lab = Lab::new();
    lab.comparison.definition.ramp = vec![20];
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    lab.harm();
    // By the shares of the first step.
    let control = lab.comparison.definition.arms[0].group.dimension();
    let metrics = &lab.stand.cloud.metrics;
    metrics.put(control, "RequestCount", 4_000_000.0);
    metrics.put(control, "HTTPCode_Target_2XX_Count", 3_999_000.0);
    metrics.put("control", "Clients", 40_000.0);
    metrics.put("control", "Converted", 2000.0);
    let before = lab.writes();
    let never = crate::app::Interrupts::never();
    let (outcome, _) = lab.start_in(&lab.later(&never), NEXT).await;
    assert_eq!(outcome.conclusion, Conclusion::Harms, "{outcome:?}");
    let Some(Details::Harm(readout)) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(readout.reading.breached(), ["challenger"]);
    assert!(
        outcome
            .hint
            .unwrap()
            .contains("experiment stop e.yaml --no-winner")
    );
    assert_eq!(lab.writes(), before);
    let rule = lab.stand.cloud.balancer.rule(&rule_arn());
    assert_eq!(Record::read(&rule.tags).unwrap().step, 1);
}

#[tokio::test(start_paused = true)]
async fn a_metric_that_cloudwatch_does_not_have_is_told_with_what_is_like_it() {
    let lab = Lab::new();
    let existing = |metric: &str, variant: &str| ExistingMetric {
        namespace: "Fraud".to_owned(),
        metric: metric.to_owned(),
        dimensions: vec![("Variant".to_owned(), variant.to_owned())],
    };
    let there = ["control", "challenger"];
    let there = there.map(|variant| [existing("Clients", variant), existing("Convert", variant)]);
    *lab.stand.cloud.metrics.1.borrow_mut() = there.concat();
    let told = async || of_metrics(&lab.stand.cloud, &lab.comparison, Timestamp::now()).await;
    let unknown = "CloudWatch has no Fraud Converted with Variant=challenger and with \
                   Variant=control yet: there is Fraud Convert with Variant=challenger and with \
                   Variant=control";
    assert_eq!(told().await, [unknown]);
    lab.stand
        .cloud
        .fail_always("ListMetrics", Some(Fault::Denied));
    let unchecked = told().await;
    assert!(unchecked[0].contains("was not checked"), "{unchecked:?}");
    lab.stand.cloud.fail_always("ListMetrics", None);
    *lab.stand.cloud.metrics.1.borrow_mut() = Vec::new();
    lab.errors(1, 0.0);
    lab.stand
        .cloud
        .metrics
        .put("challenger", "Converted", 1_300.0);
    lab.stand
        .cloud
        .metrics
        .put("challenger", "Clients", 1_000.0);
    let told = told().await;
    let impossible = "conversion of challenger: more successes than trials";
    assert!(
        told.iter().any(|note| note.starts_with(impossible)),
        "{told:?}"
    );
}
