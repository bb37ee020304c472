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

/// A release whose secrets variables with telling names fill in.
fn with_variables(env: &str, value: &str) -> Release {
    let manifest = BASE.replace("env: { A: \"1\", B: \"2\" }", env);
    let settings = ReadOptions {
        environment: None,
        variables: &|name: &str| {
            ["MY_TOKEN", "PIN_SECRET", "DB_PASSWORD"]
                .contains(&name)
                .then(|| value.to_owned())
        },
    };
    let manifest = read(Source::new("test.yaml", manifest), &settings).unwrap();
    resolve(&manifest.release, "eu-west-1", &manifest.secrets)
}

/// The ways of variables into a manifest.
const FILLED: &str = r#"env: { PLAIN: "${MY_TOKEN}", SHORT: "${PIN_SECRET}", SHORTMIX: "a${PIN_SECRET}b",
    URLISH: "https://x/${DB_PASSWORD}/y" }, command: [serve, "${MY_TOKEN}"]"#;

/// Plans the way from one release back to another, by today's manifest.
fn back(from: &Release, to: &Release, today: &Release) -> Plan {
    back_by(Some(today), from, to)
}

fn back_by(today: Option<&Release>, from: &Release, to: &Release) -> Plan {
    let id = &to.service;
    let (from, to) = (deployed(from), deployed(to));
    let input = RollbackInput {
        id,
        release: today,
        service: from.service.as_ref().unwrap(),
        current_revision: None,
        current: from.task_definition.as_ref(),
        target_revision: None,
        target: to.task_definition.as_ref().unwrap(),
        moved: &[],
    };
    plan_rollback(&input, &caller())
}

/// Which of its values are secrets only the manifest says.
#[test]
fn without_a_manifest_a_rollback_shows_nothing_that_a_user_passed_to_a_container() {
    let (from, to) = (
        with_variables(FILLED, "s3cr3t-1"),
        with_variables(FILLED, "s3cr3t-2"),
    );
    let plan = back_by(None, &from, &to);
    assert!(!plan.changes.is_empty());
    let shown = json!(plan.changes).to_string();
    assert!(!shown.contains("s3cr3t"), "{shown}");
    assert!(shown.contains("\"secret\":\"changed\""), "{shown}");
}

#[test]
fn a_rollback_hides_what_variables_fill_in_today_and_filled_in_before() {
    for (now, before) in [
        ("zq9now", "zq9old"),
        ("n9", "o9"),
        ("zq9-now-long", "zq9-old-long"),
    ] {
        let today = with_variables(FILLED, now);
        let plan = back(&today, &with_variables(FILLED, before), &today);
        let fields = [
            "runtime.command",
            "runtime.env.PLAIN",
            "runtime.env.SHORT",
            "runtime.env.SHORTMIX",
            "runtime.env.URLISH",
        ];
        assert_eq!(paths(&plan), fields);
        for change in &plan.changes[1..] {
            let secret = SecretChange::Changed;
            assert_eq!(
                change.shown,
                ChangeValues::Secret { secret },
                "{}",
                change.path
            );
        }
        let shown = json!(plan.changes).to_string() + &plan_document(&plan).to_string();
        assert!(!shown.contains(now) && !shown.contains(before), "{shown}");
        // As a diff of the same manifest says it.
        let observed = deployed(&with_variables(FILLED, before));
        let diff = super::plan(&today, &observed, &caller(), Redeploy::WhenChanged).unwrap();
        assert_eq!(json!(diff.changes), json!(plan.changes));
    }
}

#[test]
fn an_argument_that_a_variable_fills_in_is_hidden_at_any_place() {
    let today = with_variables(r#"command: [serve, --fast, "${MY_TOKEN}"]"#, "zq9now");
    let before = with_variables(r#"command: [serve, "${MY_TOKEN}"]"#, "zq9old");
    let diff = super::plan(&today, &deployed(&before), &caller(), Redeploy::WhenChanged).unwrap();
    let plan = back(&today, &before, &today);
    let command = |change: &Change| json!(change.shown);
    assert_eq!(
        command(&diff.changes[0]),
        json!({"before": ["serve", "***"], "after": ["serve", "--fast", "***"], "secret": "changed"})
    );
    assert_eq!(
        command(&plan.changes[0]),
        json!({"before": ["serve", "--fast", "***"], "after": ["serve", "***"], "secret": "changed"})
    );
}
