//! Saved plans: what a reviewer saw, by a digest that a deploy is held to.
//!
//! A plan is not saved as what it writes, which holds the values of environment variables. It
//! is made again from the manifest, and refused when it has become another one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Plan;
use crate::progress::{Conclusion, Refusal};
use crate::report::{ResultRecord, plan_document};
use crate::text::json;

const FORMAT: u32 = 1;

/// The content of a plan file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedPlans {
    format: u32,
    plans: Vec<SavedPlan>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedPlan {
    digest: String,
    #[serde(flatten)]
    shown: Value,
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// Nobody saw a plan for this service.
    NotSaved,
    /// It is another plan than the one that was seen.
    Stale,
    /// The reference names another version of the model.
    Moved {
        reference: String,
        saved: String,
        now: String,
    },
}

impl SavedPlans {
    /// Keeps what tells the plans again.
    pub(super) fn of(plans: &[Plan]) -> Self {
        let saved = plans.iter().map(|plan| SavedPlan {
            digest: plan.digest(),
            shown: plan_document(plan),
        });
        Self {
            format: FORMAT,
            plans: saved.collect(),
        }
    }

    /// Writes a plan file.
    pub(super) fn write(&self, path: &str) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        let text = json::escaped(&text).into_owned() + "\n";
        std::fs::write(path, text).map_err(|error| format!("{path}: {error}"))
    }

    /// Reads a plan file.
    pub(super) fn read(path: &str) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("read {path}: {error}"))?;
        let saved: Self = serde_json::from_str(&text)
            .map_err(|error| format!("{path} is no plan of mlship: {error}"))?;
        if saved.format != FORMAT {
            return Err(format!("{path} was written by another version of mlship"));
        }
        Ok(saved)
    }

    /// Returns how a deploy ends for a plan that nobody saw.
    pub(super) fn refusal(&self, plan: &Plan) -> Option<ResultRecord> {
        let mismatch = self.check(plan).err()?;
        Some(not_the_plan(plan, mismatch))
    }

    /// Returns whether this is a plan that was seen.
    fn check(&self, plan: &Plan) -> Result<(), Mismatch> {
        let shown = plan_document(plan);
        let same_place = |saved: &&SavedPlan| {
            ["service", "cluster", "account", "region"]
                .iter()
                .all(|part| saved.shown[part] == shown[part])
        };
        match self.plans.iter().find(same_place) {
            None => Err(Mismatch::NotSaved),
            Some(saved) if saved.digest != plan.digest() => Err(saved.mismatch(plan)),
            Some(_) => Ok(()),
        }
    }
}

impl SavedPlan {
    fn mismatch(&self, plan: &Plan) -> Mismatch {
        let version = |origin: &Value| origin["version"].as_str().map(str::to_owned);
        let seen = &self.shown["origin"];
        match (&plan.origin, version(seen)) {
            (Some(origin), Some(saved))
                if seen["reference"] == *origin.reference && saved != origin.version =>
            {
                Mismatch::Moved {
                    reference: origin.reference.clone(),
                    saved,
                    now: origin.version.clone(),
                }
            }
            _ => Mismatch::Stale,
        }
    }
}

/// A deploy that is held to a saved plan would do something else.
fn not_the_plan(plan: &Plan, mismatch: Mismatch) -> ResultRecord {
    let (refusal, error) = match mismatch {
        Mismatch::NotSaved => (
            Refusal::Check,
            "the saved plan is not for this service".to_owned(),
        ),
        Mismatch::Stale => (
            Refusal::Stale,
            "service or manifest changed since the plan was saved".to_owned(),
        ),
        Mismatch::Moved {
            reference,
            saved,
            now,
        } => (
            Refusal::Stale,
            format!("{reference} names version {now}, and did {saved} when the plan was saved"),
        ),
    };
    let mut result = ResultRecord::new(&plan.service, Conclusion::Refused(refusal)).with_plan(plan);
    result.error = Some(error);
    result.hint = Some("save and review a new one with mlship diff --out".to_owned());
    result
}
