//! A run that would take back all it brings, for what is known to have failed: it begins nothing.

use futures_util::future::join_all;

use super::deploying::{Audience, FleetDeploy};
use super::driver::Releases;
use super::options::OnFailure;
use super::run_results::RunResults;
use crate::app::ResultRecord;
use crate::app::deploy::Repeat;
use crate::cloud::{Balancing, Cloud};
use crate::registry::Registries;

/// Why the others are not begun.
const WHY: &str = "what is left alone for an earlier failure would have all of it taken back";

impl<C: Cloud + Balancing + Registries, A: Audience> FleetDeploy<'_, C, A> {
    /// Returns how a run ends whose failures are known before anything begins, where it would take
    /// back whatever it brings.
    pub(super) async fn foreseen(&self) -> Option<RunResults> {
        let takes_back = match self.options.on_failure {
            OnFailure::Rollback => true,
            OnFailure::Continue | OnFailure::Stop => false,
        };
        let mut ways = self.fleet.ways.iter();
        let leaves_failed = ways.any(|way| way.options.repeat == Repeat::UnlessFailed);
        if !takes_back || !leaves_failed {
            return None;
        }
        let members = 0..self.fleet.order.len();
        let looks = members.map(|member| async move {
            let manifest = &self.fleet.manifests[member].manifest;
            let way = self.way(member).ok()?;
            Box::pin(way.left_alone(manifest)).await
        });
        let looks = join_all(looks);
        let known: Vec<Option<ResultRecord>> = tokio::select! {
            biased;
            _ = self.interrupts.wait() => return None,
            known = looks => known,
        };
        let failures = known.iter().flatten().count();
        let borne = self.options.limits(self.fleet.order.len()).failures;
        if borne.is_none_or(|borne| failures <= borne) {
            return None;
        }
        let results = known.into_iter().enumerate().map(|(member, known)| {
            let result = match known {
                Some(result) => self.at(member, result),
                None => self.not_begun(member, WHY).not_begun_for_budget(),
            };
            self.tell(self.service(member), &result);
            result
        });
        Some(RunResults {
            forth: results.collect(),
            back: Vec::new(),
        })
    }
}
