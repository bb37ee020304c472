//! Runs over services of several regions: who waits for whom, and by which connection each goes.

use super::taken_back::Heard;
use crate::app::deploy::Deploy;
use crate::app::fleet::{Again, Fleet, FleetDeploy, RunOptions, order_of};
use crate::app::manifests::{Loaded, place_manifests};
use crate::app::testing::{Stand, options};
use crate::cloud::{CloudError, ErrorKind, Identity};
use crate::release::Place;
use crate::release::ids::Caller;
use mlship_manifest::{Manifest, ReadOptions, Source, read};

const IRELAND: &str = "eu-west-1";
const VIRGINIA: &str = "us-east-1";

/// Releases of `NAME` in a region, each with whom it depends on.
fn fleet(services: &[(&str, &str, &str)]) -> Vec<Loaded> {
    let manifest = |(region, name, on): &(&str, &str, &str)| -> Manifest {
        let text = format!(
            "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: {name}, version: \"2\" }}\n\
             image: m:2\nservice: {{ cluster: ml, name: {name}, region: {region}, desired: 2, \
             dependsOn: [{on}] }}\nruntime: {{ cpu: 256, memory: 512 }}\n\
             network: {{ subnets: [subnet-1] }}\n"
        );
        let settings = ReadOptions {
            environment: None,
            variables: &|_: &str| None,
        };
        read(
            Source::new(format!("{region}-{name}.yaml"), text),
            &settings,
        )
        .unwrap()
    };
    let mut manifests: Vec<Loaded> = services.iter().map(manifest).map(Loaded::new).collect();
    let place = |(region, ..): &(&str, &str, &str)| Place {
        region: Some((*region).to_owned()),
        account: Some("111122223333".to_owned()),
    };
    place_manifests(&mut manifests, services.iter().map(place).collect()).unwrap();
    manifests
}

/// Returns in which order they begin and whom each waits for, or the findings.
fn order(services: &[(&str, &str, &str)]) -> Result<Vec<String>, Vec<String>> {
    let manifests = fleet(services);
    let order = order_of(&manifests).map_err(|found| {
        let found = found.iter().map(|finding| finding.message.clone());
        found.collect::<Vec<_>>()
    })?;
    assert!(order.unknown().is_empty(), "{:?}", order.unknown());
    let members = 0..order.len();
    Ok(members
        .map(|member| order.service(member).to_string())
        .collect())
}

#[test]
fn a_dependency_is_looked_for_in_the_region_that_it_names() {
    // Its own region, where the name alone is written.
    let of_own = [
        (VIRGINIA, "a", "b"),
        (VIRGINIA, "b", ""),
        (IRELAND, "b", "a"),
        (IRELAND, "a", ""),
    ];
    assert!(order(&of_own).is_ok());
    // A circle, but for the region: each waits for the one elsewhere.
    let of_other = [
        (VIRGINIA, "a", "'eu-west-1:ml/b'"),
        (IRELAND, "b", "'us-east-1:ml/c'"),
        (VIRGINIA, "c", ""),
    ];
    assert!(order(&of_other).is_ok());
    let circle = [
        (VIRGINIA, "a", "'eu-west-1:ml/a'"),
        (IRELAND, "a", "'us-east-1:ml/a'"),
    ];
    let found = order(&circle).unwrap_err();
    assert!(found[0].contains("depend on each other"), "{found:?}");
}

#[test]
fn a_cluster_alone_leads_to_the_only_service_of_that_name_and_to_no_guess() {
    let only = [(VIRGINIA, "a", "ml/b"), (IRELAND, "b", "")];
    assert!(order(&only).is_ok());
    let two = [
        (VIRGINIA, "a", "ml/b"),
        (IRELAND, "b", ""),
        ("eu-central-1", "b", ""),
    ];
    let found = order(&two).unwrap_err();
    assert_eq!(
        found,
        ["ml/b may be eu-west-1:ml/b or eu-central-1:ml/b"],
        "{found:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn each_release_goes_by_the_connection_of_its_own_place() {
    let (here, there) = (Stand::serving(), Stand::serving());
    here.succeed_after(20);
    there.fail_after(40);
    let manifests = fleet(&[(VIRGINIA, "m", ""), (IRELAND, "m", ""), (IRELAND, "z", "")]);
    let contexts = [here.context(), there.context()];
    let callers = [
        here.cloud.caller().await.unwrap(),
        Caller {
            region: IRELAND.to_owned(),
            ..there.cloud.caller().await.unwrap()
        },
    ];
    let options = options();
    let ways = [0, 1].map(|at| Deploy {
        context: &contexts[at],
        caller: &callers[at],
        options: &options,
        review: None,
    });
    let nowhere = CloudError::no_answer("GetCallerIdentity", ErrorKind::Credentials);
    let order = order_of(&manifests).unwrap();
    let fleet = Fleet {
        ways: &ways,
        manifests: &manifests,
        routes: &[Ok(0), Ok(1), Err(nowhere)],
        order: &order,
    };
    let heard = Heard::default();
    let run = (RunOptions::default(), None);
    let again = Again::sample();
    let fleet = FleetDeploy::new(fleet, run, here.context().interrupts, &heard, &again);
    let (_, record) = Box::pin(fleet.run()).await;
    assert_eq!(heard.told(), ["z error", "m succeeded", "m rolled_back"]);
    let regions = heard.regions();
    assert_eq!(regions, [IRELAND, VIRGINIA, IRELAND]);
    let serves = |stand: &Stand| {
        let service = stand.cloud.world().service.unwrap();
        service.task_definition.short().to_owned()
    };
    assert_eq!(
        (serves(&here), serves(&there)),
        ("m:2".to_owned(), "m:1".to_owned())
    );
    assert_eq!(record.services, 3);
    assert_eq!(record.exit_code.number(), 20);
}
