//! Makes a plan from a manifest: resolve, check, observe, plan.

use std::collections::BTreeSet;

use super::model_version::{GateOverrides, PinnedManifest, pin};
use super::traffic::{as_wired, look, warnings};
use super::verify::{as_it_will_be, as_planned, warnings_of_shift};
use super::{Address, Context, conclusion_of, ended_by};
use crate::cloud::{Answer, Cloud, CloudError};
use crate::plan::{
    self, Ask, Effect, Estimate, Meets, Observed, ObservedAlarms, Plan, Previous, Redeploy,
    asks_about_alarms, asks_about_revision, asks_about_scaling, moving_notes, single_group_notes,
    unwatched_note,
};
use crate::progress::{Conclusion, Refusal};
use crate::registry::{Registries, RegistryError};
use crate::release::ids::{Caller, ServiceId, TargetGroupArn};
use crate::release::{
    Document, JobLimit, LiveService, Release, ServiceRevision, alarm_prefix, resolve,
};
use crate::traffic::{Inspection, Intent, Live};
use mlship_manifest::{Diagnostic, Manifest};
use serde_json::Value;

/// Why there is no plan.
#[derive(Debug)]
pub enum PlanError {
    /// A check refused.
    Refused(RefusedPlan),
    /// AWS gave no usable answer.
    Cloud(CloudError),
    /// Nor did the model registry.
    Registry(RegistryError),
}

/// What a check refused.
#[derive(Debug, Default)]
pub struct RefusedPlan {
    /// Why.
    pub findings: Vec<Diagnostic>,
    /// What serves, where that was seen by then.
    pub previous: Option<Box<Previous>>,
}

impl From<Vec<Diagnostic>> for RefusedPlan {
    fn from(findings: Vec<Diagnostic>) -> Self {
        Self {
            findings,
            previous: None,
        }
    }
}

impl PlanError {
    /// Returns how a command ends for it.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Refused(_) => Conclusion::Refused(Refusal::Check),
            Self::Cloud(error) => ended_by(error),
            Self::Registry(error) => conclusion_of(error),
        }
    }

    /// Says what happened, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Refused(refused) => {
                let messages: Vec<_> = refused
                    .findings
                    .iter()
                    .map(|finding| &*finding.message)
                    .collect();
                messages.join("; ")
            }
            Self::Cloud(error) => error.to_string(),
            Self::Registry(error) => error.to_string(),
        }
    }

    /// Returns the next step.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused(_) => None,
            Self::Cloud(error) => error.hint.as_deref(),
            Self::Registry(error) => error.hint.as_deref(),
        }
    }
}

impl From<CloudError> for PlanError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<RegistryError> for PlanError {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

/// Plans the release of a manifest.
pub async fn plan_release<C: Cloud>(
    context: &Context<'_, C>,
    caller: &Caller,
    pinned: &PinnedManifest,
    redeploy: Redeploy,
    overrides: &GateOverrides,
) -> Result<Plan, PlanError> {
    let cloud = context.cloud;
    let manifest = &pinned.manifest;
    let mut release = resolve(&manifest.release, &caller.region, &manifest.secrets);
    release.provenance = context.pipeline.tags(&caller.arn);
    let mut observed = observe_release(cloud, &release).await?;
    let refused = match pinned
        .check_gates(&observed, overrides, context.now())
        .await
    {
        Ok(origin) => {
            release.origin = origin;
            None
        }
        Err(PlanError::Refused(refused)) => Some(refused.findings),
        Err(error) => return Err(error),
    };
    let ask = asks_about_scaling(&release, &observed);
    if ask != Ask::No {
        observed.scaling = match cloud.scaling(&release.service).await {
            // Who may not look, or has no such service, is not hindered by what others do there.
            Err(error) if ask == Ask::May && !error.is_transport() => None,
            answer => answer?,
        };
    }
    if asks_about_alarms(&release, &observed) {
        observed.alarms = Some(observe_alarms(cloud, &release).await?);
    }
    if asks_about_revision(&release, &observed) {
        observed.revision = stated_revision(cloud, observed.service.as_ref()).await?;
    }
    let live = observed.service.as_ref().filter(|live| live.is_active());
    let as_it_will_be = as_it_will_be(&release, live);
    observed.traffic = inspect(cloud, &release.service, live, &as_it_will_be).await?;
    let mut plan = plan::plan(&release, &observed, caller, redeploy).map_err(|refusals| {
        let findings = refusals
            .into_iter()
            .map(|refusal| finding(manifest, refusal));
        PlanError::Refused(RefusedPlan {
            findings: findings.collect(),
            previous: serving(&observed),
        })
    })?;
    if plan.deploys() {
        let (rollout, tasks) = (manifest.release.rollout.as_ref(), plan.wanted_tasks());
        let (service, meets) = (as_planned(&release, live, &plan), meets(&plan));
        let of_moving = moving_notes(rollout, &service, tasks, meets);
        plan.notes.extend(of_moving);
        let before = live.map(|live| &live.document);
        plan.notes.extend(unwatched_note(before, &service));
        let scaling = observed.scaling.as_ref();
        plan.notes.extend(single_group_notes(scaling, &service));
    }
    match refused {
        // A gate keeps a model out; what serves as it should is not thrown out by growing old.
        Some(findings) if plan.effect != Effect::None => Err(PlanError::Refused(RefusedPlan {
            findings,
            previous: plan.previous.map(Box::new),
        })),
        Some(_) | None => Ok(plan),
    }
}

/// Returns whether a release meets one that serves.
fn meets(plan: &Plan) -> Meets {
    let live = plan.traffic.as_ref().map(|it| &it.sight.live);
    match (plan.effect, live) {
        (Effect::Create, _) | (_, Some(Ok(Live::NoService | Live::Nowhere))) => Meets::Nothing,
        _ => Meets::Live,
    }
}

/// Returns what serves, as far as it was seen.
fn serving(observed: &Observed) -> Option<Box<Previous>> {
    let serving = observed.task_definition.as_ref();
    serving.map(|serving| Box::new(Previous::of(serving)))
}

/// Looks at the alarms that were made for a service, and at what those of the release are to watch.
async fn observe_alarms<C: Cloud>(cloud: &C, release: &Release) -> Answer<ObservedAlarms> {
    let found = cloud.alarms(&alarm_prefix(&release.service)).await?;
    let wanted = release.desired.alarms.iter();
    let wanted = wanted.filter(|alarm| alarm.rule.is_none());
    let groups: BTreeSet<TargetGroupArn> = wanted.map(|alarm| alarm.group.clone()).collect();
    let groups: Vec<TargetGroupArn> = groups.into_iter().collect();
    let groups = if groups.is_empty() {
        Vec::new()
    } else {
        cloud.target_groups(&groups).await?
    };
    Ok(ObservedAlarms { groups, found })
}

/// Looks at what load balancers do with a service's requests, where ECS moves them.
async fn inspect<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    service: Option<&LiveService>,
    as_it_will_be: &Document,
) -> Answer<Option<Box<Inspection>>> {
    let Some(wiring) = as_wired(service, as_it_will_be) else {
        return Ok(None);
    };
    let sight = Box::pin(look(cloud, id, service, wiring)).await?;
    let inspection = Inspection::of(sight, &Intent::of(as_it_will_be));
    Ok(Some(Box::new(inspection)))
}

/// Plans the release of a manifest for somebody to look at.
pub async fn preview<C: Cloud + Registries>(
    context: &Context<'_, C>,
    caller: &Caller,
    manifest: &Manifest,
    redeploy: Redeploy,
    overrides: &GateOverrides,
) -> Result<Plan, PlanError> {
    let pinned = pin(context, Some(caller), manifest).await?;
    let mut plan = plan_release(context, caller, &pinned, redeploy, overrides).await?;
    let address = Address::Manifest(manifest.source.name().to_owned());
    plan.notes.extend(warnings(context, &plan, &address));
    plan.notes.extend(running_note(&plan));
    let limits = context.pipeline.limit;
    plan.notes
        .extend(limit_notes(&plan, &pinned.manifest, limits));
    let of_shift = warnings_of_shift(context.cloud, &plan, &pinned.manifest);
    let of_shift = Box::pin(of_shift).await;
    plan.notes.extend(of_shift);
    Ok(plan)
}

/// Says what ends before a release that moves traffic does.
pub(super) fn limit_notes(
    plan: &Plan,
    manifest: &Manifest,
    limits: impl IntoIterator<Item = JobLimit>,
) -> Vec<String> {
    if !plan.deploys() {
        return Vec::new();
    }
    let release = resolve(&manifest.release, &plan.caller.region, &manifest.secrets);
    let service = as_planned(&release, plan.live.as_deref(), plan);
    let estimate = Estimate::of(&service);
    let beyond = |limit: JobLimit| estimate.as_ref()?.beyond(&limit);
    limits.into_iter().filter_map(beyond).collect()
}

/// Says that a deployment runs, and what a deploy would make of it.
fn running_note(plan: &Plan) -> Option<String> {
    let running = plan.running.as_ref()?;
    let of = running.task_definition.short();
    let is = format!("deployment {} of {of} is running", running.deployment);
    Some(match (plan.deploys(), plan.is_over_a_shift()) {
        (false, _) => is,
        (true, false) => format!("{is}: a deploy waits for its end, or goes by --if-busy"),
        (true, true) => format!(
            "{is} and moves traffic: a deploy waits for its end, and mlship abort takes it back at \
             once"
        ),
    })
}

/// Looks at what AWS has of a service.
pub async fn observe<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<Observed> {
    let service = cloud.service(id).await?;
    let live = service.as_ref().filter(|live| live.is_active());
    let task_definition = match live {
        Some(service) => {
            cloud
                .task_definition(service.task_definition.as_str())
                .await?
        }
        None => None,
    };
    Ok(Observed::of(id, service, task_definition))
}

/// Looks at what AWS has of a service that a release is for. What serves is mostly the newest revision
/// of the release's family, of which the next is made: one answer then tells of both.
async fn observe_release<C: Cloud>(cloud: &C, release: &Release) -> Answer<Observed> {
    let family = release.desired.task_definition.get("family");
    let family = family.and_then(Value::as_str).unwrap_or_default();
    let service = cloud.service(&release.service).await?;
    let live = service.as_ref().filter(|live| live.is_active());
    let Some(serving) = live.map(|live| live.task_definition.clone()) else {
        return Ok(Observed::of(&release.service, service, None));
    };
    let newest = if serving.family() == family {
        cloud.task_definition(family).await?
    } else {
        None
    };
    let task_definition = match &newest {
        Some(newest) if newest.arn == serving => Some(newest.clone()),
        Some(_) | None => cloud.task_definition(serving.as_str()).await?,
    };
    Ok(Observed {
        newest: newest.map(Box::new),
        ..Observed::of(&release.service, service, task_definition)
    })
}

/// Looks for the service revision that a service states: some settings stand nowhere else.
pub(super) async fn stated_revision<C: Cloud>(
    cloud: &C,
    service: Option<&LiveService>,
) -> Answer<Option<ServiceRevision>> {
    let Some(service) = service.filter(|service| service.is_active()) else {
        return Ok(None);
    };
    let revisions = service.current_service_revisions.iter();
    let arns: Vec<_> = revisions.map(|revision| revision.arn.clone()).collect();
    let found = cloud.service_revisions(&arns).await?;
    let of_service = |revision: &ServiceRevision| {
        revision.task_definition.as_ref() == Some(&service.task_definition)
    };
    Ok(found
        .into_iter()
        .filter(of_service)
        .max_by_key(ServiceRevision::created_at))
}

pub(super) fn finding(manifest: &Manifest, refusal: plan::Refusal) -> Diagnostic {
    manifest
        .problem(refusal.path, refusal.code, refusal.message)
        .help(refusal.help)
}
