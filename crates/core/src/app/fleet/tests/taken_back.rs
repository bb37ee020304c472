//! What a run that failed takes back: by the use cases themselves, in the stand-in's one world.

use std::cell::RefCell;
use std::rc::Rc;

use crate::app::deploy::Deploy;
use crate::app::fleet::{Audience, FleetDeploy, OnFailure, RunOptions, RunRecord, order_of};
use crate::app::manifests::Loaded;
use crate::app::testing::{Stand, manifest, options};
use crate::app::{Report, ResultRecord};
use crate::cloud::Identity;
use crate::cloud::fake::World;
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceId;
use mlship_manifest::{Diagnostic, Manifest, ReadOptions, Source, read};

/// Remembers results.
#[derive(Default, Clone)]
struct Heard(Rc<RefCell<Vec<String>>>);

impl Observer for Heard {
    fn event(&mut self, _: &ServiceId, _: &Event) {}
    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for Heard {
    fn result(&mut self, result: &ResultRecord) {
        let line = format!("{} {}", result.service, result.conclusion().word());
        self.0.borrow_mut().push(line);
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
        variables: &|_| None,
    };
    read(Source::new("z.yaml", text), &settings).unwrap()
}

async fn run(stand: &Stand, on_failure: OnFailure) -> (Vec<String>, RunRecord) {
    let manifests = [manifest("2"), refused()].map(|manifest| Loaded { manifest });
    let (context, options) = (stand.context(), options());
    let deploy = Deploy {
        context: &context,
        caller: &stand.cloud.caller().await.unwrap(),
        options: &options,
        review: None,
    };
    let heard = Heard::default();
    let order = order_of(&manifests).unwrap();
    let run = RunOptions {
        on_failure,
        ..RunOptions::default()
    };
    let again = "mlship deploy m --resume";
    let fleet = FleetDeploy::new(&deploy, (&manifests, &order), run, &heard, again);
    let (_, record) = Box::pin(fleet.run()).await;
    (heard.0.take(), record)
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
