//! What a service costs in a fleet of any size, by counts on a paused clock.

use std::time::Duration;

use super::taken_back::Heard;
use crate::app::fleet::{OnFailure, Simulated, Simulation, simulated};
use crate::cloud::fake::ROLLOUT;
use crate::progress::Interrupt;

async fn run(simulation: Simulation) -> Simulated {
    Box::pin(simulated(simulation, &Heard::default())).await
}

/// Returns how many of the services were begun.
fn begun(run: &Simulated) -> usize {
    let verdicts = &run.record.verdicts;
    run.record.services - verdicts.get("not_begun").copied().unwrap_or_default()
}

/// ECS registers 20 at once and one a second from then on.
#[tokio::test(start_paused = true)]
async fn a_service_takes_a_second_and_six_calls_in_a_fleet_of_any_size() {
    let mut calls_of_each = f64::INFINITY;
    for services in [50_u32, 200, 400] {
        let Simulated {
            record,
            refused,
            took,
        } = run(Simulation::of(services as usize)).await;
        assert_eq!(record.verdicts["succeeded"], services as usize);
        assert_eq!(refused, 0);
        let beyond = took.saturating_sub(ROLLOUT).as_secs_f64();
        let rate = f64::from(services) - 20.0;
        assert!((rate..rate + 5.0).contains(&beyond), "{services}: {beyond}");
        let calls = f64::from(u32::try_from(record.api_calls).unwrap()) / f64::from(services);
        assert!(calls < 6.6 && calls <= calls_of_each, "{services}: {calls}");
        calls_of_each = calls;
    }
}

/// The last of them are planned after minutes in the queue: a refusal then is the first one.
#[tokio::test(start_paused = true)]
async fn a_neighbour_fails_none_of_many_however_long_they_queue() {
    let simulation = Simulation {
        left: 0.5,
        ..Simulation::of(800)
    };
    let run = run(simulation).await;
    assert_eq!(run.record.verdicts["succeeded"], 800, "{:?}", run.record);
    assert!(run.refused > 0);
}

/// ECS takes 90 seconds for the registers of these: who waits for its turn has not begun.
const MANY: Simulation = Simulation {
    services: 110,
    left: 1.0,
    failing: 0,
    on_failure: OnFailure::Continue,
    run_timeout: None,
    interrupted: None,
};

#[tokio::test(start_paused = true)]
async fn beyond_the_failure_budget_nobody_leaves_the_queue_to_begin() {
    let simulation = Simulation {
        failing: 1,
        on_failure: OnFailure::Stop,
        ..MANY
    };
    let run = run(simulation).await;
    assert!((20..60).contains(&begun(&run)), "{:?}", run.record);
    assert_eq!(run.record.verdicts["rolled_back"], 1);
    assert_eq!(run.record.verdicts["succeeded"], begun(&run) - 1);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_a_run_at_once_however_many_queue() {
    let simulation = Simulation {
        interrupted: Some(Duration::from_secs(30)),
        ..MANY
    };
    let run = run(simulation).await;
    assert!((45..60).contains(&begun(&run)), "{:?}", run.record);
    assert_eq!(run.record.verdicts["interrupted"], begun(&run));
    assert_eq!(run.record.exit_code, Interrupt::Interrupt.into());
    assert!(run.took < Duration::from_secs(35), "{:?}", run.took);
}

#[tokio::test(start_paused = true)]
async fn once_the_runs_time_is_up_nobody_leaves_the_queue_to_begin() {
    let simulation = Simulation {
        run_timeout: Some(Duration::from_secs(30)),
        ..MANY
    };
    let run = run(simulation).await;
    assert!((45..60).contains(&begun(&run)), "{:?}", run.record);
    assert_eq!(run.record.verdicts["timed_out"], begun(&run));
    assert!(run.took < Duration::from_secs(45), "{:?}", run.took);
}
