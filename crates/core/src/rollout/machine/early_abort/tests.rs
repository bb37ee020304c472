use proptest::prelude::*;
use serde_json::json;

use super::*;

const PULL: &str = "CannotPullContainerError: failed to resolve ref registry/m:8: not found";

/// A deployment's tasks, as looks show them.
#[derive(Default)]
struct Tasks {
    stopped: BTreeMap<String, StoppedTask>,
    alive: Vec<LiveTask>,
}

impl Tasks {
    fn fail_with(&mut self, arn: &str, code: &str, reason: &str, at: i64) {
        let task = json!({"taskArn": arn, "stopCode": code, "stoppedReason": reason,
            "stoppingAt": at, "stoppedAt": at});
        self.alive.retain(|task| task.task_arn.as_str() != arn);
        self.stopped
            .insert(arn.to_owned(), serde_json::from_value(task).unwrap());
    }

    fn fail(&mut self, arn: &str, at: i64) {
        self.fail_with(arn, "TaskFailedToStart", PULL, at);
    }

    fn crash(&mut self, arn: &str, code: i32, at: i64) {
        self.fail_with(
            arn,
            "EssentialContainerExited",
            "Essential container in task exited",
            at,
        );
        let container = json!({"name": "m", "exitCode": code});
        let started = Timestamp::from_second(at - 1).unwrap();
        let task = self.stopped.get_mut(arn).unwrap();
        task.started_at = Some(started);
        task.containers = vec![serde_json::from_value(container).unwrap()];
    }

    fn is(&mut self, arn: &str, status: &str, made: i64) {
        self.alive.retain(|task| task.task_arn.as_str() != arn);
        let task = json!({"taskArn": arn, "lastStatus": status, "createdAt": made});
        self.alive.push(serde_json::from_value(task).unwrap());
    }

    fn look(&self, abort: &mut EarlyAbort) {
        abort.observe(&self.stopped, Some(&self.alive));
    }

    /// Returns whether a first look at these tasks gives the release up.
    fn gives_up(&self) -> bool {
        let mut abort = EarlyAbort::new(3);
        self.look(&mut abort);
        abort.reason(Duration::ZERO).is_some()
    }
}

fn three_failed(code: &str, reason: &str) -> Tasks {
    let mut tasks = Tasks::default();
    for (at, arn) in ["a", "b", "c"].into_iter().enumerate() {
        tasks.fail_with(arn, code, reason, i64::try_from(at).unwrap());
    }
    tasks
}

#[test]
fn three_tasks_that_fail_alike_end_a_release() {
    let tasks = three_failed("TaskFailedToStart", PULL);
    let mut abort = EarlyAbort::new(3);
    tasks.look(&mut abort);
    let alike = abort.reason(Duration::ZERO).unwrap();
    assert_eq!((alike.tasks, alike.cause), (3, Cause::ImageNotFound));
    assert_eq!(alike.reason, PULL);
}

#[test]
fn fewer_than_asked_for_do_not_and_zero_is_never() {
    let tasks = three_failed("TaskFailedToStart", PULL);
    for after in [0, 4] {
        let mut abort = EarlyAbort::new(after);
        tasks.look(&mut abort);
        assert_eq!(abort.reason(Duration::ZERO), None, "{after}");
        assert!(!abort.is_suspicious());
    }
}

#[test]
fn nothing_is_given_up_before_the_other_tasks_were_looked_at() {
    let tasks = three_failed("TaskFailedToStart", PULL);
    let mut abort = EarlyAbort::new(3);
    abort.observe(&tasks.stopped, None);
    assert!(abort.needs_task_poll() && abort.is_suspicious());
    assert!(!abort.needs_task_poll());
    assert_eq!(abort.reason(Duration::ZERO), None);
}

#[test]
fn failures_for_different_reasons_are_not_alike() {
    let mut tasks = Tasks::default();
    tasks.crash("a", 1, 1);
    tasks.crash("b", 3, 2);
    tasks.fail("c", 3);
    assert!(!tasks.gives_up());
    tasks.crash("d", 1, 4);
    assert!(!tasks.gives_up());
    tasks.crash("e", 1, 5);
    assert!(tasks.gives_up());
}

#[test]
fn capacity_and_hands_speak_against_no_release() {
    let failed = "TaskFailedToStart";
    let check = |code, reason| assert!(!three_failed(code, reason).gives_up(), "{reason}");
    check(
        failed,
        "ResourceInitializationError: Unable to launch instance(s) for capacity provider g. \
        UnfulfillableCapacity: Unable to fulfill capacity",
    );
    check(failed, "Capacity is unavailable at this time.");
    check("SpotInterruption", "Your Spot Task was interrupted.");
    check("TerminationNotice", "Your Spot Task was interrupted.");
    check(
        "InfrastructureHealth",
        "Task failed container health checks",
    );
    check("UserInitiated", "Task stopped by user");
    check(
        "ServiceSchedulerInitiated",
        "Scaling activity initiated by (deployment ecs-svc/1)",
    );
    check("", "Host EC2 (instance i-0123) stopped/terminated");
}

#[test]
fn unknown_failures_to_start_are_alike_when_their_words_are() {
    let mut tasks = Tasks::default();
    for number in 1..=3 {
        let reason = format!("InternalError: agent {number} lost i-0{number}ab");
        tasks.fail_with(&number.to_string(), "TaskFailedToStart", &reason, number);
    }
    assert!(tasks.gives_up());
}

#[test]
fn a_task_that_runs_is_waited_for() {
    let mut tasks = three_failed("TaskFailedToStart", PULL);
    tasks.is("d", "RUNNING", 0);
    let mut abort = EarlyAbort::new(3);
    tasks.look(&mut abort);
    assert_eq!(abort.reason(Duration::ZERO), None);
    tasks.fail("d", 9);
    tasks.is("e", "PENDING", 19);
    tasks.look(&mut abort);
    assert_eq!(abort.reason(Duration::ZERO).unwrap().tasks, 4);
}

#[test]
fn a_task_that_started_together_with_the_failed_ones_is_waited_for() {
    for (status, made, gives_up) in [
        ("PENDING", 0, false),
        ("ACTIVATING", 0, false),
        ("PENDING", 9, true),
        ("PROVISIONING", 0, true),
    ] {
        let mut tasks = three_failed("TaskFailedToStart", PULL);
        tasks.is("d", status, made);
        assert_eq!(tasks.gives_up(), gives_up, "{status} {made}");
    }
}

#[test]
fn a_crash_loop_ends_though_there_is_always_a_task_that_runs() {
    let mut tasks = Tasks::default();
    let mut abort = EarlyAbort::new(3);
    for round in 0..3 {
        tasks.is(&format!("x{round}"), "RUNNING", round * 10);
        tasks.is(&format!("y{round}"), "RUNNING", round * 10 + 5);
        tasks.look(&mut abort);
        assert_eq!(abort.reason(Duration::ZERO), None, "{round}");
        tasks.crash(&format!("x{round}"), 1, round * 10 + 8);
        if round < 2 {
            tasks.crash(&format!("y{round}"), 1, round * 10 + 9);
        }
    }
    tasks.look(&mut abort);
    tasks.crash("y2", 1, 39);
    tasks.is("x3", "RUNNING", 35);
    tasks.look(&mut abort);
    assert!(abort.reason(Duration::ZERO).is_some());
}

#[test]
fn a_hope_that_was_scaled_in_leaves_the_question_open() {
    let mut tasks = three_failed("TaskFailedToStart", PULL);
    tasks.is("d", "RUNNING", 0);
    let mut abort = EarlyAbort::new(3);
    tasks.look(&mut abort);
    tasks.fail_with(
        "d",
        "ServiceSchedulerInitiated",
        "Scaling activity initiated by (deployment ecs-svc/1)",
        5,
    );
    tasks.is("e", "RUNNING", 3);
    tasks.look(&mut abort);
    assert_eq!(abort.reason(Duration::ZERO), None);
}

#[test]
fn it_is_asked_again_after_a_while_and_not_for_ever() {
    let tasks = three_failed("TaskFailedToStart", PULL);
    let mut abort = EarlyAbort::new(3);
    let mut asks = 0;
    for second in 0..600 {
        tasks.look(&mut abort);
        asks += u32::from(abort.reason(Duration::from_secs(second)).is_some());
    }
    assert_eq!(asks, ASKS);
}

/// One task's fate: how long it takes to start, and whether it fails then.
type Fate = (i64, bool);

/// Rolls out so many tasks with these fates, replaces what fails, and looks every so often;
/// returns the running tasks at the moment it gives the release up.
fn run(desired: usize, fates: &[Fate], looks_every: i64) -> Option<usize> {
    const BACKOFF: i64 = 10;
    let mut abort = EarlyAbort::new(3);
    let mut tasks = Tasks::default();
    let mut fates = fates.iter().enumerate();
    let mut underway: Vec<(String, i64, i64, bool)> = Vec::new();
    let mut next_start = 0;
    for now in 0..400 {
        while tasks.alive.len() < desired && now >= next_start {
            let Some((number, (takes, fails))) = fates.next() else {
                break;
            };
            let arn = format!("task/{number:04}");
            tasks.is(&arn, "PENDING", now);
            underway.push((arn, now, now + takes, *fails));
        }
        for (arn, made, _, fails) in underway.extract_if(.., |task| task.2 <= now) {
            if fails {
                tasks.fail(&arn, now);
                next_start = now + BACKOFF;
            } else {
                tasks.is(&arn, "RUNNING", made);
            }
        }
        if now % looks_every == 0 {
            tasks.look(&mut abort);
            if abort.reason(Duration::ZERO).is_some() {
                let running = |task: &&LiveTask| task.last_status == "RUNNING";
                return Some(tasks.alive.iter().filter(running).count());
            }
            // Nothing moves any more, and this look saw it so.
            if underway.is_empty() && (tasks.alive.len() == desired || fates.len() == 0) {
                break;
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_release_of_which_a_task_runs_is_given_up(
        desired in 1..30_usize,
        fates in prop::collection::vec((5..20_i64, prop::bool::weighted(0.4)), 60),
        looks_every in 1..20_i64,
    ) {
        prop_assert_eq!(run(desired, &fates, looks_every).unwrap_or(0), 0);
    }

    #[test]
    fn flaky_starts_that_are_fewer_than_it_takes_end_nothing(
        flaky in prop::collection::btree_set(0..10_usize, 0..=2),
        takes in prop::collection::vec(5..20_i64, 60),
        looks_every in 1..20_i64,
    ) {
        let fate = |(number, takes): (usize, &i64)| (*takes, flaky.contains(&number));
        let fates: Vec<Fate> = takes.iter().enumerate().map(fate).collect();
        prop_assert_eq!(run(10, &fates, looks_every), None);
    }

    #[test]
    fn a_release_that_never_starts_is_given_up_soon(
        desired in 1..30_usize,
        takes in prop::collection::vec(5..20_i64, 200),
        looks_every in 1..20_i64,
    ) {
        let fates: Vec<Fate> = takes.iter().map(|takes| (*takes, true)).collect();
        prop_assert_eq!(run(desired, &fates, looks_every), Some(0));
    }
}
