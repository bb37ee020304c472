//! Whether the secrets and parameters are there.

use crate::cloud::preconditions::SecretState;
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Secret, SecretPlace, Surroundings};

/// The stage of a secret whose version is not said.
const CURRENT: &str = "AWSCURRENT";

pub(in crate::preflight) fn secrets(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let mut found = Vec::new();
    for secret in &release.secrets {
        let of = |check| {
            About::new(check, &secret.value_from, secret.fields).below(secret.below.clone())
        };
        match &secret.place {
            SecretPlace::Parameter => {
                let about = of(Check::Parameter);
                found.push(match told!(answers, secret.question(), Parameter) {
                    Ok(true) => about.pass("is there"),
                    Ok(false) => {
                        about.fail("is not there", "make the parameter, or correct its name")
                    }
                    Err(untold) => about.untold(&untold),
                });
            }
            SecretPlace::Manager { .. } => {
                let about = of(Check::Secret);
                match told!(answers, secret.question(), Secret) {
                    Ok(seen) => found.extend(manager(&about, secret, seen)),
                    Err(untold) => found.push(about.untold(&untold)),
                }
            }
        }
    }
    found
}

fn manager(about: &About, secret: &Secret, seen: &SecretState) -> Vec<Finding> {
    let SecretPlace::Manager {
        key,
        stage,
        version,
        ..
    } = &secret.place
    else {
        return Vec::new();
    };
    let versions = match seen {
        SecretState::Absent => {
            return vec![about.fail("is not there", "make the secret, or correct its ARN")];
        }
        SecretState::Deleted => {
            return vec![about.fail(
                "is being deleted, and can't be read any more",
                "restore it with aws secretsmanager restore-secret, or name another one",
            )];
        }
        SecretState::There { versions, .. } => versions,
    };
    let is_in = |wanted: &str| {
        let mut all = versions.iter().flat_map(|(_, all)| all);
        all.any(|stage| stage == wanted)
    };
    let own = match (stage, version) {
        (Some(stage), _) if !is_in(stage) => about.fail(
            format!("has no version in the stage {stage}"),
            "correct the stage, or put a version there",
        ),
        // What no stage names is not listed, and can be read until it is removed.
        (None, Some(version)) if versions.iter().all(|(id, _)| id != version) => about.warn(
            format!("lists no version {version}"),
            "correct the version, or leave it out",
        ),
        (None, None) if !is_in(CURRENT) => about.fail(
            "has no value yet",
            "put a value there with aws secretsmanager put-secret-value",
        ),
        (Some(_) | None, _) => about.pass("is there"),
    };
    let key = key.as_ref().map(|key| {
        about.unchecked(format!(
            "its value was not read, so that nobody saw its key `{key}`"
        ))
    });
    std::iter::once(own).chain(key).collect()
}
