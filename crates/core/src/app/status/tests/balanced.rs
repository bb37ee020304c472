//! Tasks by what load balancers find of them.

use serde_json::{Value, json};

use super::super::super::testing::Stand;
use super::super::traffic::{TargetGroups, Targets};
use super::document;
use crate::cloud::fake::object;
use crate::release::ids::{TargetGroupArn, TaskDefinitionArn};
use crate::release::{
    LiveService, LiveTask, NetworkInterface, ServiceRevision, Target, TargetHealth,
};

/// With several load balancers a task is well where all of them find it so.
#[tokio::test(start_paused = true)]
async fn a_task_is_healthy_where_every_load_balancer_finds_it_so() {
    let stand = Stand::serving();
    stand.cloud.after_now(0, |world| {
        let arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/m:1";
        for (id, address) in [("a", "10.0.0.1"), ("b", "10.0.0.2")] {
            world.logs.run(id, arn);
            let task = world.logs.tasks.last_mut().unwrap();
            task.containers[0].network_interfaces = vec![NetworkInterface {
                private_ipv4_address: Some(address.to_owned()),
                ipv6_address: None,
            }];
        }
        let service = world.service.as_mut().unwrap();
        service.deployments[0].running_count = 2;
        let groups = json!([{"targetGroupArn": "one"}, {"targetGroupArn": "other"}]);
        service.document.insert("loadBalancers".to_owned(), groups);
    });
    let target = |id: &str, is_healthy| Target {
        id: id.to_owned(),
        is_healthy,
    };
    let put = |targets: Vec<Target>| *stand.cloud.balancer.targets.borrow_mut() = targets;
    put(vec![target("10.0.0.1", true), target("10.0.0.2", false)]);
    assert_eq!(document(&stand).await["releases"][0]["healthy"], 1);
    put(vec![target("i-0123", true)]);
    assert_eq!(
        document(&stand).await["releases"][0]["healthy"],
        Value::Null
    );
}

fn task(revision: u32, address: &str) -> LiveTask {
    let task = json!({"taskArn": "t", "taskDefinitionArn": format!("m:{revision}"),
        "lastStatus": "RUNNING", "containers": [{"name": "m", "lastStatus": "RUNNING",
            "networkInterfaces": [{"privateIpv4Address": address}]}]});
    LiveTask::read(object(task)).unwrap()
}

fn revision(number: u32, runs: u32, group: &str) -> ServiceRevision {
    let revision = json!({"serviceRevisionArn": format!("r{number}"),
        "taskDefinition": format!("m:{runs}"), "loadBalancers": [{"targetGroupArn": group}]});
    ServiceRevision::read(object(revision)).unwrap()
}

/// What a service states is where new tasks go; the old ones serve in their own group.
#[test]
fn a_task_is_held_against_the_target_groups_of_its_own_revision() {
    let service = json!({"serviceArn": "s", "status": "ACTIVE", "taskDefinition": "m:2",
        "loadBalancers": [{"targetGroupArn": "new"}],
        "currentServiceRevisions": [{"arn": "r2"}, {"arn": "r1"}]});
    let service = LiveService::read(object(service)).unwrap();
    let health = |id: &str, is_healthy| {
        let target = Target {
            id: id.to_owned(),
            is_healthy,
        };
        TargetHealth {
            healthy: usize::from(is_healthy),
            others: Vec::new(),
            targets: vec![target],
        }
    };
    let mut targets = Targets(
        [
            (TargetGroupArn::new("old"), health("10.0.0.1", true)),
            (TargetGroupArn::new("new"), health("10.0.0.2", false)),
        ]
        .into(),
    );
    for newest_runs in [2, 1] {
        let revisions = [revision(2, newest_runs, "new"), revision(1, 1, "old")];
        let groups = TargetGroups::of(&service, &revisions);
        assert_eq!(groups.all().len(), 2);
        let finds = |targets: &Targets, task: &LiveTask| {
            let arn = &task.task_definition_arn;
            targets.finds_healthy(task, groups.sets_of(arn))
        };
        assert_eq!(finds(&targets, &task(1, "10.0.0.1")), Some(true));
        assert_eq!(finds(&targets, &task(newest_runs, "10.0.0.2")), Some(false));
    }
    // Nobody may ask about the old group.
    targets.0.remove(&TargetGroupArn::new("old"));
    let revisions = [revision(2, 2, "new"), revision(1, 1, "old")];
    let groups = TargetGroups::of(&service, &revisions);
    let sets = groups.sets_of(&TaskDefinitionArn::new("m:1"));
    assert_eq!(targets.finds_healthy(&task(1, "10.0.0.1"), sets), None);
}

/// ECS puts releases into one of a pair by turns: which is live is not the first that is named.
#[test]
fn a_task_of_a_pair_is_held_against_the_group_that_its_revision_landed_in() {
    let pair = json!([{"targetGroupArn": "blue", "advancedConfiguration": {
        "alternateTargetGroupArn": "green", "productionListenerRule": "rule"}}]);
    let service = json!({"serviceArn": "s", "status": "ACTIVE", "taskDefinition": "m:1",
        "loadBalancers": pair, "currentServiceRevisions": [{"arn": "r1"}]});
    let service = LiveService::read(object(service)).unwrap();
    let target = |id: &str| TargetHealth {
        healthy: 1,
        others: Vec::new(),
        targets: vec![Target {
            id: id.to_owned(),
            is_healthy: true,
        }],
    };
    let targets = [("blue", "10.0.0.9"), ("green", "10.0.0.1")];
    let targets = targets.map(|(group, id)| (TargetGroupArn::new(group), target(id)));
    let targets = Targets(targets.into());
    let finds = |resolved: Value| {
        let revision = json!({"serviceRevisionArn": "r1", "taskDefinition": "m:1",
            "loadBalancers": pair, "resolvedConfiguration": resolved});
        let revision = ServiceRevision::read(object(revision)).unwrap();
        let groups = TargetGroups::of(&service, &[revision]);
        let its = groups.sets_of(&TaskDefinitionArn::new("m:1"));
        targets.finds_healthy(&task(1, "10.0.0.1"), its)
    };
    let landed = |group: &str| json!({"loadBalancers": [{"targetGroupArn": group}]});
    assert_eq!(finds(landed("green")), Some(true));
    assert_eq!(finds(landed("blue")), Some(false));
    // ECS may say so late.
    assert_eq!(finds(json!({})), Some(true));
}
