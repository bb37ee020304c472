//! Services that others made, and revisions that tell of others.

use super::*;

#[test]
fn services_of_others_are_refused_before_anything_is_written() {
    for (field, value, code) in [
        (
            "deploymentController",
            json!({"type": "CODE_DEPLOY"}),
            "foreign-controller",
        ),
        (
            "deploymentController",
            json!({"type": "EXTERNAL"}),
            "foreign-controller",
        ),
        ("schedulingStrategy", json!("DAEMON"), "daemon-service"),
        ("resourceManagementType", json!("ECS"), "express-service"),
    ] {
        let plan = plan_over(BASE, BASE, |service| {
            service.insert(field.to_owned(), value.clone());
        });
        assert_eq!(refused(plan), [code], "{value}");
    }
}

#[test]
fn a_service_that_runs_the_release_already_is_only_tagged() {
    let mut observed = deployed(&release(BASE));
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    observed.service = Some(LiveService::read(service).unwrap());
    observed.task_definition.as_mut().unwrap().tags.clear();
    let plan = plan_of(BASE, &observed).unwrap();
    assert!(plan.adopts);
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.changes, []);
    assert_eq!(plan.writes.register, None);
    assert_eq!(plan.writes.service, None);
    assert_eq!(plan.writes.tags["mlship:model"], "scorer");
    assert_eq!(plan.writes.revision_tags["mlship:version"], "8");
}

/// By the revision that serves an older version's service is known, and one whose tags were
/// stripped.
#[test]
fn a_service_without_tags_is_known_by_its_revision() {
    let mut observed = deployed(&release(BASE));
    let mut service = observed.service.take().unwrap().document;
    service.remove("tags");
    observed.service = Some(LiveService::read(service).unwrap());
    let plan = plan_of(BASE, &observed).unwrap();
    assert!(!plan.adopts);
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.writes.tags["mlship:model"], "scorer");
    assert!(plan.writes.revision_tags.is_empty());
}

/// They were never in a manifest, and so left none.
#[test]
fn tags_of_a_service_that_is_taken_over_stay() {
    let mut observed = by_hand();
    let live = observed.task_definition.as_mut().unwrap();
    live.tags.insert("team".into(), "risk".into());
    let mut service = observed.service.take().unwrap().document;
    service.insert("tags".into(), json!([{"key": "team", "value": "risk"}]));
    observed.service = Some(LiveService::read(service).unwrap());
    assert_eq!(
        plan_of(BASE, &observed).unwrap().writes.untag,
        Vec::<String>::new()
    );
}

#[test]
fn a_revision_is_known_by_its_content_alone() {
    let mut observed = left_by(BASE);
    let tags = &mut observed.task_definition.as_mut().unwrap().tags;
    tags.retain(|key, _| key == crate::release::CONTENT);
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.writes.revision_tags["mlship:version"], "8");
}

#[test]
fn a_model_that_is_renamed_is_told() {
    let kept_container = BASE.replace("runtime: {", "runtime: { container: scorer,");
    let observed = left_by(&kept_container);
    let renamed = kept_container.replace("model: { name: scorer", "model: { name: ranker");
    let plan = plan_of(&renamed, &observed).unwrap();
    assert_eq!(paths(&plan), ["model.name", "model.version"]);
}

/// Two services may run one revision: what its tags tell is of one of them.
#[test]
fn what_a_revision_tells_of_another_service_is_no_word_about_this_one() {
    let theirs = left_by(&with("health: { graceSeconds: 300 }"));
    let release = release(BASE);
    let mut id = release.service.clone();
    id.name = ServiceName::new("another");
    let mut service = theirs.service.clone().unwrap().document;
    service.remove("tags");
    service.insert("healthCheckGracePeriodSeconds".into(), json!(300));
    let service = LiveService::read(service).unwrap();
    let live = theirs.task_definition.clone();
    let ours = Observed::of(&release.service, Some(service.clone()), live.clone());
    assert!(!plan_of(BASE, &ours).unwrap().adopts);
    let foreign = Observed::of(&id, Some(service), live);
    let plan = plan_of(BASE, &foreign).unwrap();
    assert!(plan.adopts, "its service is nobody's");
    assert_eq!(plan.writes.revision_tags, BTreeMap::new());
    assert!(!paths(&plan).contains(&"health.graceSeconds"), "it stays");
}
