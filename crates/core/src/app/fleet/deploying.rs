//! A run's releases, each by the use cases of a single one.

use std::cell::Cell;

use tokio::time::Instant;

use super::driver::{Releases, Run};
use super::listening::{Listening, Origin};
use super::options::RunOptions;
use super::run_record::RunRecord;
use super::run_results::RunResults;
use super::way_back::WayBack;
use crate::app::deploy::Deploy;
use crate::app::manifests::Loaded;
use crate::app::{Report, ResultRecord, results};
use crate::cloud::{Balancing, Cloud};
use crate::fleet::Order;
use crate::progress::{Conclusion, Event};
use crate::registry::Registries;
use crate::release::ids::ServiceId;

/// Who hears of a run.
pub trait Audience {
    /// Returns who hears of a service.
    fn report_of<'a>(&'a self, service: &'a ServiceId) -> Box<dyn Report + 'a>;
}

/// Deploys the manifests of one run.
pub struct FleetDeploy<'a, C, A> {
    /// How a single one is deployed.
    pub deploy: &'a Deploy<'a, C>,
    /// The manifests.
    pub manifests: &'a [Loaded],
    /// In which order they begin.
    pub order: &'a Order,
    /// How the run goes.
    pub options: RunOptions,
    /// Who hears of it.
    pub audience: &'a A,
    /// The command that goes on with the run.
    pub again: &'a str,
    origins: Vec<Cell<Origin>>,
}

impl<'a, C: Cloud + Balancing + Registries, A: Audience> FleetDeploy<'a, C, A> {
    /// Prepares a run of these manifests.
    #[must_use]
    pub fn new(
        deploy: &'a Deploy<'a, C>,
        (manifests, order): (&'a [Loaded], &'a Order),
        options: RunOptions,
        audience: &'a A,
        again: &'a str,
    ) -> Self {
        Self {
            deploy,
            manifests,
            order,
            options,
            audience,
            again,
            origins: manifests
                .iter()
                .map(|_| Cell::new(Origin::Unseen))
                .collect(),
        }
    }

    /// Deploys each to its end, and returns the results with their sum.
    pub async fn run(&self) -> (RunResults, RunRecord) {
        let context = self.deploy.context;
        let (start, calls) = (Instant::now(), context.cloud.calls());
        let run = Run {
            order: self.order,
            options: self.options,
            until: self.deploy.options.until,
            interrupts: context.interrupts,
            releases: self,
        };
        let results = Box::pin(run.run()).await;
        let took = start.elapsed().as_secs_f64();
        let record = RunRecord::of(results.all(), took, context.cloud.calls() - calls);
        (results, record)
    }

    fn go_on(&self) -> String {
        format!("go on with {}", self.again)
    }

    fn way_back<'b>(&'b self, member: usize, brought: &'b ResultRecord) -> WayBack<'b, C> {
        WayBack {
            deploy: self.deploy,
            manifest: &self.manifests[member].manifest,
            brought,
        }
    }
}

impl<C: Cloud + Balancing + Registries, A: Audience> Releases for FleetDeploy<'_, C, A> {
    async fn deploy(&self, member: usize) -> ResultRecord {
        let mut report = Listening {
            report: self.audience.report_of(self.order.service(member)),
            origin: &self.origins[member],
        };
        let manifest = &self.manifests[member].manifest;
        let mut result = Box::pin(self.deploy.run(manifest, &mut report)).await;
        if result.conclusion() == Conclusion::NotBegun && result.hint.is_none() {
            result.hint = Some(self.go_on());
        }
        result
    }

    async fn take_back(&self, member: usize, brought: &ResultRecord) -> ResultRecord {
        let mut report = self.audience.report_of(self.order.service(member));
        self.way_back(member, brought).go(report.as_mut()).await
    }

    fn is_brought(&self, member: usize) -> bool {
        self.origins[member].get() == Origin::Own
    }

    fn leave(&self, member: usize) {
        if self.origins[member].get() == Origin::Followed {
            let service = self.order.service(member);
            let message = "stays: its deployment ran before this run".to_owned();
            let mut report = self.audience.report_of(service);
            report.event(service, &Event::Note { message });
        }
    }

    fn not_begun(&self, member: usize, why: &str) -> ResultRecord {
        let mut result = results::not_begun(self.order.service(member), why);
        result.hint = Some(self.go_on());
        result
    }

    fn not_taken_back(&self, member: usize, brought: &ResultRecord, why: &str) -> ResultRecord {
        self.way_back(member, brought)
            .stays(Conclusion::NotBegun, why)
    }

    fn tell(&self, member: usize, result: &ResultRecord) {
        let service = self.order.service(member);
        self.audience.report_of(service).result(result);
    }
}
