//! What a deploy, a rollback and a repair make of rules, with a fake load balancer.

mod before;
pub(in crate::app) mod first;
mod mending;

use serde_json::json;

use crate::app::testing::Stand;
use crate::cloud::fake::World;
use crate::release::ListenerRule;
use crate::release::ids::TargetGroupArn;

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";
const C: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/other/3";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/main/1/2/3";

/// A service whose requests go like that, and whose tasks are in a group, if ECS tells which.
pub(in crate::app) fn stand(weights: &[(&str, u32)], live: Option<&str>) -> Stand {
    let mut world = World::serving();
    world.lands_in = live.map(str::to_owned);
    let wired = json!([{"targetGroupArn": A, "containerName": "m", "containerPort": 80,
        "advancedConfiguration": {"alternateTargetGroupArn": B, "productionListenerRule": RULE,
            "roleArn": "arn:aws:iam::1:role/lb"}}]);
    let service = world.service.as_mut().unwrap();
    service.document.insert("loadBalancers".to_owned(), wired);
    let stand = Stand::new(world);
    stand
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, weights));
    for group in [A, B] {
        let is_healthy = live.is_none_or(|live| live == group);
        stand
            .cloud
            .balancer
            .is_healthy(&TargetGroupArn::new(group), is_healthy);
    }
    stand
}

/// Lets another deployment run from now on.
fn runs(stand: &Stand) {
    stand
        .cloud
        .after_now(0, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
}
