//! Going back while a deployment runs makes no deployment: ECS takes that one back. What that comes
//! to, by ECS's record of it: the same words for whoever only looks and whoever does it.

use serde_json::{Value, json};

use crate::plan::{Change, Previous};
use crate::progress::TrafficShares;
use crate::release::ids::{
    Caller, DeploymentId, ServiceDeploymentArn, ServiceId, TargetGroupArn, TaskDefinitionArn,
};
use crate::release::{InstantReturn, LifecycleStage, LiveTaskDefinition, ServiceDeployment, Shift};
use crate::rollout::requested;
use crate::traffic::percent;
use mlship_text::secrets::{KnownSecrets, redact_texts};

/// A deployment that is taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct TakingBack {
    /// Which.
    pub deployment: ServiceDeploymentArn,
    /// Its entry in the service's `deployments`.
    pub entry: DeploymentId,
    /// What it brings.
    pub from: TaskDefinitionArn,
    /// What serves then.
    pub to: TaskDefinitionArn,
    /// Whether ECS does it already.
    pub is_under_way: bool,
    /// How many tasks of what served before still run, and how many there should be.
    pub tasks: (u32, u32),
    /// How its traffic moves; nothing where tasks are replaced one by one.
    pub moving: Option<Moving>,
}

/// How far a deployment has moved production traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Moving {
    /// The stage that it is at.
    pub stage: Option<LifecycleStage>,
    /// Which step of how many.
    pub step: Option<(u32, u32)>,
    /// What ECS asks for, where it says.
    pub shares: Option<TrafficShares>,
    /// The group that gets all of it, where that is known.
    pub to: Option<TargetGroupArn>,
    /// Whether going back takes seconds, and until when.
    pub instant: Option<InstantReturn>,
}

impl Moving {
    /// Reads it from a whole record; `None` where tasks are replaced one by one.
    pub(super) fn of(deployment: &ServiceDeployment, to: Option<TargetGroupArn>) -> Option<Self> {
        let shift = Shift::of(deployment)?;
        Some(Self {
            stage: deployment.lifecycle_stage.clone(),
            step: shift.step(deployment),
            shares: requested(deployment),
            to,
            instant: InstantReturn::of(deployment),
        })
    }

    fn words(&self, from: &str, to: &str) -> Vec<String> {
        let group = self.to.as_ref();
        let group = group.map_or_else(String::new, |group| format!(" in {}", group.name()));
        let mut words = vec![match self.shares {
            Some(shares) if shares.new == 0.0 => {
                format!("no production traffic has moved: {to}{group} keeps all of it")
            }
            Some(shares) => format!(
                "all production traffic goes to {to}{group} in one step: {} % of it goes to {from} \
                 now",
                percent(shares.new)
            ),
            None => format!("all production traffic goes to {to}{group} in one step"),
        }];
        let stops_already = self.stage == Some(LifecycleStage::CleanUp);
        match self.instant {
            Some(instant) => words.push(returns(instant)),
            None if stops_already => words.push(format!(
                "the tasks of {to} stop already: going back takes until they have started again"
            )),
            None => {}
        }
        words
    }
}

impl TakingBack {
    /// Says what is done, where traffic goes, and how long that takes.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let (from, to) = (self.from.short(), self.to.short());
        let id = &self.entry;
        let mut words = vec![if self.is_under_way {
            format!(
                "ECS takes deployment {id} of {from} back already: this follows it, and starts no \
                 deployment"
            )
        } else {
            format!(
                "stops the running deployment {id} of {from}, and ECS takes it back: no new \
                 deployment"
            )
        }];
        match &self.moving {
            Some(moving) => words.extend(moving.words(from, to)),
            None => words.push(self.one_by_one()),
        }
        words
    }

    fn one_by_one(&self) -> String {
        let (from, to) = (self.from.short(), self.to.short());
        let (run, all) = self.tasks;
        let until = format!("requests reach both releases until the tasks of {from} have stopped");
        if run >= all {
            format!("all tasks of {to} still run; {until}")
        } else {
            format!(
                "{run} of {all} tasks of {to} still run: going back takes until the others have \
                 started again; {until}"
            )
        }
    }

    fn document(&self) -> Value {
        let moving = self.moving.as_ref();
        let instant = moving.and_then(|moving| moving.instant);
        let step = moving.and_then(|moving| moving.step);
        json!({
            "deployment": self.deployment,
            "under_way": self.is_under_way,
            "from": self.from,
            "to": self.to,
            "tasks": {"running": self.tasks.0, "desired": self.tasks.1},
            "stage": moving.and_then(|moving| moving.stage.as_ref()),
            "step": step.map(|(step, _)| step),
            "steps": step.map(|(_, steps)| steps),
            "traffic": moving.and_then(|moving| moving.shares),
            "target_group": moving.and_then(|moving| moving.to.as_ref()),
            "instant": instant.is_some(),
            "instant_return_until": instant.and_then(|instant| instant.until),
        })
    }
}

/// Says that going back takes seconds, and until when it does.
fn returns(instant: InstantReturn) -> String {
    let until = instant.until.map_or_else(String::new, |until| {
        format!(" until {until:.0} at the latest, afterwards it is a new deployment")
    });
    format!("going back takes seconds: what served before still runs{until}")
}

/// What a dry run of a rollback comes to while a deployment runs.
#[derive(Debug, Clone, PartialEq)]
pub struct TakeBack {
    /// Which service.
    pub service: ServiceId,
    /// In which account and region.
    pub caller: Caller,
    /// The release that serves then.
    pub to: Previous,
    /// The release that is left.
    pub from: Option<Previous>,
    /// What goes back in place with it, once ECS is on its way: ECS leaves that.
    pub changes: Vec<Change>,
    /// What is done, where traffic goes, how long it takes, and what a reader should know.
    pub notes: Vec<String>,
    /// The deployment that is taken back.
    pub taking_back: TakingBack,
    /// What variables with secret names filled in.
    pub secrets: KnownSecrets,
}

impl TakeBack {
    pub(super) fn of(
        service: &ServiceId,
        caller: &Caller,
        taking_back: TakingBack,
        (from, to): (Option<&LiveTaskDefinition>, &LiveTaskDefinition),
    ) -> Self {
        Self {
            service: service.clone(),
            caller: caller.clone(),
            to: Previous::of(to),
            from: from.map(Previous::of),
            changes: Vec::new(),
            notes: taking_back.words(),
            taking_back,
            secrets: KnownSecrets::none(),
        }
    }

    /// Returns it as JSON: as a plan, which has an effect that no plan has, and besides which
    /// deployment is taken back.
    #[must_use]
    pub fn document(&self) -> Value {
        let model = self.to.model.as_deref();
        let model = model.unwrap_or(self.service.name.as_str());
        let document = json!({
            "service": self.service.name,
            "cluster": self.service.cluster,
            "account": self.caller.account,
            "region": self.caller.region,
            "release": {
                "model": model,
                "version": self.to.version_or_revision(),
                "image": self.to.image.as_deref().unwrap_or_default(),
            },
            "origin": null,
            "previous": self.from,
            "effect": "take_back",
            "changes": self.changes,
            "kept": [],
            "ignored": [],
            "adopts": false,
            "notes": self.notes,
            "takes_back": self.taking_back.document(),
        });
        redact_texts(&document, &self.secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::fake::object;

    fn deployment(stage: &str, new: Option<f64>, status: &str) -> ServiceDeployment {
        let weight =
            |share: Option<f64>| json!({"arn": "r", "requestedProductionTrafficWeight": share});
        let deployment: ServiceDeployment = serde_json::from_value(json!({
            "serviceDeploymentArn": "arn:aws:ecs:r:1:service-deployment/c/s/d9", "status": status,
            "lifecycleStage": stage, "updatedAt": 600.0, "targetServiceRevision": weight(new),
            "sourceServiceRevisions": [weight(new.map(|new| 100.0 - new))]}))
        .unwrap();
        ServiceDeployment {
            deployment_configuration: Some(object(json!({"strategy": "CANARY",
                "bakeTimeInMinutes": 10, "canaryConfiguration": {"canaryPercent": 10.0}}))),
            ..deployment
        }
    }

    fn said(stage: &str, new: Option<f64>) -> Vec<String> {
        let deployment = deployment(stage, new, "IN_PROGRESS");
        let group = TargetGroupArn::new("arn:aws:elasticloadbalancing:r:1:targetgroup/blue/1");
        let moving = Moving::of(&deployment, Some(group));
        taken(moving, (2, 2)).words().split_off(1)
    }

    fn taken(moving: Option<Moving>, tasks: (u32, u32)) -> TakingBack {
        let revision =
            |number| TaskDefinitionArn::new(format!("arn:aws:ecs:r:1:task-definition/m:{number}"));
        TakingBack {
            deployment: ServiceDeploymentArn::new("arn:aws:ecs:r:1:service-deployment/c/s/d9"),
            entry: DeploymentId::new("ecs-svc/9"),
            from: revision(2),
            to: revision(1),
            is_under_way: false,
            tasks,
            moving,
        }
    }

    #[test]
    fn it_says_where_traffic_goes_and_how_long_that_takes() {
        assert_eq!(
            said("PRODUCTION_TRAFFIC_SHIFT", Some(10.0)),
            [
                "all production traffic goes to m:1 in blue in one step: 10 % of it goes to m:2 now",
                "going back takes seconds: what served before still runs",
            ]
        );
        assert_eq!(
            said("SCALE_UP", Some(0.0))[0],
            "no production traffic has moved: m:1 in blue keeps all of it"
        );
        let baking = &said("BAKE_TIME", Some(100.0))[1];
        assert!(
            baking.contains("until 1970-01-01T00:20:00Z at the latest"),
            "{baking}"
        );
        assert_eq!(
            said("CLEAN_UP", None),
            [
                "all production traffic goes to m:1 in blue in one step",
                "the tasks of m:1 stop already: going back takes until they have started again",
            ]
        );
    }

    #[test]
    fn of_tasks_that_are_replaced_one_by_one_those_that_still_run_are_counted() {
        assert_eq!(
            taken(None, (1, 2)).words(),
            [
                "stops the running deployment ecs-svc/9 of m:2, and ECS takes it back: no new deployment",
                "1 of 2 tasks of m:1 still run: going back takes until the others have started \
                 again; requests reach both releases until the tasks of m:2 have stopped",
            ]
        );
        let all = &taken(None, (2, 2)).words()[1];
        assert!(all.starts_with("all tasks of m:1 still run;"), "{all}");
        let under_way = TakingBack {
            is_under_way: true,
            ..taken(None, (2, 2))
        };
        assert_eq!(
            under_way.words()[0],
            "ECS takes deployment ecs-svc/9 of m:2 back already: this follows it, and starts no deployment"
        );
        assert_eq!(under_way.document()["under_way"], true);
    }
}
