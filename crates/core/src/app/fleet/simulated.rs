//! A run over many services of the fake fleet, for tests and benches: every use case and wait is the
//! real one. Wants a paused clock.

#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests and benches alone, where what is wrong shall fail"
)]

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{
    Again, Audience, Fleet, FleetDeploy, OnFailure, RunOptions, RunRecord, RunResults, order_of,
};
use crate::app::deploy::{Deploy, DeployOptions, IfAlarmed, IfBusy, Repeat};
use crate::app::manifests::Loaded;
use crate::app::model_version::GateOverrides;
use crate::app::watch::{OnInterrupt, WatchOptions};
use crate::app::{Context, Interrupts, Invocation};
use crate::cloud::Identity;
use crate::cloud::fake::FakeFleet;
use crate::plan::Redeploy;
use crate::progress::Interrupt;
use crate::release::Provenance;
use mlship_manifest::{Manifest, ReadOptions, Source, read};

const SEED: u64 = 20_261_127;

/// What a run came to.
#[derive(Debug)]
pub struct Simulated {
    /// Its last line.
    pub record: RunRecord,
    /// How many requests ECS refused for the rate.
    pub refused: u64,
    /// How long it took, by the clock that is paused.
    pub took: Duration,
}

/// Services whose first release serves, and how the second is deployed.
#[derive(Debug, Clone, Copy)]
pub struct Simulation {
    /// How many there are.
    pub services: usize,
    /// The part of each rate that others leave.
    pub left: f64,
    /// How many of them, the first, fail.
    pub failing: usize,
    /// What the run does about that.
    pub on_failure: OnFailure,
    /// When the run's time is up.
    pub run_timeout: Option<Duration>,
    /// When somebody interrupts it.
    pub interrupted: Option<Duration>,
}

impl Simulation {
    /// Deploys so many, all of which succeed, with nobody else in the account.
    #[must_use]
    pub fn of(services: usize) -> Self {
        Self {
            services,
            left: 1.0,
            failing: 0,
            on_failure: OnFailure::Continue,
            run_timeout: None,
            interrupted: None,
        }
    }
}

/// Deploys a second release of each.
pub async fn simulated<A: Audience>(of: Simulation, audience: &A) -> Simulated {
    // Looks are spread by chance, and how many there are must not differ from run to run.
    fastrand::seed(SEED);
    let names: Vec<String> = (0..of.services)
        .map(|number| format!("m{number:05}"))
        .collect();
    let cloud = FakeFleet::serving(names.iter().map(String::as_str), of.left);
    for name in &names[..of.failing] {
        cloud.change(name, |world| world.fails = true);
    }
    let manifests = names.iter().map(|name| Loaded::new(manifest(name, "")));
    let manifests: Vec<Loaded> = manifests.collect();
    let start = Instant::now();
    let until = of.run_timeout.map(|after| start + after);
    let run = VirtualRun {
        cloud: &cloud,
        manifests: &manifests,
        run: RunOptions {
            on_failure: of.on_failure,
            ..RunOptions::default()
        },
        deploy: options(until),
        interrupted: of.interrupted,
    };
    let (_, record) = Box::pin(run.run(audience)).await;
    Simulated {
        record,
        refused: cloud.refused(),
        took: start.elapsed(),
    }
}

/// A run over services of a fake fleet.
pub(in crate::app) struct VirtualRun<'a> {
    pub(in crate::app) cloud: &'a FakeFleet,
    pub(in crate::app) manifests: &'a [Loaded],
    pub(in crate::app) run: RunOptions,
    pub(in crate::app) deploy: DeployOptions,
    /// When somebody interrupts it.
    pub(in crate::app) interrupted: Option<Duration>,
}

impl VirtualRun<'_> {
    pub(in crate::app) async fn run<A: Audience>(&self, audience: &A) -> (RunResults, RunRecord) {
        let order = order_of(self.manifests).unwrap();
        let (tell, heard) = watch::channel(None);
        let interrupts = Interrupts::from_channel(heard);
        let context = Context {
            cloud: self.cloud,
            interrupts: &interrupts,
            invocation: &Invocation::default(),
            pipeline: &Provenance::default(),
            clock: || Timestamp::UNIX_EPOCH,
            examined: |examined| examined,
        };
        let deploy = Deploy {
            context: &context,
            caller: &self.cloud.caller().await.unwrap(),
            options: &self.deploy,
            review: None,
        };
        let again = Again::sample();
        let fleet = Fleet {
            ways: &[deploy],
            manifests: self.manifests,
            routes: &vec![Ok(0); self.manifests.len()],
            order: &order,
        };
        let run = (self.run, self.deploy.until);
        let fleet = FleetDeploy::new(fleet, run, &interrupts, audience, &again);
        let signal = async {
            if let Some(after) = self.interrupted {
                sleep(after).await;
                tell.send_replace(Some(Interrupt::Interrupt));
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            ended = Box::pin(fleet.run()) => ended,
            () = signal => unreachable!("a signal alone ends nothing"),
        }
    }
}

/// What a command has by default.
pub(in crate::app) fn options(until: Option<Instant>) -> DeployOptions {
    DeployOptions {
        watch: WatchOptions {
            timeout: Duration::from_mins(30),
            adds_shift: false,
            until: crate::rollout::Until::Done,
            on_interrupt: OnInterrupt::Detach,
        },
        until,
        detach: false,
        if_busy: IfBusy::Wait,
        redeploy: Redeploy::WhenChanged,
        repeat: Repeat::Always,
        adopt: false,
        force: false,
        own_experiment: None,
        verify: None,
        if_alarmed: IfAlarmed::Refuse,
        overrides: GateOverrides::default(),
    }
}

/// The second release of such a service, with more in what is said of it.
pub(in crate::app) fn manifest(name: &str, more: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"2\" }}\n\
         image: m:2\nservice: {{ cluster: ml, name: {name}, desired: 1{more} }}\n\
         runtime: {{ cpu: 256, memory: 512 }}\nnetwork: {{ subnets: [subnet-1] }}\n"
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    read(Source::new(format!("{name}.yaml"), text), &settings).unwrap()
}
