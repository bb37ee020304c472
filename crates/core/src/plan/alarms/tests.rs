use serde_json::Value;

use super::*;
use crate::plan::{Effect, Plan, Redeploy, plan};
use crate::release::ids::{Caller, TargetGroupArn};
use crate::release::{LiveService, LiveTaskDefinition, alarm_tags, resolve, tags_of};
use mlship_manifest::{ReadOptions, Source, read};

const BASE: &str = "
apiVersion: mlship/v1
kind: ModelRelease
model: { name: scorer, version: '8' }
image: registry.example.com/scorer:8
service: { cluster: ml, name: scorer }
runtime: { cpu: 512, memory: 1024, port: 80 }
network: { subnets: [subnet-0123456789abcdef0] }
traffic: { targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef }
";
const ERRORS: &str = "rollout: { alarms: [theirs, { errorRate: { above: 2%, for: 3m } }] }";
const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef";
const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ml/1";

fn release(more: &str) -> Release {
    of_text(format!("{BASE}{more}\n"))
}

fn of_text(text: String) -> Release {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("test.yaml", text), &settings).unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}

/// A service that a release was deployed to, whose alarms are asked for.
fn deployed(release: &Release, alarms: Vec<LiveAlarm>) -> Observed {
    let arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/scorer:1";
    let mut service = Value::Object(release.desired.service.clone());
    service["serviceArn"] = json!("arn");
    service["status"] = json!("ACTIVE");
    service["taskDefinition"] = json!(arn);
    let tags = crate::plan::service_tags::service_tags(release);
    service["tags"] = crate::release::tag_list(&tags);
    let settings = crate::plan::settings::tag(&release.desired.service, &release.service, false);
    let mut tags = tags_of(&release.registration()["tags"]);
    tags.insert(crate::release::SETTINGS.to_owned(), settings);
    Observed {
        service: Some(LiveService::read(service.as_object().unwrap().clone()).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: crate::release::ids::TaskDefinitionArn::new(arn),
            document: release.desired.task_definition.clone(),
            tags,
        }),
        alarms: Some(ObservedAlarms {
            groups: vec![TargetGroup {
                arn: TargetGroupArn::new(GROUP),
                load_balancers: vec![BALANCER.to_owned()],
            }],
            found: alarms,
        }),
        ..Observed::default()
    }
}

/// The alarms of a release as `CloudWatch` has them.
fn made(release: &Release) -> Vec<LiveAlarm> {
    let each = release.desired.alarms.iter().map(|alarm| LiveAlarm {
        name: alarm.name.clone(),
        definition: Some(alarm.definition(BALANCER, &release.service)),
        tags: alarm_tags(&release.service),
    });
    each.collect()
}

fn caller() -> Caller {
    Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn".to_owned(),
    }
}

fn try_plan(more: &str, observed: &Observed) -> Result<Plan, Vec<Refusal>> {
    plan(&release(more), observed, &caller(), Redeploy::WhenChanged)
}

fn planned(more: &str, observed: &Observed) -> Plan {
    try_plan(more, observed).unwrap()
}

fn shown(plan: &Plan) -> Vec<String> {
    let of_alarms = plan.changes.iter();
    let of_alarms = of_alarms.filter(|change| change.path.starts_with("rollout.alarms."));
    of_alarms
        .map(|change| match &change.shown {
            ChangeValues::Values { before, after } => {
                let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
                format!("{:?} → {:?}", text(before), text(after)).replace(['\\', '"'], "")
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn an_alarm_is_made_with_its_description_and_found_again() {
    let before = deployed(&release(""), Vec::new());
    let plan = planned(ERRORS, &before);
    assert_eq!(plan.effect, Effect::InPlace);
    assert_eq!(shown(&plan), ["None → Some(above 2 % for 3 min on blue)"]);
    assert_eq!(plan.writes.alarms.put.len(), 1);
    assert_eq!(plan.writes.tags[ALARMED], "true");
    let name = &plan.writes.alarms.put[0].name;
    let written = plan.writes.service.as_ref().unwrap().document();
    assert_eq!(
        written["deploymentConfiguration"]["alarms"],
        json!({"alarmNames": ["theirs", name], "enable": true, "rollback": true})
    );
    let after = release(ERRORS);
    let again = planned(ERRORS, &deployed(&after, made(&after)));
    assert_eq!(again.effect, Effect::None, "{:?}", again.changes);
    assert!(again.writes.are_none());
}

#[test]
fn another_limit_and_what_somebody_changed_by_hand_are_written_anew() {
    let was = release(ERRORS);
    let more = ERRORS.replace("2%", "1%");
    let plan = planned(&more, &deployed(&was, made(&was)));
    let line = "Some(above 2 % for 3 min on blue) → Some(above 1 % for 3 min on blue)";
    assert_eq!(shown(&plan), [line]);
    assert!(
        plan.writes.service.is_none(),
        "the service names it already"
    );
    let mut changed = made(&was);
    changed[0].definition.as_mut().unwrap().missing = "breaching".to_owned();
    let plan = planned(&more, &deployed(&was, changed.clone()));
    let line = "Some(something else on blue) → Some(above 1 % for 3 min on blue)";
    assert_eq!(shown(&plan), [line]);
    let plan = planned(ERRORS, &deployed(&was, changed));
    let line = "Some(something else on blue) → Some(above 2 % for 3 min on blue)";
    assert_eq!(shown(&plan), [line]);
}

#[test]
fn what_the_manifest_describes_no_longer_is_deleted_with_the_mark() {
    let was = release(ERRORS);
    for more in [
        "",
        "rollout: { alarms: [] }",
        "rollout: { alarms: [theirs] }",
    ] {
        let plan = planned(more, &deployed(&was, made(&was)));
        assert_eq!(
            plan.writes.alarms.delete,
            [was.desired.alarms[0].name.clone()]
        );
        assert!(plan.writes.alarms.unmark && plan.writes.alarms.put.is_empty());
        assert!(plan.writes.untag.is_empty(), "not before it is deleted");
        let document = plan.writes.service.as_ref().unwrap().document();
        let names: Vec<&str> = alarm_names(document).collect();
        assert!(!names.contains(&was.desired.alarms[0].name.as_str()));
    }
    // A run that ended between the service and the alarm left one that nobody names.
    let mut observed = deployed(&release(""), made(&was));
    let plan = planned("", &observed);
    assert_eq!(
        (plan.effect, plan.writes.alarms.delete.len()),
        (Effect::InPlace, 1)
    );
    assert!(plan.writes.service.is_none());
    // Or took it, and not the mark.
    observed = deployed(&was, Vec::new());
    let bare = deployed(&release(""), Vec::new());
    let mut service = bare.service.unwrap().document;
    service.insert(
        "tags".to_owned(),
        json!([{"key": ALARMED, "value": "true"}]),
    );
    observed.service = Some(LiveService::read(service).unwrap());
    observed.task_definition = bare.task_definition;
    let plan = planned("", &observed);
    assert_eq!(plan.writes.untag, [ALARMED]);
}

#[test]
fn what_is_named_by_hand_stays_and_so_does_what_the_manifest_ignores() {
    let was = release(ERRORS);
    let own = &was.desired.alarms[0].name;
    let by_hand = format!("rollout: {{ alarms: [theirs, {own}] }}");
    let plan = planned(&by_hand, &deployed(&was, made(&was)));
    assert!(plan.writes.alarms.are_none());
    assert!(asks_about_alarms(
        &release(&by_hand),
        &deployed(&was, Vec::new())
    ));
    let ignored = format!("{ERRORS}\nignore: [rollout.alarms]");
    assert!(!asks_about_alarms(
        &release(&ignored),
        &deployed(&was, Vec::new())
    ));
}

#[test]
fn an_alarm_of_somebody_elses_is_never_touched() {
    let wanted = release(ERRORS);
    let mut others = made(&wanted);
    others[0].tags = alarm_tags(&crate::release::ids::ServiceId {
        cluster: crate::release::ids::ClusterName::new("other"),
        ..wanted.service.clone()
    });
    let refused = try_plan(ERRORS, &deployed(&release(""), others.clone())).unwrap_err();
    assert_eq!(refused[0].code, Code::UNFIT_ALARM);
    assert!(refused[0].message.contains(&wanted.desired.alarms[0].name));
    let plan = planned("", &deployed(&wanted, others));
    assert!(plan.writes.alarms.are_none());
}

#[test]
fn without_an_application_load_balancer_there_is_nothing_to_watch() {
    for balancers in [vec![], vec![BALANCER.replace("/app/", "/net/")]] {
        let mut observed = deployed(&release(""), Vec::new());
        observed.alarms.as_mut().unwrap().groups[0].load_balancers = balancers;
        let refused = try_plan(ERRORS, &observed).unwrap_err();
        assert_eq!(refused[0].code, Code::UNFIT_ALARM);
        assert!(
            refused[0].message.contains("blue"),
            "{}",
            refused[0].message
        );
    }
}

#[test]
fn a_service_is_made_after_its_alarms_and_its_mark() {
    let observed = Observed {
        alarms: deployed(&release(""), Vec::new()).alarms,
        ..Observed::default()
    };
    let plan = planned(ERRORS, &observed);
    assert_eq!(
        (plan.effect, plan.writes.alarms.put.len()),
        (Effect::Create, 1)
    );
    let document = plan.writes.service.as_ref().unwrap().document();
    assert!(document["tags"].to_string().contains(ALARMED));
}

#[test]
fn the_digest_of_a_plan_tells_its_alarms() {
    let was = release(ERRORS);
    let observed = deployed(&was, made(&was));
    let digest = |above: &str| planned(&ERRORS.replace("2%", above), &observed).digest();
    assert_ne!(digest("1%"), digest("3%"));
    assert_eq!(digest("1%"), digest("1%"));
}

#[test]
fn a_release_that_is_gone_back_to_has_the_alarms_that_the_service_names() {
    use crate::plan::in_place;
    let (with, without) = (release(ERRORS), release("rollout: { alarms: [theirs] }"));
    let target = |release: &Release| deployed(release, Vec::new()).task_definition.unwrap();
    let names = |service: &Release, target_release: &Release| {
        let live = deployed(service, Vec::new()).service.unwrap();
        let (target, current) = (target(target_release), target(service));
        let found = in_place(&service.service, &live, &target, Some(&current), None);
        let written = !found.fields.is_empty();
        let lacking = found.notes(&[]).len();
        let after = if written { found.fields } else { live.document };
        let names: Vec<String> = alarm_names(&after).map(str::to_owned).collect();
        (names, lacking)
    };
    let own = with.desired.alarms[0].name.clone();
    assert_eq!(names(&with, &with), (vec!["theirs".to_owned(), own], 0));
    assert_eq!(names(&with, &without), (vec!["theirs".to_owned()], 0));
    assert_eq!(names(&without, &with), (vec!["theirs".to_owned()], 1));
}

/// Whether the rule has the groups already is told of the rule.
#[test]
fn the_load_balancer_of_the_manifest_s_rule_tells_of_both_groups_also_before_it_has_them() {
    let prefix = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
    let more = "rollout: { strategy: canary, alarms: [errorRate: { above: 2% }] }\n";
    let traffic = |rule: &str| {
        format!(
            "traffic: {{ listenerRule: '{prefix}:{rule}', targetGroups: ['{GROUP}', \
             '{prefix}:targetgroup/green/0123456789abcde0'], role: 'arn:aws:iam::111122223333:role/lb' }}"
        )
    };
    let text = |rule: &str| {
        let lines = BASE.lines().filter(|line| !line.starts_with("traffic"));
        let lines: Vec<&str> = lines.collect();
        format!("{}\n{}\n{more}", lines.join("\n"), traffic(rule))
    };
    let unattached = Observed {
        alarms: Some(ObservedAlarms::default()),
        ..Observed::default()
    };
    let release = of_text(text(
        "listener-rule/app/ml/0123456789abcdef/0123456789abcdef/1",
    ));
    let plan = super::super::plan(&release, &unattached, &caller(), Redeploy::WhenChanged).unwrap();
    let watched = plan.writes.alarms.put.iter().map(|alarm| {
        let dimensions = alarm.queries.iter().find_map(|query| match &query.source {
            crate::release::AlarmSource::Metric { dimensions, .. } => Some(dimensions),
            crate::release::AlarmSource::Expression(_) => None,
        });
        let of = |name: &str| dimensions.unwrap()[name].clone();
        (of("LoadBalancer"), of("TargetGroup"))
    });
    let watched: Vec<_> = watched.collect();
    let balancer = "app/ml/0123456789abcdef".to_owned();
    let [blue, green] = ["blue/0123456789abcdef", "green/0123456789abcde0"]
        .map(|group| format!("targetgroup/{group}"));
    assert_eq!(watched, [(balancer.clone(), blue), (balancer, green)]);
}

#[test]
fn a_rolling_release_that_loses_its_alarms_says_so() {
    let with = |alarms: Value| {
        let document = json!({"deploymentConfiguration": {"alarms": alarms}});
        document.as_object().unwrap().clone()
    };
    let watched = with(json!({"alarmNames": ["a"], "enable": true, "rollback": true}));
    let none = with(json!({"alarmNames": [], "enable": false, "rollback": false}));
    assert_eq!(
        unwatched_note(Some(&watched), &none).as_deref(),
        Some("no alarm will watch this release")
    );
    assert_eq!(unwatched_note(Some(&watched), &watched), None);
    assert_eq!(unwatched_note(Some(&none), &none), None);
    assert_eq!(unwatched_note(None, &none), None);
}
