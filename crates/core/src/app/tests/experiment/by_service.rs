use super::stop::cleanup;
use super::{Lab, ending, winner};
use crate::app::experiment::{
    Comparison, Conclusion, Details, Ending, NamedVariant, Outcome, StatusOptions, StopOptions,
};
use crate::app::testing::manifest_of;
use crate::app::{Context, Interrupts};
use crate::cloud::fake::{FakeRegistry, Fault};
use crate::cloud::{Balancing, Identity};
use crate::experiment::start::StartRequest;
use crate::experiment::testing::rule_arn;
use crate::experiment::{Reading, RecordedVariants, State};
use crate::progress::{ExitCode, Interrupt, Refusal};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};
use mlship_manifest::Code;
use mlship_stats::{Reason, TestVerdict};

fn named(name: &str) -> NamedVariant {
    NamedVariant {
        service: ServiceId {
            cluster: ClusterName::new("arn:aws:ecs:eu-west-1:111122223333:cluster/ml"),
            name: ServiceName::new(name),
            place: None,
        },
        place: None,
    }
}

async fn find(lab: &Lab, named: NamedVariant) -> Result<Comparison, Outcome> {
    Comparison::of_service(&lab.stand.context(), named).await
}

/// The same experiment, known by a variant's service alone.
async fn by_service(lab: Lab) -> Lab {
    let comparison = find(&lab, named("challenger")).await.unwrap();
    Lab { comparison, ..lab }
}

/// Checks what is said where no experiment is found.
async fn check(lab: &Lab, service: &str, code: Code, words: &str) {
    let outcome = find(lab, named(service)).await.unwrap_err();
    assert_eq!(outcome.conclusion, Conclusion::Refused(Refusal::Check));
    let [finding] = outcome.findings().unwrap() else {
        panic!("{outcome:?}");
    };
    assert_eq!(finding.code, code, "{finding:?}");
    assert!(finding.message.contains(words), "{}", finding.message);
}

/// An experiment that keeps clients with their variant, known by a variant's service.
async fn sticky() -> Lab {
    let mut lab = Lab::new();
    lab.comparison.definition.stickiness = Some(604_800);
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert!(outcome.conclusion.is_done(), "{outcome:?}");
    by_service(lab).await
}

async fn forget(lab: &Lab, name: &str) {
    let balancer = &lab.stand.cloud.balancer;
    balancer.untag_rule(&rule_arn(), &[name]).await.unwrap();
}

/// Looks once, and returns what was found and the exit code.
async fn read_out(lab: &Lab) -> (Reading, ExitCode) {
    let (end, told) = lab.status(StatusOptions::default()).await;
    (told.1.unwrap().reading, end.exit_code())
}

#[tokio::test(start_paused = true)]
async fn an_experiment_is_what_its_manifest_says_by_the_service_of_any_variant() {
    let lab = Lab::running().await;
    for service in ["control", "challenger"] {
        let found = find(&lab, named(service)).await.unwrap();
        let written = &lab.comparison.definition;
        assert_eq!(
            RecordedVariants::of(&found.definition),
            RecordedVariants::of(written)
        );
        assert_eq!(
            (&found.definition.name, &found.definition.rule),
            (&written.name, &written.rule)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_variant_is_refused_and_says_why() {
    let lab = Lab::new();
    check(&lab, "control", Code::IN_NO_EXPERIMENT, "has no tag").await;
    let lab = Lab::running().await;
    check(&lab, "another", Code::IN_NO_EXPERIMENT, "of other services").await;
    forget(&lab, "mlship:experiment-variants").await;
    check(&lab, "control", Code::VARIANTS_NOT_RECORDED, "v9").await;
    forget(&lab, "mlship:experiment-state").await;
    check(&lab, "control", Code::IN_NO_EXPERIMENT, "none is on rule").await;
    lab.stand
        .cloud
        .balancer
        .delete_rule(&rule_arn())
        .await
        .unwrap();
    check(&lab, "control", Code::IN_NO_EXPERIMENT, "which is no rule").await;
    let lab = Lab::running().await;
    lab.stand.cloud.fail("DescribeServices", &[Fault::Denied]);
    let outcome = find(&lab, named("control")).await.unwrap_err();
    assert_eq!(outcome.conclusion.exit_code(), ExitCode::SaidNo);
}

#[tokio::test(start_paused = true)]
async fn a_stop_without_a_manifest_writes_what_one_with_it_does() {
    for cut in [false, true] {
        let mut ends = Vec::new();
        for is_named in [false, true] {
            let mut lab = Lab::running().await;
            if is_named {
                lab = by_service(lab).await;
            }
            let options = StopOptions {
                now: cut,
                ..winner()
            };
            let (outcome, _) = lab.stop(&options).await;
            assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
            let mut rule = lab.stand.cloud.balancer.rule(&rule_arn());
            let end = rule.tags.get_mut("mlship:experiment-end").unwrap();
            let (outcome, rest) = end.split_once(' ').unwrap();
            assert_eq!(outcome == "unknown", is_named);
            *end = rest.to_owned();
            ends.push((rule, lab.writes()));
        }
        assert_eq!(ends[0], ends[1]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_winner_the_recorded_control_gets_it() {
    let lab = sticky().await;
    let (outcome, told) = lab.stop(&ending(Ending::NoWinner)).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(told.0, ["NumbersUnreadable", "StopPlanned"]);
    assert_eq!(lab.alone(), Some("control"));
    let next = outcome.message.join(" ");
    assert!(next.contains("experiment stop --service"), "{next}");
    // What is over is known by the service, too.
    let lab = by_service(lab).await;
    let (outcome, _) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.findings().unwrap()[0].code, Code::CLIENTS_REMAIN);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_only_a_manifest_names_is_said_not_to_know() {
    let registered = || manifest_of("{ name: m, ref: \"models:/m@challenger\" }", "x");
    let lab = Lab::of([registered(), registered()]);
    let registry = FakeRegistry::default().with("2", 0.9);
    registry.name("challenger", "2");
    lab.stand.cloud.registry.replace(Some(registry));
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.start(StartRequest::default()).await;
    assert!(outcome.conclusion.is_done(), "{outcome:?}");
    let lab = by_service(lab).await;
    let (outcome, _) = lab.stop(&winner()).await;
    let Some(Details::Stopped { registry, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert!(registry.as_ref().unwrap().needs_manifest);
    let said = outcome.message.join(" ");
    assert!(
        said.contains("with the experiment's manifest tells it"),
        "{said}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_traffic_is_moved_elsewhere_than_the_service_was_said_to_be() {
    let lab = Lab::running().await;
    for (region, account) in [("eu-west-1", "111122223333"), ("us-east-1", "999999999999")] {
        let place = Some((region.to_owned(), account.to_owned()));
        let named = NamedVariant {
            place,
            ..named("control")
        };
        let found = find(&lab, named).await.unwrap();
        let caller = lab.stand.cloud.caller().await.unwrap();
        let refused = found.clear(Ok(&caller), &mut |_| {}).unwrap_err();
        assert_eq!(refused.findings().unwrap()[0].code, Code::WRONG_ACCOUNT);
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_without_a_manifest_decides_nothing_but_harm_that_needs_none() {
    let lab = sticky().await;
    lab.errors(0, 0.0);
    lab.errors(1, 0.0);
    let (reading, code) = read_out(&lab).await;
    assert_eq!(code, ExitCode::Inconclusive);
    assert_eq!(reading.readout.reason, Some(Reason::MeasuresUnknown));
    assert_eq!((reading.sample, reading.split), (None, None));
    assert_eq!(reading.variants[1].requests, 2_000_000);
    assert_eq!(reading.variants[1].count, None);
    let group = &lab.comparison.definition.arms[1].group;
    lab.stand.cloud.balancer.is_healthy(group, false);
    let (reading, code) = read_out(&lab).await;
    assert_eq!(code, ExitCode::Harm);
    assert_eq!(reading.readout.verdict, TestVerdict::GuardrailBreached);
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_assigned_one_by_one_test_the_split() {
    let lab = Lab::running().await;
    let lab = by_service(lab).await;
    lab.errors(0, 0.0);
    lab.errors(1, 0.0);
    let (reading, code) = read_out(&lab).await;
    assert_eq!((code, reading.split), (ExitCode::Inconclusive, Some(1.0)));
    let control = lab.comparison.definition.arms[0].group.dimension();
    lab.stand
        .cloud
        .metrics
        .put(control, "RequestCount", 500_000.0);
    let (reading, code) = read_out(&lab).await;
    assert_eq!(code, ExitCode::Harm);
    assert_eq!(reading.readout.verdict, TestVerdict::BrokenSplit);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_search_for_the_experiment() {
    let lab = Lab::running().await;
    let (_sender, heard) = tokio::sync::watch::channel(Some(Interrupt::Interrupt));
    let interrupts = Interrupts::from_channel(heard);
    let context = Context {
        interrupts: &interrupts,
        ..lab.stand.context()
    };
    let found = Comparison::of_service(&context, named("control")).await;
    assert_eq!(
        found.unwrap_err().conclusion.exit_code(),
        ExitCode::Interrupted
    );
    assert_eq!(lab.state(), Some(State::Running));
}
