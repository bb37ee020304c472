//! What is left to its owner by `ignore`.

use super::*;

#[test]
fn what_is_ignored_is_left_to_its_owner_and_named() {
    let wanted = with(
        "health: { graceSeconds: 60 }\ntags: { team: risk }\nignore: [service.desired, runtime.env.A, \
         health, 'overrides.taskDefinition.containerDefinitions[agent]', tags.team]",
    );
    let mut observed = left_by(&with("health: { graceSeconds: 60 }"));
    let live = observed.task_definition.as_mut().unwrap();
    let containers = live.document["containerDefinitions"]
        .as_array_mut()
        .unwrap();
    containers.push(json!({"name": "agent", "image": "agent:1"}));
    let variables = containers[0]["environment"].as_array_mut().unwrap();
    let variable = variables
        .iter_mut()
        .find(|pair| pair["name"] == "A")
        .unwrap();
    variable["value"] = json!("theirs");
    let mut service = observed.service.take().unwrap().document;
    service.insert("desiredCount".into(), json!(7));
    service.insert("healthCheckGracePeriodSeconds".into(), json!(90));
    observed.service = Some(LiveService::read(service).unwrap());
    let same = plan_of(&wanted, &observed).unwrap();
    assert_eq!(same.changes, []);
    assert_eq!(same.effect, Effect::None);
    for field in [
        "service.desired",
        "runtime.env.A",
        "health.graceSeconds",
        "tags.team",
    ] {
        assert!(
            same.ignored.contains(&field.to_owned()),
            "{field}: {:?}",
            same.ignored
        );
    }
    // What is beside it is changed, and what is ignored goes along as it is.
    let newer = wanted.replace("scorer:8", "scorer:9");
    let plan = plan_of(&newer, &observed).unwrap();
    let register = plan.writes.register.unwrap();
    let containers = register["containerDefinitions"].as_array().unwrap();
    assert_eq!(containers[0]["image"], "registry.example.com/scorer:9");
    assert!(containers[0]["environment"].to_string().contains("theirs"));
    assert_eq!(containers[1]["image"], "agent:1");
    let nothing_else = match plan.writes.service.unwrap() {
        ServiceWrite::Deploy(document) => document,
        other => panic!("{other:?}"),
    };
    assert!(!nothing_else.contains_key("desiredCount"));
}

#[test]
fn ignored_tags_and_ignored_autoscaling_are_not_taken_away() {
    let mut observed = left_by(&with("tags: { team: risk }"));
    let mut service = observed.service.take().unwrap().document;
    let tags = service["tags"].as_array_mut().unwrap();
    tags.push(json!({"key": crate::release::SCALED, "value": "true"}));
    observed.service = Some(LiveService::read(service).unwrap());
    observed.scaling = Some(crate::release::Scaling {
        min: 1,
        max: 9,
        policies: Vec::new(),
    });
    let plan = plan_of(&with("ignore: [tags.team, autoscaling]"), &observed).unwrap();
    assert_eq!(plan.writes.untag, Vec::<String>::new());
    assert_eq!(plan.writes.scaling, []);
    let plan = plan_of(BASE, &observed).unwrap();
    assert_eq!(plan.writes.untag, ["team", "mlship:autoscaling"]);
    assert!(!plan.writes.scaling.is_empty());
}

#[test]
fn a_variable_with_a_dot_in_its_name_is_not_within_another() {
    let dotted = |value: &str| {
        with("ignore: [runtime.env.A]").replace(
            "env: { A: \"1\"",
            &format!("env: {{ A: \"{value}\", A.B: \"{value}\""),
        )
    };
    let observed = left_by(&dotted("1"));
    let plan = plan_of(&dotted("2"), &observed).unwrap();
    assert_eq!(paths(&plan), ["runtime.env.A.B"]);
}

#[test]
fn what_is_ignored_is_no_loss() {
    let observed = left_by(&with(&format!("traffic: {{ targetGroup: \"{GROUP}\" }}")));
    let plan = plan_of(&with("ignore: [traffic]"), &observed).unwrap();
    assert_eq!(plan.effect, Effect::None);
    assert_eq!(plan.settings, "breaker=on rollback=on net of=f959cdd4");
}
