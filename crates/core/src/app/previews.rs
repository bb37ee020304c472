//! Plans many releases at the same time for somebody to look at, and says what they collide in.

mod demand;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use demand::{Demand, Size};

use super::Context;
use super::at_once::in_order;
use super::model_version::GateOverrides;
use super::planning::{PlanError, preview};
use crate::cloud::{Cloud, CloudError};
use crate::plan::{Plan, Redeploy};
use crate::registry::Registries;
use crate::release::ids::{Caller, ClusterName};
use crate::release::resolve;
use mlship_manifest::Manifest;

/// A release to be planned, and by which connection it is.
#[derive(Clone, Copy)]
pub struct ToPreview<'a, C> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The ports, and who calls by them; or why there are none.
    pub way: Result<(&'a Context<'a, C>, &'a Caller), &'a CloudError>,
}

/// Plans releases, and returns what comes of each in their order.
pub async fn previews<C: Cloud + Registries>(
    releases: &[ToPreview<'_, C>],
    redeploy: Redeploy,
    overrides: &GateOverrides,
) -> Vec<Result<Plan, PlanError>> {
    let each = releases.iter().map(async |release| {
        let (context, caller) = release.way.map_err(CloudError::clone)?;
        preview(context, caller, release.manifest, redeploy, overrides).await
    });
    in_order(each).await
}

/// Returns a warning for each cluster whose container instances can't hold the tasks of these
/// releases. What can't be known is no reason to warn: instances that may not be looked at, and
/// capacity providers, which may bring more of them.
pub async fn overfull<C: Cloud>(
    context: &Context<'_, C>,
    planned: &[(&Manifest, &Plan)],
) -> Vec<String> {
    let mut demands: BTreeMap<ClusterName, Demand> = BTreeMap::new();
    for (manifest, plan) in planned {
        let release = resolve(&manifest.release, &plan.caller.region, &manifest.secrets);
        if let Some(size) = Size::on_instances(&release) {
            let demand = demands.entry(plan.service.cluster.clone()).or_default();
            demand.add(size, plan.wanted_tasks());
        }
    }
    let each = demands.iter().map(async |(cluster, demand)| {
        let instances = context.cloud.container_instances(cluster).await.ok()?;
        demand.beyond(cluster, &instances)
    });
    in_order(each).await.into_iter().flatten().collect()
}
