//! What a diff shows of secrets.

use super::*;

/// Returns the changes of one variable, as programs read them.
#[track_caller]
fn of_variable(before: &str, after: &str) -> Value {
    let env = |env: &str| {
        BASE.replace(
            "env: { A: \"1\", B: \"2\" }",
            &format!("env: {{ B: \"2\", {env} }}"),
        )
    };
    let plan = update(&env(before), &env(after));
    let changes = plan
        .changes
        .iter()
        .filter(|change| change.path.starts_with("runtime.env"));
    json!(changes.collect::<Vec<_>>())
}

#[test]
fn a_secret_that_comes_goes_or_changes_is_told_apart() {
    let secret = |secret: &str| {
        json!([{"path": "runtime.env.DB_PASS", "secret": secret,
            "ecs_field": "containerDefinitions[scorer].environment[DB_PASS]"}])
    };
    let (none, one, other) = ("C: x", "C: x, DB_PASS: a", "C: x, DB_PASS: b");
    assert_eq!(of_variable(none, one), secret("added"));
    assert_eq!(of_variable(one, none), secret("removed"));
    assert_eq!(of_variable(one, other), secret("changed"));
}

#[test]
fn of_a_text_with_a_secret_in_it_the_rest_is_shown() {
    let text = |before: Value, after: Value, secret: Option<&str>| {
        let mut change = json!({"path": "runtime.env.A", "before": before, "after": after,
            "ecs_field": "containerDefinitions[scorer].environment[A]"});
        if let Some(secret) = secret {
            change["secret"] = json!(secret);
        }
        json!([change])
    };
    let hidden = "postgres://me:***@db/x";
    let (one, other) = ("A: 'postgres://me:a@db/x'", "A: 'postgres://me:b@db/x'");
    assert_eq!(
        of_variable(one, other),
        text(json!(hidden), json!(hidden), Some("changed"))
    );
    assert_eq!(
        of_variable("C: x", &format!("C: x, {one}")),
        text(Value::Null, json!(hidden), Some("added"))
    );
    let elsewhere = text(json!(hidden), json!("postgres://me:***@db/y"), None);
    assert_eq!(of_variable(one, "A: 'postgres://me:a@db/y'"), elsewhere);
    assert_eq!(
        of_variable("A: b", "A: ghp_abc"),
        json!([{"path": "runtime.env.A", "secret": "changed",
        "ecs_field": "containerDefinitions[scorer].environment[A]"}])
    );
}

#[test]
fn a_reference_to_a_secret_is_shown_like_any_value() {
    let arn =
        |name: &str| format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-AbCdEf");
    let with = |name: &str| {
        BASE.replace("env: {", &format!("roles: {{ execution: \"arn:aws:iam::111122223333:role/e\" }}, secrets: {{ DB_PASSWORD: \"{}\" }}, env: {{", arn(name)))
    };
    let plan = update(&with("one"), &with("other"));
    assert_eq!(
        json!(plan.changes),
        json!([{"path": "runtime.secrets.DB_PASSWORD", "before": arn("one"), "after": arn("other"),
            "ecs_field": "containerDefinitions[scorer].secrets[DB_PASSWORD]"}])
    );
}
