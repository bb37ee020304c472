//! Reads a manifest once more, when the parameters in it are known: with the variables of the first
//! time, whatever became of them since.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::read::{Examined, Manifest, ManifestContent, ReadOptions, examine};
use super::variables::{Given, GivenText, Origin, Unresolved, Values};
use crate::manifest::Code;

/// What a manifest was read with.
#[derive(Debug)]
pub(super) struct Again {
    environment: Option<String>,
    variables: BTreeMap<String, Given>,
}

impl Again {
    pub(super) fn of(environment: Option<&str>, variables: BTreeMap<String, Given>) -> Self {
        Self {
            environment: environment.map(str::to_owned),
            variables,
        }
    }
}

/// Values that are remembered as they are asked for.
pub(super) struct Recorder<'a> {
    values: &'a dyn Values,
    asked: RefCell<BTreeMap<String, Given>>,
}

impl<'a> Recorder<'a> {
    pub(super) fn of(values: &'a dyn Values) -> Self {
        Self {
            values,
            asked: RefCell::default(),
        }
    }

    pub(super) fn into_variables(self) -> BTreeMap<String, Given> {
        self.asked.into_inner()
    }

    /// Returns the variables that were asked for and are set to something, and by whom.
    pub(super) fn set(&self) -> Vec<(String, Origin)> {
        let asked = self.asked.borrow();
        let set = asked.iter().filter_map(|(name, given)| match given {
            Given::Text(given) if !given.text.is_empty() => {
                Some((name.clone(), given.origin.clone()))
            }
            Given::Text(_)
            | Given::Nothing
            | Given::Null(_)
            | Given::Structure(_)
            | Given::Unknown => None,
        });
        set.collect()
    }
}

impl Values for Recorder<'_> {
    fn variable(&self, name: &str) -> Given {
        let given = self.values.variable(name);
        let mut asked = self.asked.borrow_mut();
        asked.insert(name.to_owned(), given.clone());
        given
    }

    fn parameter(&self, name: &str) -> Option<GivenText> {
        self.values.parameter(name)
    }
}

/// The variables of the first time, and parameters.
struct Known<'a> {
    variables: &'a BTreeMap<String, Given>,
    parameters: &'a BTreeMap<String, String>,
}

impl Values for Known<'_> {
    fn variable(&self, name: &str) -> Given {
        self.variables.get(name).cloned().unwrap_or(Given::Nothing)
    }

    fn parameter(&self, name: &str) -> Option<GivenText> {
        let text = self.parameters.get(name)?.clone();
        Some(GivenText {
            text,
            is_secret: false,
            origin: Origin::ParameterStore,
        })
    }
}

impl Examined {
    /// Leaves out what is wrong with the text that stands in the place of a parameter.
    #[must_use]
    pub fn without_placeholders(mut self) -> Self {
        if let ManifestContent::Release(Some(draft)) = &self.subject {
            self.findings
                .retain(|finding| !is_of_placeholder(finding, &draft.unresolved));
        }
        self
    }
}

/// Says whether a finding is about the text that stands in the place of a parameter: nobody's
/// mistake.
pub(super) fn is_of_placeholder(finding: &Diagnostic, unresolved: &[Unresolved]) -> bool {
    let is_at = |one: &Unresolved| finding.span.as_ref() == Some(&one.at);
    finding.code != Code::BAD_VARIABLE && unresolved.iter().any(is_at)
}

impl Manifest {
    /// Returns the parameters whose values it lacks. While it lacks any it is good for nothing but
    /// telling whom it is about.
    #[must_use]
    pub fn unresolved(&self) -> &[Unresolved] {
        &self.unresolved
    }

    /// Reads it once more with parameters.
    ///
    /// # Errors
    /// Where it was made of several.
    pub fn with_parameters(
        &self,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Examined, Diagnostic> {
        let Some(again) = &self.again else {
            let message = "a release with `${ssm:…}` can't take over what another one runs";
            let problem = self.problem("model", Code::NOT_SUPPORTED_YET, message);
            return Err(problem.help("deploy the winner by a manifest of its own"));
        };
        let known = Known {
            variables: &again.variables,
            parameters,
        };
        let settings = ReadOptions {
            environment: again.environment.as_deref(),
            variables: &known,
        };
        Ok(examine(Arc::clone(&self.source), &settings))
    }
}
