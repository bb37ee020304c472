//! Lets a deployment go on that waits at a hook, at most once. ECS takes no hook twice, so that a
//! refusal may only mean that somebody else was first: the deployment's own record tells.

use crate::cloud::retry::{Attempts, EffectChecks, WhileBusy};
use crate::cloud::{Answer, Cloud, ErrorKind};
use crate::pause::sleep;
use crate::release::ids::ServiceDeploymentArn;
use crate::release::{HookAction, ServiceDeployment, ServiceDeploymentStatus as Status};

/// How a wait ended that was to be ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Continued {
    /// ECS took it.
    Now,
    /// It had gone on already.
    Already,
    /// It does not go on any more: this is how the deployment stands.
    NoLonger(Box<ServiceDeployment>),
}

/// What becomes of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    Lasts,
    WentOn,
    IsOver,
}

/// Lets a deployment go on that waits at a hook.
///
/// # Errors
/// When AWS says no while the hook still waits, or how it stands can't be seen.
pub async fn continue_hook<C: Cloud>(
    cloud: &C,
    deployment: &ServiceDeploymentArn,
    hook: &str,
    busy: WhileBusy<'_>,
) -> Answer<Continued> {
    let mut attempts = Attempts::default();
    loop {
        let sent = cloud
            .continue_service_deployment(deployment, hook, HookAction::Continue)
            .await;
        let Err(error) = sent else {
            return Ok(Continued::Now);
        };
        let is_refused = [ErrorKind::Rejected, ErrorKind::Missing].contains(&error.kind);
        let looks = if is_refused {
            Some(EffectChecks::of_others())
        } else {
            attempts.failed(error.kind, busy)
        };
        let Some(mut looks) = looks else {
            return Err(error);
        };
        let mut still_waits = false;
        while let Some(wait) = looks.next_wait() {
            sleep(wait).await;
            let arns = std::slice::from_ref(deployment);
            let Ok(found) = cloud.describe_service_deployments(arns).await else {
                continue;
            };
            let Some(found) = found.into_iter().next() else {
                continue;
            };
            match wait_at(&found, hook) {
                Wait::Lasts => still_waits = true,
                Wait::WentOn if attempts.is_in_doubt() => return Ok(Continued::Now),
                Wait::WentOn => return Ok(Continued::Already),
                Wait::IsOver => return Ok(Continued::NoLonger(Box::new(found))),
            }
        }
        // Only what was seen waiting is told again.
        if !still_waits || !looks.may_send_again() {
            return Err(error);
        }
    }
}

/// Tells from a deployment's record what became of a wait. A hook that is over need not be listed
/// any more: then the deployment's own state tells.
fn wait_at(deployment: &ServiceDeployment, hook: &str) -> Wait {
    let mut hooks = deployment.lifecycle_hook_details.iter();
    let listed = hooks.find(|known| known.hook_id == hook);
    match deployment.status {
        Status::Pending | Status::InProgress => match listed {
            Some(listed) if listed.is_waiting() => Wait::Lasts,
            // A deployment that is on its way was not taken back for it.
            Some(_) | None => Wait::WentOn,
        },
        Status::Successful => Wait::WentOn,
        Status::Unknown => Wait::Lasts,
        Status::StopRequested
        | Status::Stopped
        | Status::RollbackRequested
        | Status::RollbackInProgress
        | Status::RollbackSuccessful
        | Status::RollbackFailed => Wait::IsOver,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Ecs;
    use crate::cloud::fake::{FakeCloud, Fault, World};

    const CONTINUE: &str = "ContinueServiceDeployment";
    const HOOK: &str = "ecs-pause-1";

    fn paused() -> FakeCloud {
        let mut world = World::serving();
        world.reach("POST_SCALE_UP", 0.0);
        world.pause(&[HOOK]);
        FakeCloud::new(world)
    }

    async fn go_on(cloud: &FakeCloud) -> Answer<Continued> {
        let deployments = cloud.service_deployments(&FakeCloud::id()).await.unwrap();
        let deployment = &deployments[0].service_deployment_arn;
        continue_hook(cloud, deployment, HOOK, WhileBusy::no_longer()).await
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_told_once_to_go_on() {
        let cloud = paused();
        assert_eq!(go_on(&cloud).await, Ok(Continued::Now));
        assert_eq!(cloud.count(CONTINUE), 1);
    }

    /// Whether its answer is lost or its request: the hook goes on, by one request that ECS took.
    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_is_found_by_what_the_hook_says_and_nothing_is_sent_again_for_it() {
        for fault in [Fault::LostAfter, Fault::GarbledAfter] {
            let cloud = paused();
            cloud.fail(CONTINUE, &[fault]);
            assert_eq!(go_on(&cloud).await, Ok(Continued::Now));
            assert_eq!(cloud.count(CONTINUE), 1);
        }
        for fault in [Fault::LostBefore, Fault::Unreachable, Fault::Garbled] {
            let cloud = paused();
            cloud.fail(CONTINUE, &[fault]);
            assert_eq!(go_on(&cloud).await, Ok(Continued::Now));
            assert_eq!(cloud.count(CONTINUE), 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_second_is_told_that_it_went_on_already() {
        let cloud = paused();
        cloud.after_now(0, |world| {
            assert!(world.end_wait(HOOK, HookAction::Continue));
        });
        assert_eq!(go_on(&cloud).await, Ok(Continued::Already));
        // ECS need not list what is over.
        let cloud = paused();
        cloud.after_now(0, |world| {
            world.deployments[0].lifecycle_hook_details.clear();
        });
        assert_eq!(go_on(&cloud).await, Ok(Continued::Already));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_taken_back_meanwhile_did_not_go_on() {
        let cloud = paused();
        cloud.after_now(0, World::stop);
        let Ok(Continued::NoLonger(stands)) = go_on(&cloud).await else {
            panic!("it goes back");
        };
        assert_eq!(stands.status, Status::RollbackFailed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_of_what_still_waits_is_told_and_not_asked_again() {
        for fault in [Fault::Denied, Fault::Rejected] {
            let cloud = paused();
            cloud.fail_always(CONTINUE, Some(fault));
            assert!(go_on(&cloud).await.is_err());
            assert_eq!(cloud.count(CONTINUE), 1);
        }
    }

    /// Nothing says that it went on, and nothing that it did not.
    #[tokio::test(start_paused = true)]
    async fn where_nothing_can_be_seen_afterwards_nothing_is_claimed() {
        let cloud = paused();
        cloud.fail(CONTINUE, &[Fault::LostAfter]);
        cloud.fail_always("DescribeServiceDeployments", Some(Fault::Denied));
        let error = go_on(&cloud).await.unwrap_err();
        assert!(error.may_have_happened());
    }
}
