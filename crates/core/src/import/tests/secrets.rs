//! What looks secret is in no manifest.

use mlship_manifest::{ReadOptions, Source, examine};
use serde_json::json;

use super::*;

#[test]
fn what_looks_secret_becomes_a_variable() {
    let task = json!({"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "512", "memory": "1024", "containerDefinitions": [
        {"name": "app", "image": "a:1", "command": ["serve", "--api-token", "Zq9Zq9Zq9Zq9"],
            "environment": [{"name": "DB_PASSWORD", "value": "Zq9-hunter2"},
                {"name": "LEVEL", "value": "info"},
                {"name": "DATABASE_URL", "value": "postgres://me:Zq9Zq9Zq9@db/x"}]},
        {"name": "agent", "image": "b:1", "essential": false,
            "environment": [{"name": "DB_PASSWORD", "value": "Zq9-another"}],
            "logConfiguration": {"logDriver": "awsfirelens", "options": {"apikey": "Zq9Zq9Zq9Zq9a"}}}]});
    let service = json!({"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration":
        {"subnets": ["subnet-0123456789abcdef0"]}}});
    let observed = observed(&task, &service);
    imported(&observed);
    let imported = import(&id(), &observed, &caller(), None, &with_limits).unwrap();
    assert!(!imported.manifest.contains("Zq9"), "{}", imported.manifest);
    assert!(
        imported.manifest.contains("DB_PASSWORD: ${DB_PASSWORD}"),
        "{}",
        imported.manifest
    );
    assert!(imported.manifest.contains("LEVEL: info"));
    assert_eq!(
        imported.variables.keys().collect::<Vec<_>>(),
        [
            "AGENT_DB_PASSWORD",
            "APIKEY",
            "COMMAND_3",
            "DATABASE_URL",
            "DB_PASSWORD"
        ]
    );
    // What a pipeline lacks comes as an empty value.
    let empty = ReadOptions {
        environment: None,
        variables: &|_: &str| Some(String::new()),
    };
    let read = examine(Source::new("a.yaml", &*imported.manifest), &empty);
    let said: Vec<&str> = read.findings.iter().map(|it| &*it.message).collect();
    for name in imported.variables.keys() {
        let named = format!("variable `{name}` is");
        assert!(said.iter().any(|it| it.starts_with(&named)), "{said:?}");
    }
    assert_eq!(imported.variables["COMMAND_3"], "runtime.command[2]");
    assert_eq!(imported.variables["DB_PASSWORD"], "runtime.env.DB_PASSWORD");
}
