use super::*;
use crate::app::deploy::DeployOptions;
use crate::app::testing::{Stand, manifest, manifest_with, options};
use crate::cloud::Identity;
use crate::cloud::fake::Fault;
use crate::cloud::preconditions::{Fact, HostAnswer, Platform, Question, RegistryImage, Subnet};
use crate::progress::ExitCode;

fn verifying() -> DeployOptions {
    DeployOptions {
        verify: Some(Memory::default()),
        ..options()
    }
}

fn image(tag: &str) -> Question {
    Question::HostedImage(RegistryImage::parse(&format!("m:{tag}")))
}

/// Says what there is of an image, in a world whose service runs its first release.
fn stand(tag: &str, fact: HostAnswer) -> Stand {
    let stand = Stand::serving();
    let question = image(tag);
    stand.cloud.after_now(0, move |world| {
        world.facts.insert(question, Fact::HostedImage(fact));
    });
    stand
}

fn linux(architecture: &str) -> Platform {
    Platform {
        system: "linux".to_owned(),
        architecture: architecture.to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_not_work_is_refused_before_anything_is_written() {
    let stand = stand("2", HostAnswer::Absent);
    let (result, heard) = stand.deploy_with(&manifest("2"), &verifying()).await;
    assert_eq!(result.exit_code(), ExitCode::Refused);
    let error = result.error.unwrap();
    assert!(error.contains("m:2 is not in the registry"), "{error}");
    assert!(result.hint.unwrap().contains("--skip-verify"));
    assert!(result.previous.is_some(), "what goes on serving is told");
    assert_eq!(heard.findings, ["image-unavailable"]);
    for write in ["RegisterTaskDefinition", "UpdateService", "TagResource"] {
        assert_eq!(stand.cloud.count(write), 0, "{write}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_skips_it_asks_nothing_and_what_is_not_deployed_is_not_asked_about() {
    let stand = stand("2", HostAnswer::Absent);
    stand.succeed_after(20);
    let (result, _) = stand.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.exit_code(), ExitCode::Done);
    let (again, _) = stand.deploy_with(&manifest("2"), &verifying()).await;
    assert_eq!(again.exit_code(), ExitCode::Done);
    assert_eq!(stand.cloud.count("HEAD"), 0);
    assert_eq!(stand.cloud.count("DescribeSubnets"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_seen_is_one_line_and_stops_nobody() {
    let stand = stand("2", HostAnswer::There(vec![linux("amd64")]));
    stand
        .cloud
        .fail_always("DescribeSubnets", Some(Fault::Denied));
    stand.succeed_after(20);
    let (result, heard) = stand.deploy_with(&manifest("2"), &verifying()).await;
    assert_eq!(result.exit_code(), ExitCode::Done);
    let notes: Vec<&str> = heard.notes().collect();
    let told: Vec<_> = notes
        .iter()
        .filter(|note| note.contains("not checked"))
        .collect();
    assert_eq!(told.len(), 1, "{notes:?}");
    assert!(
        told[0].contains("route") && told[0].contains("ec2:DescribeSubnets"),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_see_the_service_verifies_what_the_manifest_says() {
    let stand = stand("2", HostAnswer::There(vec![linux("arm64")]));
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Denied));
    let caller = stand.cloud.caller().await.unwrap();
    let manifest = manifest_with("2", "");
    let found = verify(&stand.context(), &caller, &Memory::default(), &manifest).await;
    let found = found.unwrap().findings;
    assert!(found.iter().any(Finding::is_fail), "{found:#?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_shown_where_it_is_written() {
    let stand = stand("2", HostAnswer::Absent);
    stand.cloud.after_now(0, |world| {
        let question = Question::Subnets(vec!["subnet-1".to_owned()]);
        world
            .facts
            .insert(question, Fact::Subnets(Vec::<Subnet>::new()));
    });
    let caller = stand.cloud.caller().await.unwrap();
    let manifest = manifest("2");
    let found = verify(&stand.context(), &caller, &Memory::default(), &manifest).await;
    let verified = found.unwrap();
    let failed = verified.findings.iter().filter(|finding| finding.is_fail());
    let failed: Vec<_> = failed
        .map(|finding| {
            let shown = diagnostic(&verified.manifest, finding);
            (shown.code.as_str(), shown.span.unwrap().line())
        })
        .collect();
    assert_eq!(failed, [("image-unavailable", 4), ("no-route", 7)]);
}
