//! The variables that plans were made with, by name and never by value, and what is said once they
//! are others: a plan that lacks them is stale, whatever else its manifest is then.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{SavedPlans, slow_digest};
use crate::app::invocation::quoted;
use mlship_manifest::{Origin, VariableFiles};

/// How many names are worth reading.
const MOST_NAMES: usize = 8;

const NEW_PLAN: &str = "or save and review a new plan with mlship diff --out";

/// What plans were made with, as far as it has a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MadeWith {
    /// The files of variables, as they were named, in their order.
    #[serde(default)]
    files: Vec<String>,
    /// The variables that they filled in.
    #[serde(default)]
    of_files: BTreeSet<String>,
    /// The variables that the environment filled in.
    #[serde(default)]
    of_environment: BTreeSet<String>,
}

/// What is given now, against what plans were made with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Whether files say something else.
    files: Option<Files>,
    /// The variables that the environment lacks now.
    lacks: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    Missing,
    NotAsked,
    Others,
}

/// Why plans do not hold for what is given now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherVariables {
    /// What is not as it was.
    pub error: String,
    /// The next step.
    pub hint: String,
}

impl MadeWith {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Difference {
    pub(super) fn is_of_files(&self) -> bool {
        self.files.is_some()
    }
}

impl SavedPlans {
    /// Keeps what filled in the manifests of the plans, by its name.
    #[must_use]
    pub fn filled_in_by<'a>(
        mut self,
        files: &VariableFiles,
        variables: impl Iterator<Item = &'a (String, Origin)>,
    ) -> Self {
        files.names().clone_into(&mut self.made_with.files);
        for (name, origin) in variables {
            let names = match origin {
                Origin::Environment => &mut self.made_with.of_environment,
                Origin::File { .. } => &mut self.made_with.of_files,
                Origin::ParameterStore => continue,
            };
            names.insert(name.clone());
        }
        self
    }

    /// Holds them to the variables that are given now. Of files that can't be used nobody knows
    /// what they say.
    ///
    /// # Errors
    /// When they can't be compared.
    pub fn held_to(
        mut self,
        files: &VariableFiles,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let is_known = files.findings().is_empty();
        let content = files.content();
        let now = content
            .map(|content| slow_digest(&content, &self.salt))
            .transpose()?;
        self.difference.files = match (&self.variables, &now) {
            _ if !is_known || self.variables == now => None,
            (Some(_), None) => Some(Files::Missing),
            (None, _) => Some(Files::NotAsked),
            (Some(_), Some(_)) => Some(Files::Others),
        };
        let is_unset = |name: &&String| environment(name).is_none_or(|text| text.is_empty());
        let of_environment = self.made_with.of_environment.iter();
        self.difference.lacks = of_environment.filter(is_unset).cloned().collect();
        Ok(self)
    }

    /// Says why they do not hold for the variables that are given now, if that is so.
    #[must_use]
    pub fn other_variables(&self) -> Option<OtherVariables> {
        let with = &self.made_with;
        let files: Vec<String> = with.files.iter().map(|name| flag(name)).collect();
        let files = files.join(" ");
        let of_files = match names(&with.of_files) {
            names if names.is_empty() => files.clone(),
            names => format!("{names} by {files}"),
        };
        let files = if files.is_empty() { "--vars" } else { &files };
        let (error, hint) = match self.difference.files {
            Some(Files::Missing) if with.files.is_empty() => (
                "the plan was saved with --vars, and none is given".to_owned(),
                "give the same --vars as then".to_owned(),
            ),
            Some(Files::Missing) => (
                format!("the plan was saved with {of_files}, and no --vars is given"),
                format!("give {files} as it was then"),
            ),
            Some(Files::NotAsked) => (
                "the plan was saved without --vars, and one is given".to_owned(),
                "leave --vars out".to_owned(),
            ),
            Some(Files::Others) if of_files.is_empty() => (
                "the plan was saved with other variables: --vars says something else than it did"
                    .to_owned(),
                "give the same --vars as then".to_owned(),
            ),
            Some(Files::Others) => (
                format!(
                    "the plan was saved with {of_files}, and --vars says something else than it \
                     did then"
                ),
                format!("give {files} as it was then"),
            ),
            None => {
                let lacks: BTreeSet<String> = self.difference.lacks.iter().cloned().collect();
                let first = lacks.first()?;
                let (is, it) = if lacks.len() == 1 {
                    ("is", "it")
                } else {
                    ("are", "them")
                };
                let names = names(&lacks);
                (
                    format!(
                        "the plan was saved with {names} of the environment, which {is} not set"
                    ),
                    format!("set {it} as then, for example with export {first}=…"),
                )
            }
        };
        let hint = format!("{hint}, {NEW_PLAN}");
        Some(OtherVariables { error, hint })
    }

    /// Says what of the environment a plan that became another one was made with.
    pub(super) fn of_environment(&self) -> Option<String> {
        let names = names(&self.made_with.of_environment);
        (!names.is_empty()).then(|| {
            format!("it was made with {names} of the environment, which may say something else now")
        })
    }
}

/// Returns the flag that gives a file again.
fn flag(name: &str) -> String {
    match name {
        "<stdin>" => "--vars -".to_owned(),
        name if name.starts_with('-') => quoted(&format!("--vars={name}")),
        name => format!("--vars {}", quoted(name)),
    }
}

fn names(names: &BTreeSet<String>) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_manifest::Source;

    fn files(all: &[(&str, &str)]) -> VariableFiles {
        let sources: Vec<_> = all.iter().map(|it| Source::new(it.0, it.1)).collect();
        VariableFiles::of(&sources, Vec::new())
    }

    fn by(file: &str, name: &str) -> (String, Origin) {
        let (file, name) = (file.to_owned(), name.to_owned());
        (
            name,
            Origin::File {
                name: file,
                line: 1,
            },
        )
    }

    fn said(
        saved_with: &[(&str, &str)],
        used: &[(String, Origin)],
        given: &[(&str, &str)],
        environment: &[&str],
    ) -> Option<(String, String)> {
        let before = files(saved_with);
        let saved = SavedPlans::of(&[], &before).unwrap();
        let saved = saved.filled_in_by(&before, used.iter());
        let text = serde_json::to_string(&saved).unwrap();
        let read: SavedPlans = serde_json::from_str(&text).unwrap();
        let set = |name: &str| environment.contains(&name).then(|| "x".to_owned());
        let held = read.held_to(&files(given), &set).unwrap();
        held.other_variables().map(|it| (it.error, it.hint))
    }

    #[test]
    fn what_a_plan_was_made_with_is_named_with_the_way_to_give_it_again() {
        let saved = [("out puts.json", "TAG: 8\nCPU: 256")];
        let used = [by("out puts.json", "TAG"), by("out puts.json", "CPU")];
        let (error, hint) = said(&saved, &used, &[], &[]).unwrap();
        assert_eq!(
            error,
            "the plan was saved with `CPU` and `TAG` by --vars 'out puts.json', and no --vars is \
             given"
        );
        assert_eq!(
            hint,
            "give --vars 'out puts.json' as it was then, or save and review a new plan with mlship \
             diff --out"
        );
        let (error, _) = said(&saved, &used, &[("o", "TAG: 9")], &[]).unwrap();
        assert!(error.ends_with("says something else than it did then"));
        assert_eq!(
            said(&saved, &used, &[("moved", "{CPU: 256, TAG: 8}")], &[]),
            None
        );
        let (error, hint) = said(&[], &[], &[("o", "TAG: 9")], &[]).unwrap();
        assert!(error.contains("without --vars") && hint.starts_with("leave --vars out"));
    }

    #[test]
    fn what_the_environment_lacks_is_named_and_what_it_has_is_not() {
        let used = ["GIT_SHA", "TAG"].map(|name| (name.to_owned(), Origin::Environment));
        let (error, hint) = said(&[], &used, &[], &["TAG"]).unwrap();
        assert_eq!(
            error,
            "the plan was saved with `GIT_SHA` of the environment, which is not set"
        );
        assert!(hint.starts_with("set it as then, for example with export GIT_SHA=…"));
        assert_eq!(said(&[], &used, &[], &["TAG", "GIT_SHA"]), None);
    }

    #[test]
    fn of_a_file_that_cannot_be_used_nobody_says_what_it_says() {
        let broken = [("vars.json", "[")];
        assert_eq!(said(&[("v", "A: 1")], &[by("v", "A")], &broken, &[]), None);
    }

    #[test]
    fn no_value_gets_into_the_file() {
        let before = files(&[("v", "A: hunter2")]);
        let used = [by("v", "A")];
        let saved = SavedPlans::of(&[], &before).unwrap();
        let saved = saved.filled_in_by(&before, used.iter());
        let text = serde_json::to_string(&saved).unwrap();
        assert!(
            text.contains("\"A\"") && !text.contains("hunter2"),
            "{text}"
        );
    }
}
