//! A deployment that is taken back.

use super::plan;
use mlship_core::app::rollback::{Moving, TakeBack, TakingBack};
use mlship_core::plan::Previous;
use mlship_core::progress::TrafficShares;
use mlship_core::release::ids::{
    DeploymentId, ServiceDeploymentArn, TargetGroupArn, TaskDefinitionArn,
};
use mlship_core::release::{InstantReturn, LifecycleStage};
use mlship_text::secrets::KnownSecrets;

/// A canary of which a tenth has moved, taken back; a text stands wherever AWS or people write one.
pub(in crate::report) fn take_back(text: &str) -> TakeBack {
    let mut plan = plan();
    plan.changes
        .retain(|change| change.path.starts_with("health"));
    let group = format!("arn:aws:elasticloadbalancing:r:1:targetgroup/{text}/1");
    let taking_back = TakingBack {
        deployment: ServiceDeploymentArn::new(text),
        entry: DeploymentId::new(text),
        from: TaskDefinitionArn::new(format!("arn:aws:ecs:x:1:task-definition/{text}:8")),
        to: TaskDefinitionArn::new(format!("arn:aws:ecs:x:1:task-definition/{text}:7")),
        is_under_way: false,
        tasks: (2, 2),
        moving: Some(Moving {
            stage: Some(LifecycleStage::Unknown(text.to_owned())),
            step: Some((1, 2)),
            shares: Some(TrafficShares {
                new: 10.0,
                live: 90.0,
            }),
            to: Some(TargetGroupArn::new(group)),
            instant: Some(InstantReturn { until: None }),
        }),
    };
    let release = |version: &str| Previous {
        model: Some(text.to_owned()),
        version: Some(version.to_owned()),
        image: Some(text.to_owned()),
        task_definition: TaskDefinitionArn::new(text),
    };
    TakeBack {
        service: plan.service,
        caller: plan.caller,
        to: release("7"),
        from: Some(release("8")),
        changes: plan.changes,
        notes: taking_back.words(),
        taking_back,
        secrets: KnownSecrets::none(),
    }
}
