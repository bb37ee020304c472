//! Tests of parameters in manifests, against the stand-in.

use super::filled;
use crate::app::planning::PlanError;
use crate::app::testing::{Stand, manifest_of, manifest_with, options};
use crate::cloud::fake::World;
use crate::cloud::{Identity as _, Requests as _, StoredParameter};
use crate::release::ids::Caller;
use mlship_manifest::{Code, Manifest};

fn text(value: &str) -> StoredParameter {
    StoredParameter::Text {
        value: value.to_owned(),
        version: 1,
    }
}

fn stand(parameters: &[(&str, StoredParameter)]) -> Stand {
    let mut world = World::serving();
    let all = parameters.iter().cloned();
    world.parameters = all
        .map(|(name, stored)| (name.to_owned(), stored))
        .collect();
    Stand::new(world)
}

fn image(tag: &str) -> Manifest {
    manifest_of("{ name: m, version: \"2\" }", tag)
}

async fn codes(stand: &Stand, manifest: &Manifest, caller: Option<&Caller>) -> Vec<Code> {
    match filled(&stand.context(), caller, manifest).await {
        Ok(filled) => panic!("{}", filled.release.image),
        Err(PlanError::Refused(found)) => {
            found.findings.iter().map(|finding| finding.code).collect()
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_stands_in_the_text_around_it_and_its_value_is_never_expanded() {
    let stand = stand(&[
        ("/ml/tag", text("v8")),
        ("/ml/env", text("${ssm:/ml/tag}\n${HOME}")),
    ]);
    let manifest = image("${ssm:/ml/tag}-gpu");
    assert_eq!(manifest.unresolved().len(), 1);
    let context = stand.context();
    let known = filled(&context, None, &manifest).await.unwrap();
    assert_eq!(known.release.image, "m:v8-gpu");
    assert!(known.unresolved().is_empty());
    let more = "tags: { a: \"${ssm:/ml/env}\" }";
    let manifest = manifest_with("2", more);
    // What stands there is not looked at before; a tag takes no line break, which shows now.
    assert!(!codes(&stand, &manifest, None).await.is_empty());
    assert_eq!(stand.cloud.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_is_gone_or_secret_is_refused_where_it_stands() {
    let stand = stand(&[
        ("/s", StoredParameter::Secure),
        ("/l", StoredParameter::List),
    ]);
    for (name, code) in [
        ("/gone", Code::PARAMETER_GONE),
        ("/s", Code::PARAMETER_IS_SECRET),
        ("/l", Code::PARAMETER_GONE),
    ] {
        let manifest = image(&format!("${{ssm:{name}}}"));
        assert_eq!(codes(&stand, &manifest, None).await, [code], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_in_another_account_than_the_manifests() {
    let stand = stand(&[("/ml/tag", text("v8"))]);
    let more = "account: \"999922223333\"\ntags: { a: \"${ssm:/ml/tag}\" }";
    let manifest = manifest_with("2", more);
    let caller = stand.cloud.caller().await.unwrap();
    let before = stand.cloud.calls();
    let found = codes(&stand, &manifest, Some(&caller)).await;
    assert_eq!(found, [Code::WRONG_ACCOUNT]);
    assert_eq!(stand.cloud.calls(), before);
}

#[tokio::test(start_paused = true)]
async fn what_a_parameter_holds_keeps_the_rules_of_its_field() {
    let stand = stand(&[("/ml/tag", text("Not A Tag!"))]);
    let found = codes(&stand, &image("${ssm:/ml/tag}"), None).await;
    assert_eq!(found, [Code::BAD_IMAGE]);
}

#[tokio::test(start_paused = true)]
async fn a_parameter_stands_for_a_number_and_one_that_holds_none_is_refused() {
    let more = "health:\n  container:\n    command: [CMD, x]\n    interval: ${ssm:/ml/seconds}\n";
    let manifest = manifest_with("2", more);
    let of = |held: &str| stand(&[("/ml/seconds", text(held))]);
    let known = of("15");
    let context = known.context();
    let known = filled(&context, None, &manifest).await.unwrap();
    let check = known.release.health.as_ref();
    let check = check.and_then(|health| health.container.as_ref());
    assert_eq!(check.unwrap().interval, Some(15));
    for held in ["many", "1", "15 s"] {
        let found = codes(&of(held), &manifest, None).await;
        assert_eq!(found.len(), 1, "{held}: {found:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_looks_secret_is_one_by_its_name_or_by_itself() {
    for (name, value) in [
        ("/db/password", "hunter2x"),
        ("/db/url", "postgres://me:hunter2@db/x"),
    ] {
        let stand = stand(&[(name, text(value))]);
        let more = format!("tags: {{ a: \"x ${{ssm:{name}}}\" }}");
        let manifest = manifest_with("2", &more);
        let context = stand.context();
        let known = filled(&context, None, &manifest).await.unwrap();
        assert!(known.secrets.is_field(&format!("x {value}")), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deploy_is_of_what_parameters_hold() {
    let stand = stand(&[("/ml/tag", text("v8"))]);
    let manifest = image("${ssm:/ml/tag}");
    let (result, _) = stand.deploy_with(&manifest, &options()).await;
    assert_eq!(result.release.unwrap().image, "m:v8", "{:?}", result.error);
}
