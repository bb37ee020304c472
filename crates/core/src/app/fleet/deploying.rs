//! A run's releases, each by the use cases of a single one.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

use super::driver::{Releases, Run};
use super::listening::Listening;
use super::options::RunOptions;
use super::run_record::RunRecord;
use super::run_results::RunResults;
use crate::app::deploy::Deploy;
use crate::app::manifests::Loaded;
use crate::app::rollback::{Outcome, Rollback, RollbackOptions, TargetSpec};
use crate::app::{Report, ResultRecord, Subject, results};
use crate::cloud::{Balancing, Cloud};
use crate::fleet::Order;
use crate::progress::{Conclusion, Event, Refusal};
use crate::registry::Registries;
use crate::release::ids::ServiceId;

/// How long the answers may take to whether what is gone back to leans on something that is gone.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

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
    begun: Vec<Cell<bool>>,
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
            begun: manifests.iter().map(|_| Cell::new(false)).collect(),
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

    async fn roll_back(
        &self,
        member: usize,
        brought: &ResultRecord,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let manifest = &self.manifests[member].manifest;
        let subject = Subject::of_release(manifest);
        let service = subject.service().clone();
        let mut say = |line: &str| {
            let message = line.to_owned();
            report.event(&service, &Event::Note { message });
        };
        let Some(previous) = &brought.previous else {
            let created = Conclusion::Refused(Refusal::Check);
            let mut result = ResultRecord::new(&service, created);
            result.error = Some("not taken back: this run created the service".to_owned());
            result.hint = Some("service.desired: 0 in its manifest stops its tasks".to_owned());
            return result;
        };
        say("taken back, since the run failed");
        let cleared = match subject.clear(Ok(self.deploy.caller), &mut |_| {}) {
            Ok(cleared) => cleared,
            Err(refused) => return *refused,
        };
        let to = TargetSpec::TaskDefinition(previous.task_definition.to_string());
        let options = RollbackOptions {
            to: Some(to),
            skip_checks: false,
            check_timeout: CHECK_TIMEOUT,
            force: self.deploy.options.force,
            dry_run: false,
            timeout: self.deploy.options.patience(),
        };
        let rollback = Rollback {
            context: self.deploy.context,
            caller: self.deploy.caller,
            subject: cleared,
            options: &options,
        };
        match Box::pin(rollback.run(report)).await {
            Outcome::Ended(result) => *result,
            Outcome::Planned(plan) => {
                let cloud = self.deploy.context.cloud;
                results::unchanged_or_adjusted(cloud, &plan).await
            }
        }
    }
}

impl<C: Cloud + Balancing + Registries, A: Audience> Releases for FleetDeploy<'_, C, A> {
    async fn deploy(&self, member: usize) -> ResultRecord {
        let mut report = Listening {
            report: self.audience.report_of(self.order.service(member)),
            has_begun: &self.begun[member],
        };
        let manifest = &self.manifests[member].manifest;
        Box::pin(self.deploy.run(manifest, &mut report)).await
    }

    async fn take_back(&self, member: usize, brought: &ResultRecord) -> ResultRecord {
        let mut report = self.audience.report_of(self.order.service(member));
        self.roll_back(member, brought, report.as_mut()).await
    }

    fn is_brought(&self, member: usize) -> bool {
        self.begun[member].get()
    }

    fn not_begun(&self, member: usize, why: &str) -> ResultRecord {
        let mut result = results::not_begun(self.order.service(member), why);
        result.hint = Some(format!("go on with {}", self.again));
        result
    }

    fn not_taken_back(&self, member: usize, why: &str) -> ResultRecord {
        let mut result = results::not_begun(self.order.service(member), why);
        result.error = Some(format!("not taken back: {why}"));
        let path = self.manifests[member].manifest.source.name();
        let invocation = self.deploy.context.invocation;
        result.hint = Some(invocation.command_line("rollback", path));
        result
    }

    fn tell(&self, member: usize, result: &ResultRecord) {
        let service = self.order.service(member);
        self.audience.report_of(service).result(result);
    }
}
