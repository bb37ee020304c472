//! Checks that everything a task definition depends on still exists: images in ECR, secrets,
//! parameters and target groups. Used before an old release is deployed again.
//!
//! What cannot be asked, or is not answered in time, is said and stops nobody.

mod answers;
mod checks;
mod finding;
mod grants;
mod judge;
mod needs;
mod questions;
pub mod surroundings;
mod survey;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use answers::{Answers, Seen, Untold};
pub use finding::{Check, Finding, State};
use futures_util::future::join_all;
pub use judge::judge;
pub use needs::{Need, needs};
pub use questions::questions;
pub use surroundings::{Documents, Surroundings};
pub use survey::{Memory, Survey};
use tokio::time::timeout;

use crate::cloud::{Answer, Balancing, Cloud, CloudError};
use crate::release::{ImageReference, Moved, pinned};

/// What the checks came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preflight {
    /// What is gone, in words.
    pub missing: Vec<String>,
    /// What is not known, in words.
    pub unknown: Vec<String>,
    /// Containers whose tag names another image by now, with the image that they ran.
    pub moved: Vec<Moved>,
}

enum CheckResult {
    There,
    Gone(String),
    Moved(Moved),
}

/// Asks for everything at once, and waits for no answer longer than `within`.
pub async fn preflight<C: Cloud + Balancing>(
    cloud: &C,
    needs: &[Need],
    within: Duration,
) -> Preflight {
    let mut preflight = Preflight::default();
    // A policy that forbids a question forbids it of each thing: that is said once.
    let mut unanswered: Vec<(Vec<String>, CloudError)> = Vec::new();
    let asked = needs.iter().map(|need| timeout(within, find(cloud, need)));
    for (need, found) in needs.iter().zip(join_all(asked).await) {
        match found {
            Ok(Ok(CheckResult::There)) => {}
            Ok(Ok(CheckResult::Gone(what))) => preflight.missing.push(what),
            Ok(Ok(CheckResult::Moved(moved))) => preflight.moved.push(moved),
            Ok(Err(error)) => {
                let is_alike = |(_, other): &&mut (Vec<String>, CloudError)| {
                    (other.operation, other.kind) == (error.operation, error.kind)
                };
                match unanswered.iter_mut().find(is_alike) {
                    Some((needs, _)) => needs.push(need.to_string()),
                    None => unanswered.push((vec![need.to_string()], error)),
                }
            }
            Err(_) => preflight.unknown.push(format!("{need}: no answer in time")),
        }
    }
    for (needs, error) in unanswered {
        let needs = needs.join(", ");
        preflight.unknown.push(format!("{needs}: {error}"));
    }
    preflight
}

async fn find<C: Cloud + Balancing>(cloud: &C, need: &Need) -> Answer<CheckResult> {
    let gone = |is_there: bool| {
        if is_there {
            CheckResult::There
        } else {
            CheckResult::Gone(format!("{need} is gone"))
        }
    };
    match need {
        Need::Secret(value_from) => cloud.has_secret(value_from).await.map(gone),
        Need::TargetGroup(arn) => cloud.has_target_group(arn).await.map(gone),
        Need::Image {
            image, ran: None, ..
        } => {
            let digest = cloud.image_digest(image).await?;
            Ok(gone(digest.is_some()))
        }
        Need::Image {
            container,
            written,
            image,
            ran: Some(ran),
        } => {
            if cloud.image_digest(image).await?.as_ref() == Some(ran) {
                return Ok(CheckResult::There);
            }
            // ECS resolves the tag anew: only the digest brings back what ran.
            let by_digest = image.with(ImageReference::Digest(ran.clone()));
            Ok(match cloud.image_digest(&by_digest).await? {
                Some(_) => CheckResult::Moved(Moved {
                    container: container.clone(),
                    written: written.clone(),
                    pinned: pinned(written, ran),
                }),
                None => CheckResult::Gone(format!("image {by_digest}, which {image} was, is gone")),
            })
        }
    }
}
