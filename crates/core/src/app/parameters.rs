//! Fills in the parameters that a manifest refers to, before anything is planned by it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::at_once::in_order;
use super::planning::{PlanError, finding};
use crate::cloud::{Parameters, StoredParameter};
use crate::plan::wrong_account;
use crate::release::ids::Caller;
use mlship_manifest::{Code, Diagnostic, Manifest, ManifestContent, Unresolved};

/// Returns a manifest with the parameters in it, which are asked for once a run; who calls is known
/// to be in the manifest's account first.
///
/// # Errors
/// Where a parameter is not there or is none that may be read like this, or breaks a rule of the
/// field that it stands in.
pub async fn filled<'m, C: Parameters>(
    context: &Context<'_, C>,
    caller: Option<&Caller>,
    manifest: &'m Manifest,
) -> Result<Cow<'m, Manifest>, PlanError> {
    let unresolved = manifest.unresolved();
    if unresolved.is_empty() {
        return Ok(Cow::Borrowed(manifest));
    }
    let account = manifest.release.account.as_ref();
    if let Some(refusal) = caller.and_then(|caller| wrong_account(account, caller)) {
        return Err(PlanError::Refused(vec![finding(manifest, refusal)].into()));
    }
    let names: BTreeSet<&str> = unresolved.iter().map(|one| &*one.name).collect();
    let each = names.iter().map(async |name| {
        let answer = context.cloud.parameter(name).await;
        (*name, answer)
    });
    let mut values = BTreeMap::new();
    let mut found = Vec::new();
    for (name, answer) in in_order(each).await {
        match answer? {
            Some(StoredParameter::Text { value, .. }) => {
                values.insert(name.to_owned(), value);
            }
            Some(StoredParameter::List) => found.extend(at_each(unresolved, name, list)),
            Some(StoredParameter::Secure) => found.extend(at_each(unresolved, name, secure)),
            None => found.extend(at_each(unresolved, name, missing)),
        }
    }
    if !found.is_empty() {
        return Err(PlanError::Refused(found.into()));
    }
    let examined = manifest.with_parameters(&values);
    let examined = examined.map_err(|problem| PlanError::Refused(vec![problem].into()))?;
    let examined = (context.examined)(examined);
    let errors = examined.findings.into_iter().filter(Diagnostic::is_error);
    let errors: Vec<Diagnostic> = errors.collect();
    match examined.subject {
        ManifestContent::Release(Some(filled)) if errors.is_empty() => Ok(Cow::Owned(*filled)),
        ManifestContent::Release(_) | ManifestContent::Experiment(_) => {
            Err(PlanError::Refused(errors.into()))
        }
    }
}

/// Says of a parameter, wherever it stands, that it can't be used.
fn at_each<'a>(
    unresolved: &'a [Unresolved],
    name: &'a str,
    problem: fn(&str) -> Diagnostic,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let of_it = unresolved.iter().filter(move |one| one.name == name);
    of_it.map(move |one| problem(name).at(one.at.clone()).of(&one.field))
}

fn missing(name: &str) -> Diagnostic {
    let message = format!("there is no parameter {name}");
    Diagnostic::error(Code::PARAMETER_GONE, message).help(
        "put it into the Parameter Store of the service's account and region, or correct the path",
    )
}

fn secure(name: &str) -> Diagnostic {
    let message =
        format!("the parameter {name} is a SecureString, which no manifest is filled in with");
    Diagnostic::error(Code::PARAMETER_IS_SECRET, message)
        .help("name its ARN under `runtime.secrets`: ECS then hands it to the container alone")
}

fn list(name: &str) -> Diagnostic {
    let message = format!("the parameter {name} is a StringList, and a field takes one text");
    Diagnostic::error(Code::PARAMETER_GONE, message).help("make it a parameter of type String each")
}

#[cfg(test)]
mod tests;
