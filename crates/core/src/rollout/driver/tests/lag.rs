//! How late the end of a deployment is told, and what that costs, at any number of tasks.

use super::*;

/// What becomes of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    Succeeded,
    /// A newer deployment takes its place while its tasks start.
    Superseded,
    /// Its tasks fail until ECS's circuit breaker has it go back.
    FailedWithBreaker,
    /// Its tasks fail, and mlship asks ECS to go back.
    FailedWithout,
    /// Its tasks fail, and ECS stops it where it is.
    Stopped,
    /// A task that ran dies, which nobody counts; later it succeeds all the same.
    TaskDied,
}

const SCENARIOS: [Scenario; 6] = [
    Scenario::Succeeded,
    Scenario::Superseded,
    Scenario::FailedWithBreaker,
    Scenario::FailedWithout,
    Scenario::Stopped,
    Scenario::TaskDied,
];

/// When a task that ran dies.
const DIES: u64 = 60;
/// When what becomes of it begins, in seconds since its start.
const TURN: u64 = 100;
const LATENCY: Duration = Duration::from_millis(100);

/// Lets a deployment of so many tasks go its way; returns when it ends.
fn go(cloud: &FakeCloud, scenario: Scenario, desired: u32) -> u64 {
    let some = desired.div_ceil(3);
    cloud.after(5, move |world| {
        world.end("IN_PROGRESS", "IN_PROGRESS");
        world.tasks(0, desired, desired);
    });
    let fail = |from: u64, tasks: u32| {
        for task in 0..tasks {
            cloud.after(from + u64::from(task) / 3, |world| {
                world.fail_task("CannotPullContainerError: m:2: not found");
            });
        }
    };
    match scenario {
        Scenario::Succeeded => {
            cloud.after(40, move |world| world.tasks(some, desired - some, desired));
            cloud.after(70, move |world| world.tasks(desired, 0, desired));
            cloud.after(TURN - 15, move |world| world.tasks(desired, 0, 0));
            cloud.after(TURN, |world| world.end("SUCCESSFUL", "COMPLETED"));
            TURN
        }
        Scenario::Superseded => {
            cloud.after(40, move |world| world.tasks(some, desired - some, desired));
            cloud.after(TURN, World::supersede);
            TURN
        }
        Scenario::FailedWithBreaker => {
            fail(40, desired.max(3));
            cloud.after(TURN, |world| world.roll_back("FAILED"));
            cloud.after(TURN + 70, World::finish_rollback);
            TURN + 70
        }
        Scenario::FailedWithout => {
            fail(40, 3);
            cloud.after(TURN, |world| {
                assert!(world.deployments[0].rollback.is_some(), "not given up");
            });
            cloud.after(TURN + 70, World::finish_rollback);
            TURN + 70
        }
        Scenario::Stopped => {
            fail(40, 3);
            cloud.after(TURN, |world| world.end("STOP_REQUESTED", "FAILED"));
            cloud.after(TURN + 30, |world| world.end("STOPPED", "FAILED"));
            TURN + 30
        }
        Scenario::TaskDied => {
            cloud.after(40, move |world| world.tasks(desired, 0, desired));
            cloud.after(DIES, move |world| {
                world.crash_task();
                world.tasks(desired - 1, 1, desired);
            });
            cloud.after(80, move |world| world.tasks(desired, 0, desired));
            cloud.after(TURN, |world| world.end("SUCCESSFUL", "COMPLETED"));
            TURN
        }
    }
}

/// Tells when a failed task was heard of, since the beginning.
struct Hears {
    start: Instant,
    task_failed: Option<Duration>,
}

impl Observer for Hears {
    fn event(&mut self, _: &ServiceId, event: &Event) {
        if matches!(event, Event::TaskFailed { .. }) {
            self.task_failed.get_or_insert(self.start.elapsed());
        }
    }

    fn idle(&mut self, _: &ServiceId) {}
}

struct Told {
    verdict: Verdict,
    lag: Duration,
    calls: u64,
    ends: u64,
    task_failed: Option<Duration>,
}

/// Watches from a moment later on, so that looks fall anywhere.
async fn told(scenario: Scenario, desired: u32, later: Duration) -> Told {
    let mut world = World::serving();
    world.service.as_mut().unwrap().desired_count = desired;
    let cloud = FakeCloud::new(world);
    let start = Instant::now();
    let ends = go(&cloud, scenario, desired);
    let service = deploy(&cloud).await;
    cloud.latency.set(LATENCY);
    sleep(later).await;
    let before = cloud.calls();
    let ours = service.primary().unwrap();
    let what = Follow {
        shown: None,
        deployment: ours.id.clone(),
        is_own: true,
        created_at: ours.created_at,
        timeout: Duration::from_mins(30),
        adds_shift: false,
        waits: WaitsEnded::ByNobody,
        until: crate::rollout::Until::Done,
        pausing: crate::rollout::PauseCommands::default(),
        abort_after: if scenario == Scenario::FailedWithout {
            3
        } else {
            0
        },
    };
    let mut hears = Hears {
        start,
        task_failed: None,
    };
    let brings = &ours.task_definition;
    let watched = follow(
        &cloud,
        &FakeCloud::id(),
        brings,
        what,
        &mut hears,
        pending(),
    )
    .await;
    Told {
        verdict: watched.unwrap().verdict,
        lag: start.elapsed().saturating_sub(Duration::from_secs(ends)),
        calls: cloud.calls() - before,
        ends,
        task_failed: hears.task_failed,
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_is_told_within_two_seconds_at_any_number_of_tasks() {
    for scenario in SCENARIOS {
        for desired in [1, 10, 100] {
            for step in 0..40 {
                let told = told(scenario, desired, Duration::from_millis(137 * step)).await;
                let verdict = match scenario {
                    Scenario::Succeeded | Scenario::TaskDied => Verdict::Succeeded,
                    Scenario::Superseded => Verdict::Superseded,
                    Scenario::FailedWithBreaker | Scenario::FailedWithout => Verdict::RolledBack,
                    Scenario::Stopped => Verdict::Failed,
                };
                assert_eq!(told.verdict, verdict, "{scenario:?} {desired}");
                let late = format!("{scenario:?} {desired}: {:?}", told.lag);
                assert!(told.lag <= Duration::from_secs(2), "{late}");
                // Hundreds of tasks cost hardly more than one.
                let most = told.ends * 3 / 4 + 20;
                assert!(told.calls <= most, "{late}, {} calls", told.calls);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fall_of_the_running_count_is_asked_about_at_once() {
    for desired in [1, 10, 100] {
        for step in 0..40 {
            let later = Duration::from_millis(137 * step);
            let told = told(Scenario::TaskDied, desired, later).await;
            let after = told.task_failed.unwrap();
            let after = after.checked_sub(Duration::from_secs(DIES)).unwrap();
            assert!(after <= Duration::from_secs(2), "{desired}: {after:?}");
        }
    }
}

/// Somebody else's deployment that comes when nothing has moved for long.
#[tokio::test(start_paused = true)]
async fn what_comes_out_of_a_long_calm_is_told_within_five_seconds() {
    for still in [120, 300, 1200] {
        for step in 0..40 {
            let cloud = FakeCloud::new(World::serving());
            let start = Instant::now();
            cloud.after(5, |world| {
                world.end("IN_PROGRESS", "IN_PROGRESS");
                world.tasks(0, 2, 2);
            });
            cloud.after(still, World::supersede);
            let service = deploy(&cloud).await;
            cloud.latency.set(LATENCY);
            sleep(Duration::from_millis(137 * step)).await;
            let (watched, _) = watch(&cloud, &service, pending()).await;
            assert_eq!(watched.unwrap().verdict, Verdict::Superseded);
            let lag = start
                .elapsed()
                .checked_sub(Duration::from_secs(still))
                .unwrap();
            assert!(lag <= Duration::from_secs(5), "{still}: {lag:?}");
        }
    }
}
