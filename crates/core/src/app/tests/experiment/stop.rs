use super::{EXPERIMENT, FAULTS, Lab, ending, winner};
use crate::app::experiment::{Conclusion, Details, Ending, StopOptions};
use crate::app::testing::{manifest, manifest_of, manifest_with};
use crate::cloud::Identity;
use crate::cloud::fake::{FakeRegistry, Fault};
use crate::experiment::State;
use crate::experiment::start::StartRequest;
use crate::progress::{ExitCode, Refusal};
use mlship_manifest::Code;

const REFUSED: Conclusion = Conclusion::Refused(Refusal::Check);

pub(super) fn cleanup(ending: Option<Ending>) -> StopOptions {
    StopOptions {
        ending,
        now: false,
        cleanup: true,
        force: false,
    }
}

#[tokio::test(start_paused = true)]
async fn a_winner_gets_all_the_traffic() {
    let lab = Lab::running().await;
    let (outcome, told) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(told.0, ["NumbersRead", "StopPlanned"]);
    assert_eq!(lab.alone(), Some("challenger"));
    assert_eq!(lab.state(), Some(State::Stopped));
    let Some(Details::Stopped { winner, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(winner, "challenger");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_to_be_measured_holds_no_stop_up() {
    let lab = Lab::running().await;
    let unmeasured = EXPERIMENT.replace("metric: conversion", "metric: \"${METRIC}\"");
    let broken = Lab::with(&unmeasured, [manifest("2"), manifest("2")]);
    let lab = Lab {
        comparison: broken.comparison,
        ..lab
    };
    let (outcome, told) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(told.0, ["NumbersUnreadable", "StopPlanned"]);
    assert_eq!(lab.alone(), Some("challenger"));
}

#[tokio::test(start_paused = true)]
async fn no_traffic_is_moved_in_another_account_than_that_of_a_variant() {
    let guarded = manifest_with("2", "account: \"999999999999\"\n");
    let lab = Lab::of([manifest("2"), guarded]);
    let caller = lab.stand.cloud.caller().await.unwrap();
    let mut told = Vec::new();
    let tell = &mut |line: &str| told.push(line.to_owned());
    let refused = lab.comparison.clear(Ok(&caller), tell).unwrap_err();
    assert_eq!(refused.conclusion.exit_code(), ExitCode::Refused);
    let [finding] = refused.findings().unwrap() else {
        panic!("{refused:?}");
    };
    assert_eq!(finding.code, Code::WRONG_ACCOUNT);
    assert!(told[0].starts_with("account "), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_winner_the_control_gets_it() {
    let lab = Lab::running().await;
    let (outcome, _) = lab.stop(&ending(Ending::NoWinner)).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped);
    assert_eq!(lab.alone(), Some("control"));
}

#[tokio::test(start_paused = true)]
async fn what_is_over_stays_as_it_ended() {
    let lab = Lab::running().await;
    lab.stop(&winner()).await;
    let before = lab.writes();
    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged, "{outcome:?}");
    let (outcome, _) = lab.stop(&ending(Ending::NoWinner)).await;
    assert_eq!(outcome.conclusion, REFUSED, "{outcome:?}");
    assert_eq!(lab.writes(), before);
}

#[tokio::test(start_paused = true)]
async fn what_does_harm_wins_by_force_alone() {
    let lab = Lab::running().await;
    lab.harm();
    let before = lab.writes();
    let (outcome, _) = lab.stop(&winner()).await;
    assert_eq!(outcome.conclusion, REFUSED, "{outcome:?}");
    assert_eq!(lab.writes(), before);
    let forced = StopOptions {
        force: true,
        ..winner()
    };
    let (outcome, _) = lab.stop(&forced).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_no_numbers() {
    for hangs in [false, true] {
        let lab = Lab::running().await;
        lab.harm();
        let cloud = &lab.stand.cloud;
        if hangs {
            cloud.latency.set(std::time::Duration::from_mins(5));
        } else {
            cloud.fail_always("GetMetricData", Some(Fault::Unreachable));
        }
        let (outcome, told) = lab.stop(&ending(Ending::NoWinner)).await;
        assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
        assert_eq!(told.0, ["NumbersUnreadable", "StopPlanned"]);
        assert_eq!(lab.alone(), Some("control"));
        let Some(Details::Stopped { outcome, .. }) = outcome.details.as_deref() else {
            panic!("{outcome:?}");
        };
        assert_eq!(outcome, "unknown");
    }
}

#[tokio::test(start_paused = true)]
async fn clients_leave_at_once_where_that_is_asked_for() {
    let mut lab = Lab::new();
    lab.comparison.definition.stickiness = Some(3600);
    lab.stand.succeed_after(20);
    lab.start(StartRequest::default()).await;
    assert_eq!(lab.forward().stickiness, Some(3600));
    lab.stop(&winner()).await;
    assert_eq!(lab.forward().stickiness, Some(3600));
    // Also after a stop.
    let now = StopOptions {
        now: true,
        ..winner()
    };
    let (outcome, _) = lab.stop(&now).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(lab.forward().stickiness, None);
    assert_eq!(lab.alone(), Some("challenger"));
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_a_write_a_stop_that_says_so_has_stopped() {
    for fault in FAULTS {
        for operation in ["ModifyRule", "AddTags"] {
            // Once, and as long as a write is repeated.
            for times in [1, 40] {
                let lab = Lab::running().await;
                let faults = vec![fault; times];
                lab.stand.cloud.balancer.fail(operation, &faults);
                let (outcome, _) = lab.stop(&winner()).await;
                let said = format!("{fault:?} of {operation}, {times} times: {outcome:?}");
                if outcome.conclusion == Conclusion::Stopped {
                    assert_eq!(lab.alone(), Some("challenger"), "{said}");
                    assert_eq!(lab.state(), Some(State::Stopped), "{said}");
                } else {
                    assert_ne!(outcome.conclusion.exit_code(), ExitCode::Done, "{said}");
                    assert!(!outcome.conclusion.is_done(), "{said}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn losers_are_scaled_down_once_and_only_after_the_end() {
    let lab = Lab::running().await;
    let (outcome, _) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.conclusion, REFUSED, "{outcome:?}");
    lab.stop(&winner()).await;
    let before = lab.stand.cloud.count("UpdateService");
    let (outcome, told) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.conclusion, Conclusion::CleanedUp, "{outcome:?}");
    assert_eq!(told.0, ["ScaledDown"]);
    let Some(Details::CleanedUp { scaled_down }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(scaled_down.len(), 1);
    assert!(scaled_down[0].contains("control"), "{scaled_down:?}");
    assert_eq!(lab.stand.cloud.count("UpdateService"), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_loser_that_was_deleted_is_not_said_to_be_scaled_down() {
    let lab = Lab::running().await;
    lab.stop(&winner()).await;
    let cloud = &lab.stand.cloud;
    cloud.after_now(0, |world| world.service = None);
    let (outcome, told) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.conclusion, Conclusion::CleanedUp, "{outcome:?}");
    assert_eq!(told.0, Vec::<String>::new());
    assert_eq!(
        outcome.message,
        [
            "v9: no loser runs any more",
            "not there any more, so that nothing was scaled down: ml/control",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_serves_is_not_scaled_down() {
    let mut lab = Lab::running().await;
    let now = StopOptions {
        now: true,
        ..winner()
    };
    lab.stop(&now).await;
    let before = lab.stand.cloud.count("UpdateService");
    // What it is called now is not what won.
    let names = |lab: &mut Lab, names: [&str; 2]| {
        let arms = lab.comparison.definition.arms.iter_mut();
        for (arm, name) in arms.zip(names) {
            name.clone_into(&mut arm.name);
        }
    };
    names(&mut lab, ["v8", "v9"]);
    let (outcome, _) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.conclusion, REFUSED, "{outcome:?}");
    assert_eq!(outcome.findings().unwrap()[0].code, Code::LOSER_SERVES);
    assert_eq!(lab.stand.cloud.count("UpdateService"), before);
    names(&mut lab, ["control", "challenger"]);
    let (outcome, _) = lab.stop(&cleanup(None)).await;
    assert_eq!(outcome.conclusion, Conclusion::CleanedUp, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_told_of_though_nothing_can_be_cleaned_up() {
    let lab = Lab::running().await;
    let denied = Some(Fault::Denied);
    lab.stand.cloud.fail_always("UpdateService", denied);
    let both = cleanup(Some(Ending::NoWinner));
    let (outcome, _) = lab.stop(&both).await;
    assert_ne!(outcome.conclusion.exit_code(), ExitCode::Done);
    assert!(outcome.message[0].contains("stopped, control has all"));
    let stopped = outcome.before.as_deref();
    assert!(matches!(stopped, Some(Details::Stopped { .. })));
    assert_eq!(lab.alone(), Some("control"));
}

#[tokio::test(start_paused = true)]
async fn the_registry_hears_of_the_end_and_changes_nothing_about_it() {
    for is_down in [false, true] {
        let release = || manifest_of("{ name: m, ref: \"models:/m@challenger\" }", "x");
        let lab = Lab::of([release(), release()]);
        let registry = FakeRegistry::default().with("2", 0.9);
        registry.name("challenger", "2");
        lab.stand.cloud.registry.replace(Some(registry.clone()));
        lab.stand.succeed_after(20);
        lab.start(StartRequest::default()).await;
        registry.is_down(is_down);
        let (outcome, _) = lab.stop(&winner()).await;
        assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
        let Some(Details::Stopped {
            registry: Some(notice),
            ..
        }) = outcome.details.as_deref()
        else {
            panic!("{outcome:?}");
        };
        assert_eq!(notice.error.is_some(), is_down, "{notice:?}");
        let fates = registry.outcomes().into_iter();
        let fates = fates.filter(|(_, fate)| fate.ends_with("traffic"));
        assert_eq!(fates.count(), if is_down { 0 } else { 2 });
    }
}
