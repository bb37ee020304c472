//! What is read of actions and conditions is what is written.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::super::testing::Recorded;
use super::{group, models, read, read_rule, wire, written};
use mlship_core::cloud::{Answer, Balancing};
use mlship_core::release::{Forward, HeaderCondition, ListenerRule, Routing};

fn to() -> Forward {
    Forward {
        weights: [(group("control"), 1)].into(),
        stickiness: None,
    }
}

/// Returns the parameters of the one request below a name, in order of their names.
fn asked(recorded: &Recorded, below: &str) -> Vec<String> {
    let asked = recorded.asked().concat();
    let lines = asked.lines().filter(|line| line.starts_with(below));
    let mut lines: Vec<_> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

async fn modified(rule: &ListenerRule, to: &Forward) -> Recorded {
    let recorded = Recorded::default().says("ModifyRule", &written());
    recorded.cloud().forward(rule, to).await.unwrap();
    recorded
}

async fn copied(rule: &ListenerRule) -> Answer<Recorded> {
    let recorded = Recorded::default().says("CreateRule", &written());
    let header = HeaderCondition {
        name: "x-mlship-variant".to_owned(),
        value: "challenger".to_owned(),
    };
    let (cloud, to, tags) = (recorded.cloud(), to(), [].into());
    let made = cloud.create_rule(rule, 1, &header, &to, &tags).await;
    made.map(|_| recorded)
}

async fn check_action(action: &Value) {
    let rule = read_rule(&[], std::slice::from_ref(action)).await;
    let mut wanted = action.clone();
    let is_oidc = action["Type"] == "authenticate-oidc";
    if is_oidc {
        wanted["AuthenticateOidcConfig"]["UseExistingClientSecret"] = json!(true);
    }
    let wanted = wire::parameters("Actions.member.1", &wanted);
    let modified = modified(&rule, &to()).await;
    assert_eq!(asked(&modified, "Actions.member.1."), wanted);
    match copied(&rule).await {
        Ok(copied) => assert_eq!(asked(&copied, "Actions.member.1."), wanted),
        Err(error) => assert!(is_oidc, "{error}"),
    }
}

async fn check_condition(condition: &Value) {
    let rule = read_rule(std::slice::from_ref(condition), &[]).await;
    let wanted = wire::parameters("Conditions.member.1", condition);
    match copied(&rule).await {
        Ok(copied) => assert_eq!(asked(&copied, "Conditions.member.1."), wanted),
        Err(error) => assert_eq!(wanted.len(), 1, "nothing but its field is told: {error}"),
    }
}

async fn read_transformed(transform: &Value) -> ListenerRule {
    let redirect = json!({"Type": "redirect"});
    read(json!({"Actions": [redirect], "Transforms": [transform]})).await
}

async fn check_transform(transform: &Value) {
    let rule = read_transformed(transform).await;
    let copied = copied(&rule).await.unwrap();
    let wanted = wire::parameters("Transforms.member.1", transform);
    assert_eq!(asked(&copied, "Transforms."), wanted);
    // A change leaves them as they are.
    let modified = modified(&rule, &to()).await;
    assert_eq!(asked(&modified, "Transforms."), [""; 0]);
}

/// Checks many values like one of these.
fn check_alike(wholes: &[Value], check: &impl AsyncFn(&Value)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for whole in wholes {
        runtime.block_on(check(whole));
        proptest!(ProptestConfig::with_cases(16), |(value in models::like(whole))| {
            runtime.block_on(check(&value));
        });
    }
}

#[test]
fn nothing_of_an_action_is_lost_on_the_way_there_and_back() {
    check_alike(&models::actions(), &check_action);
}

#[test]
fn nothing_of_a_condition_is_lost_on_the_way_there_and_back() {
    check_alike(&models::conditions(), &check_condition);
}

#[test]
fn nothing_of_a_transform_is_lost_on_the_way_there_and_back() {
    check_alike(&models::transforms(), &check_transform);
}

#[tokio::test]
async fn a_transform_that_is_not_known_whole_is_not_sent_in_part() {
    for kind in ["translate", "url-rewrite"] {
        let rule = read_transformed(&json!({"Type": kind})).await;
        let error = copied(&rule).await.unwrap_err();
        assert!(error.message.contains(kind), "{error}");
    }
}

#[tokio::test]
async fn a_forward_is_written_as_it_was_read() {
    let mut action = models::action("forward");
    // The short form is told beside the long one, for a single group.
    action.as_object_mut().unwrap().remove("TargetGroupArn");
    let rule = read(json!({"Actions": [action]})).await;
    let Routing::Forward(live) = &rule.routing else {
        panic!("{rule:?}");
    };
    let modified = modified(&rule, live).await;
    let wanted = wire::parameters("Actions.member.1", &action);
    assert_eq!(asked(&modified, "Actions.member."), wanted);
}

#[tokio::test]
async fn actions_keep_their_order() {
    let ordered = |kind: &str, order: u32| {
        let mut action = models::action(kind);
        action["Order"] = json!(order);
        action
    };
    let actions = [
        ordered("authenticate-cognito", 5),
        ordered("authenticate-oidc", 3),
    ];
    let modified = modified(&read_rule(&[], &actions).await, &to()).await;
    let lines = asked(&modified, "Actions.member.");
    let types: Vec<_> = lines.iter().filter(|line| line.contains("Type=")).collect();
    assert_eq!(
        types,
        [
            "Actions.member.1.Type=authenticate-oidc",
            "Actions.member.2.Type=authenticate-cognito",
            "Actions.member.3.Type=forward",
        ]
    );
}

#[tokio::test]
async fn a_client_secret_is_neither_shown_nor_sent() {
    let mut action = models::action("authenticate-oidc");
    action["AuthenticateOidcConfig"]["ClientSecret"] = json!("hunter2");
    let rule = read_rule(&[], &[action]).await;
    let shown = format!("{rule:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let sent = modified(&rule, &to()).await.asked().concat();
    assert!(!sent.contains("hunter2"), "{sent}");
    let error = copied(&rule).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"), "{error}");
}

#[tokio::test]
async fn rules_are_the_same_by_what_they_carry() {
    let (actions, conditions) = (models::actions(), models::conditions());
    let rule = read_rule(&conditions, &actions).await;
    assert_eq!(rule, read_rule(&conditions, &actions).await);
    assert_ne!(rule, read_rule(&conditions[1..], &actions).await);
    assert_ne!(rule, read_rule(&conditions, &actions[1..]).await);
}
