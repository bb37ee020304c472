//! What a promotion would change, said before the test begins.

use super::*;
use crate::app::experiment::{observe, warn};
use crate::experiment::start::{StartPlan, StartRequest, plan};

/// A release with other lines under `runtime` and `network`.
fn written(service: &str, runtime: &str, network: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"9\" }}\n\
         image: m:9\nservice: {{ cluster: ml, name: {service}, desired: 2 }}\n\
         runtime: {{ cpu: 256, memory: 512, {runtime} }}\nnetwork: {network}\n"
    );
    read(Source::new(format!("{service}.yaml"), text), &SETTINGS).unwrap()
}

/// Returns what is said of the challenger as a winner.
async fn said(on_winner: &str, releases: [Manifest; 2]) -> Vec<String> {
    let mut lab = Lab::on_winner(on_winner);
    let Origin::Manifest(written) = &mut lab.comparison.origin else {
        panic!("it has a manifest");
    };
    written.releases = releases.into();
    let definition = &lab.comparison.definition;
    let seen = observe(&lab.fleet, definition).await.unwrap();
    let mut opens = plan(definition, &seen, StartRequest::default()).unwrap();
    warn(&lab.fleet, &lab.comparison, &mut opens, clock()).await;
    let StartPlan::Open(opening) = opens else {
        panic!("{opens:?}");
    };
    let mut notes = opening.warnings;
    notes.retain(|note| note.starts_with("if challenger wins"));
    notes
}

const SUBNETS: &str = "{ subnets: [subnet-1] }";

#[tokio::test(start_paused = true)]
async fn variables_and_logs_that_go_with_a_winner_are_said_before_the_test() {
    let releases = || {
        let runtime = "env: { VARIANT: control }, logs: { group: /ml/a }";
        let control = written("control", runtime, SUBNETS);
        let runtime = "env: { VARIANT: challenger, NEW: \"1\" }, logs: { group: /ml/b }";
        [control, written("challenger", runtime, SUBNETS)]
    };
    assert_eq!(
        said("promote", releases()).await,
        [
            "if challenger wins, its model, image and runtime go to the control's service: \
             runtime.env.NEW: – → 1, runtime.env.VARIANT: control → challenger, \
             runtime.logs.group: /ml/a → /ml/b"
        ]
    );
    assert_eq!(said("keep", releases()).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_promotion_that_changes_nothing_or_cannot_be_is_said_before_the_test() {
    let releases = ["control", "challenger"].map(|name| written(name, "port: 80", SUBNETS));
    let notes = said("promote", releases).await;
    assert!(notes[0].contains("changes nothing"), "{notes:?}");
    let control = written("control", "compute: ec2", "{ mode: bridge }");
    // Fargate has no such network.
    let releases = [control, written("challenger", "port: 80", SUBNETS)];
    let notes = said("promote", releases).await;
    assert!(notes[0].contains("can't be promoted"), "{notes:?}");
    let runtime = "env: { THRESHOLD: \"${ssm:/ml/threshold}\" }";
    let control = written("control", "port: 80", SUBNETS);
    let releases = [control, written("challenger", runtime, SUBNETS)];
    let notes = said("promote", releases).await;
    assert!(notes[0].contains("${ssm:…}"), "{notes:?}");
}
