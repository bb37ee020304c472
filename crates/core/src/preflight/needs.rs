//! Lists what a task definition and its service revision depend on. Pure.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::surroundings::groups;
use crate::release::{Document, EcrImage, ImageReference, ServiceRevision};
use mlship_text::arn::Arn;

/// Something that has to be there before tasks can start or serve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// An image in ECR.
    Image {
        /// The container.
        container: String,
        /// Its image, as it was written.
        written: String,
        /// The same, taken apart.
        image: EcrImage,
        /// The digest that it stood for, where ECS resolved it.
        ran: Option<String>,
    },
    /// A secret or parameter, as `valueFrom` has it.
    Secret(String),
    /// A load balancer's target group, by its ARN.
    TargetGroup(String),
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image { image, .. } => write!(f, "image {image}"),
            Self::Secret(value_from) => write!(f, "secret {value_from}"),
            Self::TargetGroup(arn) => {
                let name = Arn::parse(arn).map_or(&**arn, |arn| arn.name());
                write!(f, "target group {name}")
            }
        }
    }
}

/// Returns what a release leans on, each thing once.
#[must_use]
pub fn needs(task_definition: &Document, revision: Option<&ServiceRevision>) -> Vec<Need> {
    let containers = list(task_definition.get("containerDefinitions"));
    let images = containers
        .iter()
        .filter_map(|container| image(container, revision));
    let secrets = containers.iter().flat_map(secrets);
    let balancers = revision.map(|revision| list(revision.document.get("loadBalancers")));
    let groups = balancers.into_iter().flatten().flat_map(groups);
    let needs: BTreeSet<Need> = images
        .chain(secrets.map(|name| Need::Secret(name.to_owned())))
        .chain(groups.map(|arn| Need::TargetGroup(arn.to_owned())))
        .collect();
    needs.into_iter().collect()
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn image(container: &Value, revision: Option<&ServiceRevision>) -> Option<Need> {
    let written = container["image"].as_str()?;
    let image = EcrImage::parse(written)?;
    let name = container["name"].as_str().unwrap_or_default();
    let resolved = revision.map_or(&[][..], |revision| &revision.container_images);
    let ran = match &image.reference {
        ImageReference::Digest(_) => None,
        ImageReference::Tag(_) => resolved
            .iter()
            .find(|container| container.container_name == name)
            .and_then(|container| container.image_digest.clone()),
    };
    Some(Need::Image {
        container: name.to_owned(),
        written: written.to_owned(),
        image,
        ran,
    })
}

/// Secrets of a container, of its log driver, and of the registry that its image lies in.
fn secrets(container: &Value) -> impl Iterator<Item = &str> {
    let lists = [
        container.get("secrets"),
        container["logConfiguration"].get("secretOptions"),
    ];
    let named = lists.into_iter().flat_map(list);
    let named = named.filter_map(|secret| secret["valueFrom"].as_str());
    named.chain(container["repositoryCredentials"]["credentialsParameter"].as_str())
}
