use super::super::testing::{Stand, manifest, manifest_of};
use super::*;
use crate::cloud::fake::FakeRegistry;
use mlship_manifest::{ReadOptions, Source, read};

/// A release that has a password.
fn with_password() -> Manifest {
    let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m, version: \"1\" }\n\
        image: m:1\nservice: { cluster: ml, name: m, desired: 2 }\n\
        network: { subnets: [subnet-1] }\n\
        runtime: { cpu: 256, memory: 512, env: { DB_PASSWORD: hunter2hunter2, MODE: fast } }\n";
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    read(Source::new("m.yaml", text), &settings).unwrap()
}

async fn registered(manifest: &Manifest, secrets: Secrets) -> Rendered {
    let stand = Stand::serving();
    let rendered = registration(&stand.context(), "eu-west-1", manifest, secrets).await;
    assert_eq!(stand.cloud.requests(), 0);
    rendered.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_document_with_a_secret_hidden_is_one_that_ecs_refuses() {
    let Rendered { document, hidden } = registered(&with_password(), Secrets::Hidden).await;
    let text = document.to_string();
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains("fast"), "{text}");
    assert_eq!(hidden, 1);
    let marked = document[MARK].to_string();
    assert!(marked.contains("environment[DB_PASSWORD]"), "{marked}");
    assert!(marked.contains("tags["), "{marked}");
}

#[tokio::test(start_paused = true)]
async fn a_document_without_secrets_or_with_all_of_them_is_what_ecs_gets() {
    let plain = registered(&manifest("1"), Secrets::Hidden).await;
    assert_eq!((plain.hidden, &plain.document[MARK]), (0, &Value::Null));
    let whole = registered(&with_password(), Secrets::Shown).await;
    assert_eq!((whole.hidden, &whole.document[MARK]), (0, &Value::Null));
    assert!(whole.document.to_string().contains("hunter2hunter2"));
}

#[tokio::test(start_paused = true)]
async fn a_reference_is_rendered_with_the_version_that_it_names() {
    let stand = Stand::serving();
    let registry = FakeRegistry::default().with("7", 0.9);
    registry.name("champion", "7");
    *stand.cloud.registry.borrow_mut() = Some(registry.clone());
    let model = "{ name: m, ref: \"models:/m@champion\" }";
    let manifest = manifest_of(model, "7");
    let context = stand.context();
    let rendered = registration(&context, "eu-west-1", &manifest, Secrets::Hidden).await;
    let tags = rendered.unwrap().document["tags"].to_string();
    assert!(tags.contains("\"7\""), "{tags}");
    registry.is_down(true);
    let rendered = registration(&context, "eu-west-1", &manifest, Secrets::Hidden).await;
    assert!(
        matches!(rendered, Err(PlanError::Registry(_))),
        "{rendered:?}"
    );
}

#[test]
fn what_was_not_written_is_not_rendered() {
    let manifest = with_password();
    let hidden = written(&manifest.release, &manifest.secrets, Secrets::Hidden).unwrap();
    assert_eq!(hidden.hidden, 1);
    let text = hidden.document.to_string();
    assert!(
        !text.contains("hunter2") && !text.contains("null"),
        "{text}"
    );
    let shown = written(&manifest.release, &manifest.secrets, Secrets::Shown).unwrap();
    assert!(shown.document.to_string().contains("hunter2hunter2"));
}

#[test]
fn what_is_not_known_yet_is_shown_as_it_was_written_and_not_left_out() {
    let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m, version: \"1\" }\n\
        image: \"m:${ssm:/tag}\"\nservice: { cluster: ml, name: m }\n\
        network: { subnets: [subnet-1] }\n\
        runtime:\n  cpu: ${ssm:/ml/cpu}\n  memory: ${ssm:/ml/memory}\n\
        health:\n  container:\n    command: [CMD, x]\n    interval: ${ssm:/ml/interval}\n";
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("m.yaml", text), &settings).unwrap();
    let written = written(&manifest.release, &manifest.secrets, Secrets::Hidden);
    let mut document = written.unwrap().document;
    unresolved_shown(&mut document, manifest.unresolved());
    assert_eq!(document["image"], "m:${ssm:/tag}");
    let runtime = serde_json::json!({"cpu": "${ssm:/ml/cpu}", "memory": "${ssm:/ml/memory}"});
    assert_eq!(document["runtime"], runtime);
    assert_eq!(
        document["health"]["container"]["interval"],
        "${ssm:/ml/interval}"
    );
}
