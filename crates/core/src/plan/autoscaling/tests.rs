use super::*;
use crate::plan::{Effect, Plan, Redeploy, ServiceWrite, plan};
use crate::release::ids::{Caller, TaskDefinitionArn};
use crate::release::{LiveTaskDefinition, resolve, tags_of};
use mlship_manifest::{ReadOptions, Source, read};

const BASE: &str = r#"
apiVersion: mlship/v1
kind: ModelRelease
model: { name: scorer, version: "8" }
image: registry.example.com/scorer:8
service: { cluster: ml, name: scorer }
runtime: { cpu: 512, memory: 1024 }
network: { subnets: [subnet-0123456789abcdef0] }
"#;
const SCALED_BY_CPU: &str = "autoscaling: { min: 2, max: 10, targetCpuPercent: 60 }";

fn release(more: &str) -> Release {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let text = format!("{BASE}{more}\n");
    let manifest = read(Source::new("test.yaml", text), &settings).unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}

/// The release, deployed, with 4 tasks, marked or not, and scaled as given.
fn observed(release: &Release, mark: bool, scaling: Option<Scaling>) -> Observed {
    let arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/scorer:1";
    let mut service = Value::Object(release.desired.service.clone());
    service["serviceArn"] = json!("arn");
    service["status"] = json!("ACTIVE");
    service["taskDefinition"] = json!(arn);
    service["desiredCount"] = json!(4);
    if mark {
        service["tags"] = json!([{"key": SCALED, "value": "true"}]);
    }
    Observed {
        service: Some(LiveService::read(service.as_object().unwrap().clone()).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(arn),
            document: release.desired.task_definition.clone(),
            tags: tags_of(&release.registration()["tags"]),
        }),
        scaling,
        newest: None,
        alarms: None,
        revision: None,
        traffic: None,
        shares_revision: false,
    }
}

fn planned(more: &str, observed: &Observed) -> Plan {
    let caller = Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn".to_owned(),
    };
    plan(&release(more), observed, &caller, Redeploy::WhenChanged).unwrap()
}

/// Plans over a deployed release that is scaled as given.
fn over(more: &str, mark: bool, scaling: Option<Scaling>) -> Plan {
    planned(more, &observed(&release(""), mark, scaling))
}

fn live(target: f64, name: &str) -> Scaling {
    let cpu = Some(Tracking {
        target,
        scale_in_cooldown: Some(120),
        ..Tracking::default()
    });
    Scaling {
        min: 2,
        max: 10,
        policies: vec![Policy {
            name: name.to_owned(),
            cpu,
            requests_of: None,
        }],
    }
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.changes.iter().map(|change| &*change.path).collect()
}

#[test]
fn a_new_service_starts_with_the_least_and_is_scaled_after_it_is_there() {
    let plan = planned(SCALED_BY_CPU, &Observed::default());
    let Some(ServiceWrite::Create(document)) = &plan.writes.service else {
        panic!("{:?}", plan.writes.service);
    };
    assert_eq!(document["desiredCount"], 2);
    assert_eq!(document["tags"][0]["key"], SCALED);
    assert_eq!(plan.writes.scaling.len(), 2);
    assert_eq!(
        plan.writes.scaling[0],
        ScalingWrite::Bounds { min: 2, max: 10 }
    );
    let from_zero = planned("autoscaling: { min: 0, max: 3 }", &Observed::default());
    let Some(ServiceWrite::Create(document)) = &from_zero.writes.service else {
        panic!();
    };
    assert_eq!(document["desiredCount"], 1);
}

#[test]
fn autoscaling_is_made_without_a_restart() {
    let plan = over(SCALED_BY_CPU, false, None);
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(plan.writes.service, None);
    assert_eq!(plan.writes.tags[SCALED], "true");
    assert_eq!(
        paths(&plan),
        [
            "autoscaling.max",
            "autoscaling.min",
            "autoscaling.targetCpuPercent"
        ]
    );
}

#[test]
fn what_is_scaled_as_wanted_shows_no_difference() {
    let plan = over(SCALED_BY_CPU, true, Some(live(60.0, POLICY)));
    assert_eq!((plan.effect, paths(&plan)), (Effect::None, vec![]));
    assert_eq!(plan.writes.scaling, []);
}

#[test]
fn another_target_changes_the_policy_that_is_there_and_keeps_its_cooldowns() {
    let plan = over(SCALED_BY_CPU, true, Some(live(50.0, "made-by-terraform")));
    let [ScalingWrite::Track { policy, tracking }] = plan.writes.scaling.as_slice() else {
        panic!("{:?}", plan.writes.scaling);
    };
    assert_eq!(policy, "made-by-terraform", "AWS takes one policy a metric");
    assert_eq!(tracking.scale_in_cooldown, Some(120));
    let without = over(
        "autoscaling: { min: 2, max: 10 }",
        true,
        Some(live(50.0, POLICY)),
    );
    let policy = POLICY.to_owned();
    assert_eq!(without.writes.scaling, [ScalingWrite::Drop { policy }]);
}

#[test]
fn autoscaling_goes_with_its_section_when_it_was_made_here() {
    let plan = over("", true, Some(live(60.0, POLICY)));
    assert_eq!(plan.writes.scaling, [ScalingWrite::DropAll]);
    assert!(plan.notes.contains(&"removes autoscaling".to_owned()));
    assert_eq!(over("", true, None).effect, Effect::None);
    let mut shared = live(60.0, POLICY);
    shared.policies.push(Policy {
        name: "queue-length".to_owned(),
        cpu: None,
        requests_of: None,
    });
    let plan = over("", true, Some(shared));
    let policy = POLICY.to_owned();
    assert_eq!(plan.writes.scaling, [ScalingWrite::Drop { policy }]);
}

#[test]
fn the_count_is_never_written_where_autoscaling_owns_it() {
    let three = BASE.replace(
        "name: scorer }\nruntime",
        "name: scorer, desired: 3 }\nruntime",
    );
    let release = |more: &str| {
        let settings = ReadOptions {
            environment: None,
            variables: &|_: &str| None,
        };
        let manifest = read(Source::new("t.yaml", format!("{three}{more}\n")), &settings);
        let manifest = manifest.unwrap();
        resolve(&manifest.release, "eu-west-1", &manifest.secrets)
    };
    let caller = Caller {
        account: "1".into(),
        region: "eu-west-1".to_owned(),
        arn: "a".to_owned(),
    };
    let check = |more: &str, scaling: Option<Scaling>, sent: bool, notes: usize| {
        let wanted = release(more);
        let observed = observed(&wanted, false, scaling);
        let plan = plan(&wanted, &observed, &caller, Redeploy::Always).unwrap();
        let Some(ServiceWrite::Deploy(document)) = plan.writes.service else {
            panic!();
        };
        assert_eq!(document.contains_key("desiredCount"), sent, "{more}");
        let ignored = |note: &&String| note.contains("is ignored");
        assert_eq!(plan.notes.iter().filter(ignored).count(), notes, "{more}");
    };
    check("", None, true, 0);
    check("", Some(live(60.0, "somebody-elses")), false, 1);
    check(SCALED_BY_CPU, Some(live(60.0, POLICY)), false, 1);
}

#[test]
fn autoscaling_is_asked_only_where_it_may_have_a_part() {
    let plain = release("");
    let asks = |more: &str, mark| asks_about_scaling(&release(more), &observed(&plain, mark, None));
    assert_eq!(asks("", false), Ask::No);
    assert_eq!(asks("", true), Ask::Must);
    assert_eq!(asks(SCALED_BY_CPU, false), Ask::Must);
    let none = asks_about_scaling(&release(SCALED_BY_CPU), &Observed::default());
    assert_eq!(none, Ask::No, "a service that is not there is not scaled");
}

/// Whoever moves the count: a plan that does not write it does not rest on it.
#[test]
fn tasks_that_autoscaling_adds_make_no_plan_stale() {
    let count = |writes_count, tasks: u32| {
        let mut service = observed(&release(""), false, None).service.unwrap();
        service.document["desiredCount"] = json!(tasks);
        crate::plan::fingerprint(Some(&service), writes_count)
    };
    assert_eq!(count(false, 2), count(false, 7));
    assert_ne!(count(true, 2), count(true, 7));
}

#[test]
fn a_policy_that_goes_by_one_group_is_warned_of_where_traffic_moves_between_two() {
    let group = "arn:aws:elasticloadbalancing:r:1:targetgroup/blue/1";
    let pair = json!({"loadBalancers": [{"targetGroupArn": group, "advancedConfiguration": {
        "alternateTargetGroupArn": "arn:green", "productionListenerRule": "arn:rule"}}]});
    let scaling = |requests_of: Option<&str>| Scaling {
        min: 1,
        max: 4,
        policies: vec![Policy {
            name: "requests".to_owned(),
            cpu: None,
            requests_of: requests_of.map(str::to_owned),
        }],
    };
    let tied = scaling(Some("app/web/0123/targetgroup/blue/1"));
    let warned = |scaling: &Scaling, service: &Value| {
        single_group_notes(Some(scaling), service.as_object().unwrap())
    };
    let said = warned(&tied, &pair);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("requests goes by the requests of blue alone"),
        "{said:?}"
    );
    assert_eq!(warned(&scaling(None), &pair), [""; 0]);
    let single = json!({"loadBalancers": [{"targetGroupArn": group}]});
    assert_eq!(warned(&tied, &single), [""; 0]);
}
