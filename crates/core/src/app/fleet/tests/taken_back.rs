//! What a run that failed takes back: by the use cases themselves, in the stand-in's one world.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::app::deploy::Deploy;
use crate::app::fleet::{
    Again, Audience, Fleet, FleetDeploy, OnFailure, RunOptions, RunRecord, order_of,
};
use crate::app::manifests::Loaded;
use crate::app::testing::{Stand, manifest, options};
use crate::app::{Report, ResultRecord};
use crate::cloud::Identity;
use crate::cloud::fake::{Fault, World};
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceId;
use serde_json::json;
use tokio::time::sleep;

use mlship_manifest::{Diagnostic, Manifest, ReadOptions, Source, read};

/// Remembers results.
#[derive(Default, Clone)]
pub(super) struct Heard {
    results: Rc<RefCell<Vec<ResultRecord>>>,
}

impl Heard {
    /// Returns whom each result was of, and its verdict.
    pub(super) fn told(&self) -> Vec<String> {
        let results = self.results.borrow();
        let told =
            |result: &ResultRecord| format!("{} {}", result.service, result.conclusion().word());
        results.iter().map(told).collect()
    }

    /// Returns where each of these services is.
    pub(super) fn regions(&self) -> Vec<String> {
        let documents = self.results.borrow();
        let documents = documents
            .iter()
            .map(|result| serde_json::to_value(result).unwrap());
        documents
            .map(|document| document["region"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Returns the result that was told last.
    fn last(&self) -> ResultRecord {
        self.results.borrow().last().unwrap().clone()
    }
}

impl Observer for Heard {
    fn event(&mut self, _: &ServiceId, _: &Event) {}
    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for Heard {
    fn result(&mut self, result: &ResultRecord) {
        self.results.borrow_mut().push(result.clone());
    }

    fn warning(&mut self, _: &str) {}
    fn findings(&mut self, _: &[Diagnostic]) {}
    fn run(&mut self, _: &RunRecord) {}
}

impl Audience for Heard {
    fn report_of<'a>(&'a self, _: &'a ServiceId) -> Box<dyn Report + 'a> {
        Box::new(self.clone())
    }
}

/// A release that is refused, for it is for another account; by then the other one serves.
fn refused() -> Manifest {
    let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: z, version: \"1\" }\n\
                image: z:1\naccount: \"999999999999\"\n\
                service: { cluster: ml, name: z, wave: 2 }\n\
                runtime: { cpu: 256, memory: 512 }\nnetwork: { subnets: [subnet-1] }\n";
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    read(Source::new("z.yaml", text), &settings).unwrap()
}

async fn run(stand: &Stand, on_failure: OnFailure) -> (Vec<String>, RunRecord) {
    let (heard, record) = run_of(stand, manifest("2"), on_failure).await;
    (heard.told(), record)
}

async fn run_of(stand: &Stand, released: Manifest, on_failure: OnFailure) -> (Heard, RunRecord) {
    let manifests = [released, refused()].map(Loaded::new);
    let (context, options) = (stand.context(), options());
    let deploy = [Deploy {
        context: &context,
        caller: &stand.cloud.caller().await.unwrap(),
        options: &options,
        review: None,
    }];
    let heard = Heard::default();
    let order = order_of(&manifests).unwrap();
    let run = RunOptions {
        on_failure,
        ..RunOptions::default()
    };
    let again = Again::sample();
    let fleet = Fleet {
        ways: &deploy,
        manifests: &manifests,
        routes: &[Ok(0), Ok(0)],
        order: &order,
    };
    let fleet = FleetDeploy::new(fleet, (run, None), context.interrupts, &heard, &again);
    let (_, record) = Box::pin(fleet.run()).await;
    (heard, record)
}

/// Returns what the service runs.
fn serves(stand: &Stand) -> String {
    let service = stand.cloud.world().service.unwrap();
    service.task_definition.short().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_takes_back_what_it_brought_and_tells_that_after_the_others() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    stand.succeed_after(80);
    let (heard, record) = run(&stand, OnFailure::Rollback).await;
    assert_eq!(heard, ["m succeeded", "z refused", "m rolled_back"]);
    assert_eq!(serves(&stand), "m:1");
    assert_eq!(record.services, 2);
    assert_eq!(record.verdicts["rolled_back"], 1);
    assert_eq!(record.exit_code.number(), 11);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_leaves_what_it_brought() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let (heard, record) = run(&stand, OnFailure::Continue).await;
    assert_eq!(heard, ["m succeeded", "z refused"]);
    assert_eq!(serves(&stand), "m:2");
    assert_eq!(record.verdicts["succeeded"], 1);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_run_began_and_this_one_only_followed_is_not_taken_back() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.succeed_after(20);
    let (heard, _) = run(&stand, OnFailure::Rollback).await;
    assert_eq!(heard, ["m succeeded", "z refused"]);
    assert_eq!(serves(&stand), "m:2");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_the_run_created_stays_and_is_said_to() {
    let stand = Stand::new(World::default());
    stand.succeed_after(20);
    let (heard, record) = run(&stand, OnFailure::Rollback).await;
    assert_eq!(heard, ["m succeeded", "z refused", "m refused"]);
    assert_eq!(serves(&stand), "m:1");
    assert_eq!(record.exit_code.number(), 11);
}

/// Lets somebody deploy another release of the service, so many seconds after the run began.
fn hotfix(stand: &Stand, seconds: u64, then: fn(&mut World)) {
    stand.cloud.after_now(seconds, move |world| {
        let content =
            json!({"family": "m", "containerDefinitions": [{"name": "m", "image": "m:3"}]});
        let arn = world.register(content.as_object().unwrap());
        world.update(json!({"taskDefinition": arn}).as_object().unwrap());
        then(world);
    });
}

async fn stays_beside_a_hotfix(then: fn(&mut World)) {
    let stand = Stand::serving();
    stand.succeed_after(20);
    // At once, before the way back looks.
    hotfix(&stand, 20, then);
    let (heard, record) = run_of(&stand, manifest("2"), OnFailure::Rollback).await;
    let last = heard.last();
    assert_eq!(
        last.error.unwrap(),
        "not taken back: m:3 was deployed since"
    );
    assert_eq!(last.release, None);
    assert!(last.task_definition.unwrap().ends_with("m:3"));
    assert!(last.hint.unwrap().starts_with("mlship history"));
    assert_eq!(serves(&stand), "m:3");
    assert_eq!(record.exit_code.number(), 11);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_deployed_since_is_left_whether_it_serves_or_still_runs() {
    stays_beside_a_hotfix(|world| world.end("SUCCESSFUL", "COMPLETED")).await;
    stays_beside_a_hotfix(|world| world.end("IN_PROGRESS", "IN_PROGRESS")).await;
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_tried_since_and_ecs_took_back_is_no_hindrance() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    hotfix(&stand, 20, |world| {
        world.roll_back("FAILED");
        world.finish_rollback();
    });
    stand.succeed_after(80);
    let (heard, _) = run(&stand, OnFailure::Rollback).await;
    assert_eq!(heard, ["m succeeded", "z refused", "m rolled_back"]);
    assert_eq!(serves(&stand), "m:1");
}

/// The subnets that the service's tasks are placed in.
fn subnets(stand: &Stand) -> serde_json::Value {
    let service = stand.cloud.world().service.unwrap();
    service.document["networkConfiguration"]["awsvpcConfiguration"]["subnets"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_release_that_changed_only_the_network_is_taken_back_with_it() {
    let stand = Stand::serving();
    stand.released("2").await;
    let mut moved = manifest("2");
    let network = moved.release.network.as_mut().unwrap();
    network.subnets = vec!["subnet-9".to_owned()];
    stand.succeed_after(20);
    stand.succeed_after(80);
    let (heard, _) = run_of(&stand, moved, OnFailure::Rollback).await;
    assert_eq!(heard.last().conclusion().word(), "rolled_back");
    assert_eq!(serves(&stand), "m:2");
    assert_eq!(subnets(&stand), json!(["subnet-1"]));
}

#[tokio::test(start_paused = true)]
async fn a_way_back_that_failed_is_no_rollback_and_the_worst_news() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    stand.fail_after(60);
    let (heard, record) = run_of(&stand, manifest("2"), OnFailure::Rollback).await;
    let last = heard.last();
    assert!(last.is_failed_return());
    let error = last.error.unwrap();
    let expected = "not taken back: the rollback to m m:1 failed, and ECS went back to m 2";
    assert_eq!(error, expected);
    assert_eq!(serves(&stand), "m:2");
    assert_eq!(record.verdicts["failed"], 1);
    assert_eq!(record.exit_code.number(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_way_back_of_which_nothing_is_seen_is_not_said_to_have_failed() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let nobody_answers = async {
        sleep(Duration::from_secs(15)).await;
        let lost = Some(Fault::LostBefore);
        stand.cloud.fail_always("UpdateService", lost);
    };
    let run = run_of(&stand, manifest("2"), OnFailure::Rollback);
    let ((heard, record), ()) = tokio::join!(Box::pin(run), nobody_answers);
    let last = heard.last();
    assert!(!last.is_failed_return());
    let error = last.error.unwrap();
    assert!(error.starts_with("not seen to be taken back: "), "{error}");
    assert_eq!(serves(&stand), "m:2");
    assert_eq!(record.verdicts["error"], 1);
    assert_eq!(record.exit_code.number(), 21);
}
