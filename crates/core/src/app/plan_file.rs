//! Saved plans: what a reviewer approved, and what `deploy --plan` must match.
//!
//! A plan is not saved as what it writes, which holds the values of environment variables. It
//! is made again from the manifest, and refused when it has become another one. A plain digest of
//! short secrets could be guessed, so that a slow one with a salt of its own is kept. That alone
//! tells a plan again; what a file shows of it is redacted, and only says why another is refused.

mod file;
mod parameters;
mod variables;

use std::fmt::Write as _;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ResultRecord;
use crate::plan::{Plan, plan_document};
use crate::progress::{Conclusion, Refusal};
use mlship_manifest::VariableFiles;
use mlship_text::json;
pub use parameters::SavedParameter;
pub use variables::OtherVariables;
use variables::{Difference, MadeWith};

const FORMAT: u32 = 2;

/// Where a plan file is. None is written to standard output or read from standard input: it is
/// confidential, and for its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPath(String);

impl FromStr for PlanPath {
    type Err = &'static str;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        match path {
            "-" => Err(
                "a plan is confidential, and kept in a file: write a path such as \
                        plan.json, and ./- for a file that is called -",
            ),
            "" => Err("write a path such as plan.json"),
            path => Ok(Self(path.to_owned())),
        }
    }
}

impl PlanPath {
    /// Returns the path as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The content of a plan file.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedPlans {
    format: u32,
    /// In hexadecimal; another one in each file.
    salt: String,
    /// What tells again what files of variables said, where there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<String>,
    /// What filled in their manifests, by its name.
    #[serde(default, skip_serializing_if = "MadeWith::is_nothing")]
    made_with: MadeWith,
    /// The parameters that the plans were made with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<SavedParameter>,
    /// In what that which is given now is something else.
    #[serde(skip)]
    difference: Difference,
    plans: Vec<SavedPlan>,
}

/// Work that takes a tenth of a second and 32 MiB.
const COST: u8 = 15;
const BLOCK: u32 = 8;
const LANES: u32 = 1;
const BYTES: usize = 32;

/// Returns what tells a text again and is no use to who guesses at the secrets in it.
fn slow_digest(text: &str, salt: &str) -> Result<String, String> {
    let params =
        scrypt::Params::new(COST, BLOCK, LANES, BYTES).map_err(|error| error.to_string())?;
    let mut digest = [0; BYTES];
    scrypt::scrypt(text.as_bytes(), salt.as_bytes(), &params, &mut digest)
        .map_err(|error| error.to_string())?;
    Ok(hex(&digest))
}

fn new_salt() -> Result<String, String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| format!("no random numbers: {error}"))?;
    Ok(hex(&salt))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedPlan {
    digest: String,
    #[serde(flatten)]
    shown: Value,
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mismatch {
    /// Nobody saw a plan for this service.
    NotSaved,
    /// It is another plan than the one that was seen.
    Stale,
    /// Files of variables say something else.
    OtherVariables,
    /// The reference names another version of the model.
    Moved {
        reference: String,
        saved: String,
        now: String,
    },
}

impl SavedPlans {
    /// Keeps what tells the plans again, and the variables that they were made with.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn of(plans: &[Plan], files: &VariableFiles) -> Result<Self, String> {
        let salt = new_salt()?;
        let saved = plans.iter().map(|plan| {
            Ok(SavedPlan {
                digest: slow_digest(&plan.digest(), &salt)?,
                shown: plan_document(plan),
            })
        });
        Ok(Self {
            format: FORMAT,
            plans: saved.collect::<Result<_, String>>()?,
            variables: variables_digest(files, &salt)?,
            made_with: MadeWith::default(),
            parameters: Vec::new(),
            difference: Difference::default(),
            salt,
        })
    }

    /// Writes a plan file that its owner alone can read.
    pub fn write(&self, path: &str) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        let text = json::escaped(&text).into_owned() + "\n";
        file::write(path, &text).map_err(|error| format!("{path}: {error}"))
    }

    /// Reads a plan file.
    pub fn read(path: &str) -> Result<Self, String> {
        let text =
            file::read(path).map_err(|error| format!("can't read the plan {path}: {error}"))?;
        let no_plan = |error| format!("{path} is no plan of mlship: {error}");
        // The format first: what another one holds is none of this one's business.
        let saved: Value = serde_json::from_str(&text).map_err(no_plan)?;
        match saved["format"].as_u64() {
            Some(format) if format != u64::from(FORMAT) => {
                Err(format!("{path} was written by another version of mlship"))
            }
            Some(_) | None => serde_json::from_value(saved).map_err(no_plan),
        }
    }

    /// Returns how a deploy ends for a plan that nobody saw.
    #[must_use]
    pub fn refusal(&self, plan: &Plan) -> Option<ResultRecord> {
        let mismatch = self.check(plan).err()?;
        Some(self.not_the_plan(plan, mismatch))
    }

    /// Returns whether this is a plan that was seen.
    fn check(&self, plan: &Plan) -> Result<(), Mismatch> {
        if self.difference.is_of_files() {
            return Err(Mismatch::OtherVariables);
        }
        // The digest is of service, account and region, too. What can't be compared was not seen.
        let digest = slow_digest(&plan.digest(), &self.salt).ok();
        if self
            .plans
            .iter()
            .any(|saved| Some(&saved.digest) == digest.as_ref())
        {
            return Ok(());
        }
        let shown = plan_document(plan);
        let same_place = |saved: &&SavedPlan| {
            ["service", "cluster", "account", "region"]
                .iter()
                .all(|part| saved.shown[part] == shown[part])
        };
        match self.plans.iter().find(same_place) {
            None => Err(Mismatch::NotSaved),
            Some(saved) => Err(saved.mismatch(&shown)),
        }
    }

    /// A deploy that is held to a saved plan would do something else.
    fn not_the_plan(&self, plan: &Plan, mismatch: Mismatch) -> ResultRecord {
        let new_one = "save and review a new one with mlship diff --out";
        let (refusal, error, hint) = match mismatch {
            Mismatch::NotSaved => {
                let error = "the saved plan is not for this service";
                (Refusal::Check, error.to_owned(), new_one.to_owned())
            }
            Mismatch::Stale | Mismatch::OtherVariables => {
                let other = self.other_variables().unwrap_or_else(|| OtherVariables {
                    error: "service or manifest changed since the plan was saved".to_owned(),
                    hint: match self.of_environment() {
                        Some(made_with) => format!("{new_one}; {made_with}"),
                        None => new_one.to_owned(),
                    },
                });
                (Refusal::Stale, other.error, other.hint)
            }
            Mismatch::Moved {
                reference,
                saved,
                now,
            } => (
                Refusal::Stale,
                format!("{reference} names version {now}, and did {saved} when the plan was saved"),
                new_one.to_owned(),
            ),
        };
        let refused = Conclusion::Refused(refusal);
        let mut result = ResultRecord::new(&plan.service, refused).with_plan(plan);
        result.error = Some(error);
        result.hint = Some(hint);
        result
    }
}

impl SavedPlan {
    /// Returns in what a plan, as it may be seen, is another one.
    fn mismatch(&self, shown: &Value) -> Mismatch {
        let origin = |document: &Value, part: &str| {
            let text = document["origin"][part].as_str();
            text.map(str::to_owned)
        };
        let told = |part: &str| Some((origin(&self.shown, part)?, origin(shown, part)?));
        match (told("reference"), told("version")) {
            (Some((before, reference)), Some((saved, now)))
                if before == reference && saved != now =>
            {
                Mismatch::Moved {
                    reference,
                    saved,
                    now,
                }
            }
            _ => Mismatch::Stale,
        }
    }
}

fn variables_digest(files: &VariableFiles, salt: &str) -> Result<Option<String>, String> {
    let content = files.content();
    content
        .map(|content| slow_digest(&content, salt))
        .transpose()
}

#[cfg(test)]
mod tests;
