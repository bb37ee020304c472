//! A run's releases, each by the use cases of a single one.

use std::cell::Cell;

use tokio::time::Instant;

use super::closing::Again;
use super::driver::{Releases, Run};
use super::listening::{Listening, Origin};
use super::options::RunOptions;
use super::run_record::RunRecord;
use super::run_results::RunResults;
use super::way_back::WayBack;
use crate::app::deploy::Deploy;
use crate::app::manifests::Loaded;
use crate::app::{Interrupts, Report, ResultRecord, results};
use crate::cloud::{Answer, Balancing, Cloud, CloudError};
use crate::fleet::Order;
use crate::progress::{Conclusion, Event};
use crate::registry::Registries;
use crate::release::ids::ServiceId;

/// Who hears of a run.
pub trait Audience {
    /// Returns who hears of a service.
    fn report_of<'a>(&'a self, service: &'a ServiceId) -> Box<dyn Report + 'a>;
}

/// The manifests of one run, and how each is deployed.
#[derive(Clone, Copy)]
pub struct Fleet<'a, C> {
    /// How a single one is deployed, by each of the run's connections.
    pub ways: &'a [Deploy<'a, C>],
    /// The manifests.
    pub manifests: &'a [Loaded],
    /// By which connection each of them is deployed, or why by none.
    pub routes: &'a [Answer<usize>],
    /// In which order they begin.
    pub order: &'a Order,
}

/// Deploys the manifests of one run.
pub struct FleetDeploy<'a, C, A> {
    /// What is deployed.
    pub fleet: Fleet<'a, C>,
    /// How the run goes.
    pub options: RunOptions,
    /// When it is over.
    pub until: Option<Instant>,
    /// Who may end it early.
    pub interrupts: &'a Interrupts,
    /// Who hears of it.
    pub audience: &'a A,
    /// The commands that go on with the run.
    pub again: &'a Again,
    origins: Vec<Cell<Origin>>,
}

impl<'a, C: Cloud + Balancing + Registries, A: Audience> FleetDeploy<'a, C, A> {
    /// Prepares a run.
    #[must_use]
    pub fn new(
        fleet: Fleet<'a, C>,
        (options, until): (RunOptions, Option<Instant>),
        interrupts: &'a Interrupts,
        audience: &'a A,
        again: &'a Again,
    ) -> Self {
        let origins = fleet.manifests.iter();
        Self {
            fleet,
            options,
            until,
            interrupts,
            audience,
            again,
            origins: origins.map(|_| Cell::new(Origin::Unseen)).collect(),
        }
    }

    /// Deploys each to its end, and returns the results with their sum.
    pub async fn run(&self) -> (RunResults, RunRecord) {
        let (start, before) = (Instant::now(), self.calls());
        let run = Run {
            order: self.fleet.order,
            options: self.options,
            until: self.until,
            interrupts: self.interrupts,
            releases: self,
        };
        let results = match Box::pin(self.foreseen()).await {
            Some(results) => results,
            None => Box::pin(run.run()).await,
        };
        let took = start.elapsed().as_secs_f64();
        let record = RunRecord::of(results.all(), took, self.calls() - before);
        (results, record)
    }

    fn go_on(&self) -> String {
        format!("go on with {}", self.again.line)
    }

    fn calls(&self) -> u64 {
        let ways = self.fleet.ways.iter();
        ways.map(|way| way.context.cloud.calls()).sum()
    }

    pub(super) fn way(&self, member: usize) -> Answer<&'a Deploy<'a, C>> {
        let at = self.fleet.routes[member].clone()?;
        Ok(&self.fleet.ways[at])
    }

    fn way_back<'b>(&'b self, member: usize, brought: &'b ResultRecord) -> Answer<WayBack<'b, C>> {
        Ok(WayBack {
            deploy: self.way(member)?,
            manifest: &self.fleet.manifests[member].manifest,
            brought,
        })
    }

    /// Says in a result where its service is.
    pub(super) fn at(&self, member: usize, result: ResultRecord) -> ResultRecord {
        let loaded = &self.fleet.manifests[member];
        result.at(&loaded.service(), loaded.place())
    }

    fn refused(&self, member: usize, error: &CloudError) -> ResultRecord {
        self.at(member, results::aws_error(self.service(member), error))
    }

    pub(super) fn service(&self, member: usize) -> &ServiceId {
        self.fleet.order.service(member)
    }
}

impl<C: Cloud + Balancing + Registries, A: Audience> Releases for FleetDeploy<'_, C, A> {
    async fn deploy(&self, member: usize) -> ResultRecord {
        let mut report = Listening {
            report: self.audience.report_of(self.service(member)),
            origin: &self.origins[member],
        };
        let manifest = &self.fleet.manifests[member].manifest;
        let way = match self.way(member) {
            Ok(way) => way,
            Err(error) => return self.refused(member, &error),
        };
        let mut result = Box::pin(way.run(manifest, &mut report)).await;
        if result.conclusion() == Conclusion::NotBegun && result.hint.is_none() {
            result.hint = Some(self.go_on());
        }
        self.at(member, result)
    }

    async fn take_back(&self, member: usize, brought: &ResultRecord) -> ResultRecord {
        let mut report = self.audience.report_of(self.service(member));
        match self.way_back(member, brought) {
            Ok(back) => self.at(member, back.go(report.as_mut()).await),
            Err(error) => self.refused(member, &error),
        }
    }

    fn origin(&self, member: usize) -> Origin {
        self.origins[member].get()
    }

    fn leave(&self, member: usize) {
        let service = self.service(member);
        let message = "stays: its deployment ran before this run".to_owned();
        let mut report = self.audience.report_of(service);
        report.event(service, &Event::Note { message });
    }

    fn not_begun(&self, member: usize, why: &str) -> ResultRecord {
        let mut result = results::not_begun(self.service(member), why);
        result.hint = Some(self.go_on());
        self.at(member, result)
    }

    fn not_taken_back(&self, member: usize, brought: &ResultRecord, why: &str) -> ResultRecord {
        match self.way_back(member, brought) {
            Ok(back) => self.at(member, back.stays(Conclusion::NotBegun, why)),
            Err(error) => self.refused(member, &error),
        }
    }

    fn tell(&self, service: &ServiceId, result: &ResultRecord) {
        self.audience.report_of(service).result(result);
    }
}
