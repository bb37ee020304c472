//! Writes the manifest of a service that runs, so that deploying it would change nothing.
//!
//! A draft says what the manifest's fields can say; what it leaves differing goes to `overrides`,
//! and a field that can't say it right leaves the draft. The manifest is read back as anybody's
//! is, and planned: what is returned has an empty diff, or nothing is returned.

mod draft;
mod live;
mod overrides;
mod runtime;
mod strategy;
mod text;
mod variables;
mod weights;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::plan::{self, Effect, Observed, Plan, Redeploy, Remaining, remaining};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{Release, resolve};
use draft::Draft;
use live::Live;
use mlship_manifest::{Diagnostic, Examined, Manifest, ManifestContent, ReadOptions, Source};
use overrides::Overrides;

/// A manifest of a service that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The manifest.
    pub manifest: String,
    /// What its reader should know.
    pub notes: Vec<String>,
    /// The variables that it needs, each with the field that it stands in. Nobody is told their
    /// values.
    pub variables: BTreeMap<String, String>,
}

/// Why a service has no manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is in the way.
    pub message: String,
    /// The next step.
    pub hint: String,
}

impl Obstacle {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Adds what only shows in ECS's own documents to what was found in a manifest.
pub type Check<'a> = &'a (dyn Fn(Examined) -> Examined + Sync);

/// Each pass carries over all that it finds, and takes a field out of the draft at the most. There
/// are fewer fields than this.
const MOST_PASSES: usize = 100;

/// Returns the manifest of an observed service; `container` names that of the model, which is
/// guessed otherwise.
///
/// # Errors
/// When no manifest says what the service is.
pub fn import(
    id: &ServiceId,
    observed: &Observed,
    caller: &Caller,
    container: Option<&str>,
    check: Check<'_>,
) -> Result<Imported, Obstacle> {
    let live = Live::of(id, observed, container)?;
    let mut draft = Draft::of(&live);
    let mut overrides = Overrides::of(&live);
    for _ in 0..MOST_PASSES {
        let written = variables::taken_out(&draft.with(&overrides));
        if let Some(holder) = &written.secret_name_in {
            return Err(Obstacle::new(
                format!("a name in {holder} looks secret, and no variable can stand for a name"),
                "give it another name, or write the manifest by hand",
            ));
        }
        let text = text::manifest(id, &written).map_err(unwritable)?;
        let reading = read(&text, &written.values, check);
        let Some(manifest) = &reading.draft else {
            draft.drop_broken(&reading)?;
            continue;
        };
        let release = resolve(&manifest.release, &caller.region, &manifest.secrets);
        let shown = observed.service.as_ref();
        let caller = &caller.told_by(shown.map(|service| service.service_arn.as_str()));
        let left = remaining(&release, observed, caller.account.as_str());
        if left.is_empty() && reading.errors.is_empty() {
            let plan = planned(&release, observed, caller)?;
            return Ok(Imported {
                manifest: text,
                notes: notes(&live, &plan),
                variables: written.fields,
            });
        }
        if left.is_empty() {
            // What broke rules for want of something is whole by now.
            draft.drop_broken(&reading)?;
            continue;
        }
        let mut carried = false;
        let mut stuck = Vec::new();
        for Remaining { kind, path, field } in &left {
            match overrides.carry(*kind, path, &release, &live) {
                overrides::Carried::Changed => carried = true,
                overrides::Carried::AsBefore => {}
                overrides::Carried::Impossible => stuck.push(field.as_str()),
            }
        }
        let dropped = stuck.iter().any(|field| draft.drop_field(field));
        if !carried && !dropped {
            return Err(differs(&left));
        }
    }
    Err(Obstacle::new(
        format!("no manifest was found that says what service {id} is"),
        REPORT,
    ))
}

const REPORT: &str = "this is a mistake in mlship; please report it with the service's description";

fn unwritable(error: impl std::fmt::Display) -> Obstacle {
    Obstacle::new(format!("the manifest can't be written: {error}"), REPORT)
}

fn differs(left: &[Remaining]) -> Obstacle {
    let fields: Vec<&str> = left.iter().map(|remaining| &*remaining.field).collect();
    Obstacle::new(
        format!(
            "no manifest says what the service has in {}",
            fields.join(", ")
        ),
        "change it in the service, or write the manifest by hand",
    )
}

/// A manifest as far as it could be read, and what is wrong with it.
struct Reading {
    draft: Option<Box<Manifest>>,
    errors: Vec<Diagnostic>,
}

/// Reads a manifest as every command does.
fn read(text: &str, values: &BTreeMap<String, String>, check: Check<'_>) -> Reading {
    let settings = ReadOptions {
        environment: None,
        variables: &|name: &str| values.get(name).cloned(),
    };
    let examined = check(mlship_manifest::examine(
        Source::new("manifest.yaml", text),
        &settings,
    ));
    let draft = match examined.subject {
        ManifestContent::Release(draft) => draft,
        ManifestContent::Experiment(_) => None,
    };
    let mut errors = examined.findings;
    errors.retain(Diagnostic::is_error);
    Reading { draft, errors }
}

/// Plans the release, which has to change nothing.
fn planned(release: &Release, observed: &Observed, caller: &Caller) -> Result<Plan, Obstacle> {
    let plan = plan::plan(release, observed, caller, Redeploy::WhenChanged);
    let plan = plan.map_err(|refusals| {
        let first = refusals.into_iter().next();
        first.map_or_else(
            || Obstacle::new("the release is refused", REPORT),
            |refusal| Obstacle::new(refusal.message, refusal.help),
        )
    })?;
    if let Some(change) = plan.changes.first() {
        return Err(Obstacle::new(
            format!("no manifest says what the service has in {}", change.path),
            "change it in the service, or write the manifest by hand",
        ));
    }
    Ok(plan)
}

fn notes(live: &Live, plan: &Plan) -> Vec<String> {
    let mut notes = live.notes();
    if plan.effect != Effect::None {
        notes.extend(plan.notes.iter().cloned());
    }
    notes
}
