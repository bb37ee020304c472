//! An experiment that runs by itself.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::super::super::testing::manifest;
use super::{EXPERIMENT, Lab, RecordedEvents, winner};
use crate::app::experiment::{Conclusion, Details, Outcome, Run, RunOptions};
use crate::app::{Context, Interrupts};
use crate::cloud::Identity;
use crate::cloud::fake::{FakeCloud, Fault};
use crate::experiment::start::StartRequest;
use crate::experiment::testing::rule_arn;
use crate::experiment::{Record, State, Wait};
use crate::progress::{ExitCode, Refusal};

const OPTIONS: RunOptions = RunOptions {
    timeout: Duration::from_mins(10),
    retry_failed: false,
    verify: true,
};

/// So many days after the start.
fn days<const DAYS: i64>() -> Timestamp {
    Timestamp::from_second(DAYS * 86_400).unwrap()
}

thread_local! {
    static BEGAN: Instant = Instant::now();
}

/// The time by the clock that tests pause.
pub(super) fn ticking() -> Timestamp {
    let since = BEGAN.with(Instant::elapsed);
    let since = SignedDuration::try_from(since).unwrap();
    Timestamp::UNIX_EPOCH.saturating_add(since).unwrap()
}

impl Lab {
    async fn in_run<T>(
        &self,
        clock: fn() -> Timestamp,
        work: impl AsyncFnOnce(Run<'_, FakeCloud>, &mut RecordedEvents) -> T,
    ) -> (T, RecordedEvents) {
        let interrupts = Interrupts::never();
        let context = Context {
            interrupts: &interrupts,
            clock,
            examined: |examined| examined,
            ..self.stand.context()
        };
        let caller = self.stand.cloud.caller().await.unwrap();
        let run = Run {
            context: &context,
            comparison: self.cleared().await,
            caller: &caller,
            options: OPTIONS,
            rows: None,
        };
        let mut told = RecordedEvents::default();
        let done = work(run, &mut told).await;
        (done, told)
    }

    /// Takes the step that is due two days after the start.
    async fn advance(&self) -> (Outcome, RecordedEvents) {
        self.advance_at(days::<2>).await
    }

    pub(super) async fn advance_at(&self, clock: fn() -> Timestamp) -> (Outcome, RecordedEvents) {
        let step = async |run: Run<'_, _>, told: &mut RecordedEvents| run.advance(told).await;
        self.in_run(clock, step).await
    }

    async fn run_at(&self, clock: fn() -> Timestamp) -> (Outcome, RecordedEvents) {
        let all = async |run: Run<'_, _>, told: &mut RecordedEvents| run.run(told).await;
        self.in_run(clock, all).await
    }

    /// Lets more clients of the challenger convert, and all guardrails pass.
    fn win(&self) {
        self.errors(0, 1000.0);
        self.errors(1, 1000.0);
        let challenger = &self.comparison.definition.arms[1].name;
        self.stand.cloud.metrics.put(challenger, "Converted", 750.0);
    }

    fn record(&self) -> Record {
        let rule = self.stand.cloud.balancer.rule(&rule_arn());
        Record::read(&rule.tags).unwrap()
    }
}

/// One whose variants get the challenger's share in steps.
fn ramped(more: &str) -> Lab {
    let text = format!("{EXPERIMENT}{more}");
    let mut lab = Lab::with(&text, [manifest("2"), manifest("2")]);
    lab.comparison.definition.ramp = vec![20];
    lab
}

#[tokio::test(start_paused = true)]
async fn it_starts_goes_on_and_stops_for_harm() {
    let lab = Lab::new();
    lab.stand.succeed_after(20);
    let (outcome, _) = lab.advance_at(days::<0>).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    let before = lab.writes();
    let (outcome, told) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::GoesOn, "{outcome:?}");
    assert_eq!(outcome.conclusion.exit_code(), ExitCode::Done);
    assert_eq!((told.0, lab.writes()), (vec!["Looked".to_owned()], before));
    lab.harm();
    let (outcome, _) = lab.advance().await;
    assert_eq!(
        outcome.conclusion,
        Conclusion::StoppedForHarm,
        "{outcome:?}"
    );
    assert_eq!(outcome.conclusion.exit_code(), ExitCode::Harm);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.record().end.unwrap().outcome, "guardrail_breached");
    let rule = lab.stand.cloud.balancer.rule(&rule_arn());
    assert!(!rule.tags.contains_key("mlship:experiment-claim"));
    let before = lab.writes();
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged, "{outcome:?}");
    assert_eq!(lab.writes(), before, "what is over is not begun again");
}

#[tokio::test(start_paused = true)]
async fn one_run_does_it_all() {
    let lab = Lab::new();
    lab.stand.succeed_after(20);
    ticking();
    let later = async {
        tokio::time::sleep(Duration::from_hours(2)).await;
        assert_eq!(lab.state(), Some(State::Running));
        lab.lose();
    };
    let run = tokio::time::timeout(Duration::from_hours(5), lab.run_at(ticking));
    let (ended, ()) = tokio::join!(run, later);
    let (outcome, told) = ended.unwrap();
    let starts = told.0.iter().filter(|name| *name == "StartPlanned");
    assert_eq!(starts.count(), 1);
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(lab.alone(), Some("control"));
}

#[tokio::test(start_paused = true)]
async fn a_winner_is_kept_where_nobody_said_otherwise() {
    let lab = Lab::running().await;
    lab.win();
    let before = lab.writes();
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Decided, "{outcome:?}");
    assert_eq!(outcome.conclusion.exit_code(), ExitCode::Done);
    let Some(Details::Decided { winner, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(winner, "challenger");
    let next = &outcome.message[1];
    assert!(
        next.contains("experiment stop e.yaml --winner challenger"),
        "{next}"
    );
    assert_eq!((lab.writes(), lab.state()), (before, Some(State::Running)));
}

#[tokio::test(start_paused = true)]
async fn a_loser_ends_it_without_being_a_mistake() {
    let lab = Lab::running().await;
    lab.lose();
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(outcome.conclusion.exit_code(), ExitCode::Done);
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.record().end.unwrap().outcome, "control_better");
}

#[tokio::test(start_paused = true)]
async fn a_complete_sample_without_a_verdict_gives_the_control_all_traffic() {
    let lab = Lab::running().await;
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(lab.alone(), Some("control"));
    assert_eq!(lab.record().end.unwrap().outcome, "inconclusive");
}

#[tokio::test(start_paused = true)]
async fn a_complete_sample_waits_for_its_last_outcomes() {
    let text = format!("{EXPERIMENT}outcomeWithin: 3d\n");
    let lab = Lab::with(&text, [manifest("2"), manifest("2")]);
    lab.stand.succeed_after(20);
    lab.start(StartRequest::default()).await;
    lab.errors(0, 1000.0);
    lab.errors(1, 1000.0);
    let (outcome, _) = lab.advance().await;
    let Some(Details::GoesOn { waits_for, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(*waits_for, Wait::LastOutcomes);
    let (outcome, _) = lab.advance_at(days::<6>).await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ramp_goes_up_once_its_outcomes_are_in_and_not_for_what_does_harm() {
    let lab = ramped("outcomeWithin: 1d\n");
    lab.stand.succeed_after(20);
    lab.start(StartRequest::default()).await;
    lab.errors(0, 1000.0);
    lab.errors(1, 250.0);
    let shares = |control: f64| {
        let metrics = &lab.stand.cloud.metrics;
        let group = lab.comparison.definition.arms[0].group.dimension();
        metrics.put(group, "RequestCount", 4_000_000.0);
        metrics.put(group, "HTTPCode_Target_2XX_Count", 3_999_000.0);
        metrics.put("control", "Clients", control);
        metrics.put("control", "Converted", control / 20.0);
        metrics.put("challenger", "Clients", 2000.0);
        metrics.put("challenger", "Converted", 100.0);
    };
    shares(8000.0);
    let (outcome, _) = lab.advance_at(days::<1>).await;
    let Some(Details::GoesOn { waits_for, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert!(matches!(waits_for, Wait::Step(_)), "{outcome:?}");
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    let record = lab.record();
    assert_eq!((record.phase, record.step), (2, 2));
    // Another run that looks now has nothing to do: the second phase has only begun.
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::GoesOn, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn of_two_at_once_one_takes_the_step() {
    let lab = Lab::running().await;
    lab.harm();
    let moves = lab.stand.cloud.balancer.count("ModifyRule");
    let ((first, _), (second, _)) = tokio::join!(lab.advance(), lab.advance());
    let mut codes = [first.conclusion.exit_code(), second.conclusion.exit_code()];
    codes.sort_by_key(|code| code.number());
    assert_eq!(
        codes,
        [ExitCode::Stale, ExitCode::Harm],
        "{first:?} {second:?}"
    );
    assert_eq!(lab.stand.cloud.balancer.count("ModifyRule"), moves + 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_was_begun_is_ended_as_it_began() {
    let lab = Lab::running().await;
    let denied = [Fault::Denied];
    lab.stand.cloud.balancer.fail("ModifyRule", &denied);
    lab.stop(&winner()).await;
    assert_eq!(lab.state(), Some(State::Stopping));
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, Conclusion::Stopped, "{outcome:?}");
    assert_eq!(lab.alone(), Some("challenger"));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_not_there_and_one_that_is_anothers_are_refused() {
    let mut lab = Lab::running().await;
    "another".clone_into(&mut lab.comparison.definition.name);
    let (outcome, _) = lab.advance().await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(outcome.conclusion, refused, "{outcome:?}");
    lab.comparison.definition.rule = crate::release::ids::RuleArn::new("arn:none");
    let (outcome, _) = lab.advance().await;
    assert_eq!(outcome.conclusion, refused, "{outcome:?}");
}
