//! Builds a plan from a resolved release and the observed service.

use std::collections::BTreeMap;

use super::create::create;
use super::diff::Change;
use super::fingerprint::fingerprint;
use super::ignored::{ignores_setting, without_ignored};
use super::in_place::undoing;
use super::kept::Kept;
use super::kept_ports::with_kept_ports;
use super::ownership::Ownership;
use super::ownership::other_model;
use super::refusals::refusals;
use super::service_fields::is_told_by_revision;
use super::settings::{self, WrittenLast};
use super::update::update;
use super::{Effect, Observed, Plan, Previous, Redeploy, Refusal, Started, Writes};
use crate::release::ids::Caller;
use crate::release::{Document, EXPERIMENT, LiveService, Release};

/// Returns whether the service revision has to be asked for before planning: what ECS answers
/// nowhere else can be compared with nothing else.
#[must_use]
pub fn asks_about_revision(release: &Release, observed: &Observed) -> bool {
    let tags = observed.task_definition.as_ref().map(|live| &live.tags);
    let was_written = WrittenLast::of(tags);
    let is_foreign = Ownership::of(observed) == Ownership::Foreign;
    is_told_by_revision(|field| {
        release.desired.service.contains_key(field) || was_written.has_place(field) || is_foreign
    })
}

/// Returns what a release writes of its service, with what it no longer writes put back to the
/// defaults, by the tags of the revision that serves.
#[must_use]
pub fn with_left_out(release: &Release, serving: &BTreeMap<String, String>) -> Document {
    let last = WrittenLast::of(Some(serving)).without(|place| ignores_setting(release, place));
    settings::with_defaults(&release.desired.service, &last)
}

/// Plans what turns the observed service into the release.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(
    release: &Release,
    observed: &Observed,
    caller: &Caller,
    redeploy: Redeploy,
) -> Result<Plan, Vec<Refusal>> {
    let (left, ignored) = without_ignored(release, observed);
    let release = left.as_ref();
    let live = observed
        .service
        .as_ref()
        .filter(|service| service.is_active());
    let caller = &caller.told_by(live.map(|service| service.service_arn.as_str()));
    let serving = observed.task_definition.as_ref();
    let last = WrittenLast::of(live.and(serving).map(|live| &live.tags))
        .without(|place| ignores_setting(release, place));
    let refusals = refusals(release, live, &last, caller);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let carried;
    let (draft, release) = match live {
        None => (create(release, observed, caller.account.as_str()), release),
        Some(service) => {
            carried =
                with_kept_ports(release, service, serving).map_err(|refusal| vec![refusal])?;
            let draft = update(carried.as_ref(), service, observed, &last, caller, redeploy);
            (draft, carried.as_ref())
        }
    };
    if let Some(refusal) = draft.refusal {
        return Err(vec![refusal]);
    }
    let restoration =
        live.and_then(|service| undoing(draft.writes.service.as_ref(), &release.service, service));
    let running = live.and_then(running);
    let writes_count = draft.writes.has_count();
    Ok(Plan {
        service: release.service.clone(),
        caller: caller.clone(),
        model: release.model.clone(),
        image: release.image.clone(),
        origin: release.origin.clone(),
        previous: live
            .and(observed.task_definition.as_ref())
            .map(Previous::of),
        effect: draft.effect,
        changes: in_manifest_order(draft.changes),
        kept: draft.kept,
        ignored,
        adopts: draft.adopts,
        tasks: live.map_or(0, |service| service.desired_count),
        running_tasks: live.map_or(0, super::notes::running_tasks),
        is_idle: live.is_some_and(|service| service.running_count == 0) && !writes_count,
        other_model: live.and_then(|_| other_model(observed, release)),
        settings: settings::tag(&draft.settings, &release.service, release.is_judged),
        recorded: (!observed.shares_revision)
            .then(|| live.and(serving).map(|live| live.tags.clone()))
            .map(Option::unwrap_or_default),
        tags: release.desired.tags.clone(),
        notes: draft.notes,
        restoration,
        running,
        going_back: live.is_some_and(LiveService::is_rolling_back),
        writes: draft.writes,
        experiment: live.and_then(|service| service.tags().remove(EXPERIMENT)),
        newest: observed.newest.clone(),
        live: live.cloned().map(Box::new),
        traffic: observed.traffic.clone(),
        observed: fingerprint(observed.service.as_ref(), writes_count),
        secrets: release.secrets.clone(),
    })
}

/// Orders changes as the manifest's sections are, what is released first.
pub(super) fn in_manifest_order(mut changes: Vec<Change>) -> Vec<Change> {
    const SECTIONS: [&str; 10] = [
        "model",
        "image",
        "service",
        "runtime",
        "network",
        "health",
        "traffic",
        "rollout",
        "autoscaling",
        "tags",
    ];
    changes.sort_by_key(|change| {
        let section = change.path.split('.').next();
        let place = SECTIONS.iter().position(|known| Some(*known) == section);
        (place.unwrap_or(SECTIONS.len()), change.path.clone())
    });
    changes
}

/// What becomes of a service, before it is made a plan.
pub(super) struct Draft {
    pub(super) effect: Effect,
    /// Why it must not be done all the same.
    pub(super) refusal: Option<Refusal>,
    pub(super) changes: Vec<Change>,
    pub(super) kept: Vec<Kept>,
    pub(super) adopts: bool,
    /// The settings that are mlship's once it is applied.
    pub(super) settings: Document,
    pub(super) notes: Vec<String>,
    pub(super) writes: Writes,
}

/// Returns the deployment under way: what serves is then no success yet.
pub(super) fn running(service: &LiveService) -> Option<Started> {
    service.running().map(|primary| Started {
        deployment: primary.id.clone(),
        shown: None,
        created_at: primary.created_at,
        task_definition: primary.task_definition.clone(),
    })
}
