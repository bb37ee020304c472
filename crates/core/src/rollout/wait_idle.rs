//! Waits until a service has no running deployment.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::{PauseCommands, pauses};
use crate::cloud::retry::{Next, OUT_OF_REACH};
use crate::cloud::{Answer, Cloud};
use crate::pause::{elapsed, sleep};
use crate::plan::Started;
use crate::progress::{Event, Observer, Pause, TaskCounts};
use crate::release::ids::ServiceId;
use crate::release::{DeploymentState, JUDGED, LifecycleStage, LiveService, MODEL, Shift, VERSION};
use mlship_manifest::schema::Stage;

/// Nothing of ours depends on the moment, so every few seconds will do.
const EVERY: Duration = Duration::from_secs(3);

/// How long a wait before a step is left to whoever judges that step: the first look is at hand when
/// ECS begins to wait. A pipeline that was killed judges nothing.
const JUDGED_WITHIN: Duration = Duration::from_mins(5);

/// What waiting for another deployment came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Awaiting {
    /// Nothing runs any more.
    Idle,
    /// Time ran out, and it still runs.
    TimedOut,
    /// It waits for somebody's word itself, which may be for days.
    Paused(Vec<Pause>),
}

/// Waits for the end of a deployment that somebody else runs, and tells what it is and how far it
/// comes.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes.
pub async fn wait_until_idle<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    running: &Started,
    (timeout, commands): (Duration, &PauseCommands),
    report: &mut dyn Observer,
) -> Answer<Awaiting> {
    let mut awaited = Awaited::new(cloud, service, running.clone(), report).await;
    let start = Instant::now();
    let mut last_answer = start;
    let mut was_silent = false;
    loop {
        match cloud.service(service).await {
            Ok(live) => {
                let running = live.as_ref().and_then(LiveService::running);
                let Some((live, running)) = live.as_ref().zip(running) else {
                    return Ok(Awaiting::Idle);
                };
                let waits = waits_of(cloud, live, commands).await;
                awaited.observe(cloud, service, running, report).await;
                if !waits.is_empty() && !awaited.is_being_judged(&waits) {
                    return Ok(Awaiting::Paused(waits));
                }
                last_answer = Instant::now();
                was_silent = false;
            }
            Err(error) => {
                if OUT_OF_REACH.next(error.kind, 1, last_answer.elapsed(), 0.0) == Next::GiveUp {
                    return Err(error);
                }
                if !was_silent {
                    let message = format!("{error}; looking again");
                    report.event(service, &Event::Note { message });
                }
                was_silent = true;
            }
        }
        let left = timeout.saturating_sub(elapsed(start));
        if left.is_zero() {
            return Ok(Awaiting::TimedOut);
        }
        report.idle(service);
        sleep(EVERY.min(left)).await;
    }
}

/// Returns what the deployment that runs waits at itself. Where that can't be seen it is waited for
/// as any other.
async fn waits_of<C: Cloud>(cloud: &C, live: &LiveService, commands: &PauseCommands) -> Vec<Pause> {
    let configuration = live.document.get("deploymentConfiguration");
    let configuration = configuration.and_then(Value::as_object);
    // What replaces task by task waits for nobody.
    if configuration.and_then(Shift::of_configuration).is_none() {
        return Vec::new();
    }
    let current = live.current_service_deployment.as_slice();
    let found = cloud.describe_service_deployments(current).await;
    let found = found.unwrap_or_default();
    found
        .iter()
        .flat_map(|deployment| pauses(deployment, commands))
        .collect()
}

/// The deployment that is waited for, as far as it was told.
struct Awaited {
    started: Started,
    tags: BTreeMap<String, String>,
    counts: Option<TaskCounts>,
    /// The waits that somebody else may be judging, and since when they were seen.
    judging: Option<(BTreeSet<String>, Instant)>,
}

impl Awaited {
    async fn new<C: Cloud>(
        cloud: &C,
        service: &ServiceId,
        started: Started,
        report: &mut dyn Observer,
    ) -> Self {
        // Only words: nobody waits less for want of them.
        let found = cloud
            .task_definition(started.task_definition.as_str())
            .await;
        let tags = found.ok().flatten().map(|live| live.tags);
        let awaited = Self {
            started,
            tags: tags.unwrap_or_default(),
            counts: None,
            judging: None,
        };
        awaited.tell(service, report);
        awaited
    }

    /// Says whether what it waits for is the judgement of a step, which another pipeline may be
    /// about to make.
    fn is_being_judged(&mut self, waits: &[Pause]) -> bool {
        let before_a_step = LifecycleStage::At(Stage::PreProductionTrafficShift);
        let is_before_a_step = |wait: &Pause| wait.stage.as_ref() == Some(&before_a_step);
        if !self.tags.contains_key(JUDGED) || !waits.iter().all(is_before_a_step) {
            return false;
        }
        let hooks: BTreeSet<String> = waits.iter().map(|wait| wait.hook.clone()).collect();
        let (seen, since) = self
            .judging
            .get_or_insert_with(|| (hooks.clone(), Instant::now()));
        if *seen != hooks {
            (*seen, *since) = (hooks, Instant::now());
        }
        elapsed(*since) < JUDGED_WITHIN
    }

    /// Tells what is new; another deployment may have taken the place of the one before.
    async fn observe<C: Cloud>(
        &mut self,
        cloud: &C,
        service: &ServiceId,
        running: &DeploymentState,
        report: &mut dyn Observer,
    ) {
        if running.id != self.started.deployment {
            let started = Started {
                deployment: running.id.clone(),
                shown: None,
                created_at: running.created_at,
                task_definition: running.task_definition.clone(),
            };
            *self = Self::new(cloud, service, started, report).await;
        }
        let counts = Some(TaskCounts {
            desired: running.desired_count,
            running: running.running_count,
            pending: running.pending_count,
            failed: running.failed_tasks,
        });
        if self.counts != counts {
            self.counts = counts;
            self.tell(service, report);
        }
    }

    fn tell(&self, service: &ServiceId, report: &mut dyn Observer) {
        let event = Event::WaitingFor {
            deployment: self.started.deployment.clone(),
            task_definition: self.started.task_definition.clone(),
            model: self.tags.get(MODEL).cloned(),
            version: self.tags.get(VERSION).cloned(),
            since: self.started.created_at,
            counts: self.counts,
        };
        report.event(service, &event);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::app::recording_report::RecordingReport;
    use crate::cloud::fake::{FakeCloud, Fault, World, object};
    use crate::release::HookAction;

    /// A service whose second release moves traffic, and is at a stage.
    fn moving() -> FakeCloud {
        let mut world = World::serving();
        let second = world.register(&object(json!({"family": "m"})));
        world.update(&object(json!({"taskDefinition": second})));
        world.reach("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0);
        let current = world.deployments[0].service_deployment_arn.clone();
        let service = world.service.as_mut().unwrap();
        service.current_service_deployment = Some(current);
        let configuration = json!({"strategy": "CANARY"});
        let document = &mut service.document;
        document.insert("deploymentConfiguration".to_owned(), configuration);
        FakeCloud::new(world)
    }

    async fn awaits(cloud: &FakeCloud) -> Awaiting {
        let running = cloud.world().service.unwrap().deployments[0].clone();
        let started = Started {
            deployment: running.id,
            shown: None,
            created_at: running.created_at,
            task_definition: running.task_definition,
        };
        let commands = PauseCommands {
            promote: "mlship promote m.yaml".to_owned(),
            abort: "mlship abort m.yaml".to_owned(),
        };
        let within = (Duration::from_mins(30), &commands);
        let heard = &mut RecordingReport::default();
        let id = FakeCloud::id();
        let waiting = wait_until_idle(cloud, &id, &started, within, heard);
        waiting.await.unwrap()
    }

    #[track_caller]
    fn paused_at(awaiting: Awaiting) -> Vec<String> {
        let Awaiting::Paused(waits) = awaiting else {
            panic!("{awaiting:?}");
        };
        waits.into_iter().map(|wait| wait.promote).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_somebody_is_not_waited_for() {
        let cloud = moving();
        cloud.after_now(0, |world| world.pause(&["ecs-pause-1"]));
        let start = Instant::now();
        let waits = paused_at(awaits(&cloud).await);
        assert_eq!(waits, ["mlship promote m.yaml --hook ecs-pause-1"]);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_to_wait_later_is_waited_for_until_then() {
        let cloud = moving();
        cloud.after_now(60, |world| world.pause(&["ecs-pause-1"]));
        let start = Instant::now();
        assert_eq!(paused_at(awaits(&cloud).await).len(), 1);
        let took = start.elapsed().as_secs();
        assert!((60..=64).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_on_is_waited_for_to_its_end() {
        let cloud = moving();
        cloud.after_now(0, |world| {
            world.pause(&["ecs-pause-1"]);
            assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
        });
        cloud.after_now(60, |world| world.end("SUCCESSFUL", "COMPLETED"));
        assert_eq!(awaits(&cloud).await, Awaiting::Idle);
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_judges_is_waited_for_as_long_as_that_may_take() {
        let judged = |world: &mut World| {
            let newest = world.task_definitions.last_mut().unwrap();
            newest.tags.insert(JUDGED.to_owned(), "true".to_owned());
            world.pause(&["ecs-pause-1"]);
        };
        let cloud = moving();
        cloud.after_now(0, judged);
        cloud.after_now(120, |world| {
            assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
        });
        cloud.after_now(240, |world| world.end("SUCCESSFUL", "COMPLETED"));
        assert_eq!(awaits(&cloud).await, Awaiting::Idle);
        // Nobody judges it: a pipeline was killed.
        let cloud = moving();
        cloud.after_now(0, judged);
        let start = Instant::now();
        assert_eq!(paused_at(awaits(&cloud).await).len(), 1);
        let took = start.elapsed().as_secs();
        assert!((300..=304).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn where_waits_may_not_be_seen_it_is_waited_for_as_any_other() {
        let cloud = moving();
        cloud.after_now(0, |world| world.pause(&["ecs-pause-1"]));
        cloud.fail_always("DescribeServiceDeployments", Some(Fault::Denied));
        assert_eq!(awaits(&cloud).await, Awaiting::TimedOut);
    }

    /// Its record is not asked for every few seconds.
    #[tokio::test(start_paused = true)]
    async fn what_replaces_task_by_task_costs_no_further_question() {
        let cloud = moving();
        cloud.after_now(0, |world| {
            let service = world.service.as_mut().unwrap();
            service.document.remove("deploymentConfiguration");
        });
        assert_eq!(awaits(&cloud).await, Awaiting::TimedOut);
        assert_eq!(cloud.count("DescribeServiceDeployments"), 0);
    }
}
