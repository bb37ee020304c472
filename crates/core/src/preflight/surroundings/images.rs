//! The images of a task definition.

use serde_json::Value;

use crate::cloud::preconditions::{Question, RegistryImage};
use crate::release::{Document, EcrImage, weights};
use crate::shape::items;

/// An image of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// As it is written.
    pub written: String,
    /// Where it lies.
    pub place: ImagePlace,
    /// Whether the task pulls it with credentials of its own, which nobody else has.
    pub has_own_credentials: bool,
    /// Where a manifest says it.
    pub fields: &'static [&'static str],
}

/// Where an image lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImagePlace {
    /// In ECR.
    Ecr(EcrImage),
    /// In another registry.
    Hosted(RegistryImage),
}

impl Image {
    /// Returns what tells whether it is there.
    #[must_use]
    pub fn question(&self) -> Question {
        match &self.place {
            ImagePlace::Ecr(image) => Question::Image(image.clone()),
            ImagePlace::Hosted(image) => Question::HostedImage(image.clone()),
        }
    }

    /// Returns what tells which platforms it is for.
    #[must_use]
    pub fn platforms(&self) -> Question {
        match &self.place {
            ImagePlace::Ecr(image) => Question::Platforms(image.clone()),
            ImagePlace::Hosted(image) => Question::HostedImage(image.clone()),
        }
    }
}

/// Returns the images, each once. The model's container is the first.
pub(super) fn images(task: &Document) -> Vec<Image> {
    let mut found: Vec<Image> = Vec::new();
    for (at, container) in items(task.get("containerDefinitions")).enumerate() {
        let Some(written) = container["image"].as_str() else {
            continue;
        };
        if found.iter().any(|image| image.written == written) {
            continue;
        }
        found.push(Image {
            written: written.to_owned(),
            place: EcrImage::parse(written).map_or_else(
                || ImagePlace::Hosted(RegistryImage::parse(written)),
                ImagePlace::Ecr,
            ),
            has_own_credentials: container["repositoryCredentials"].is_object(),
            fields: fields(container, at == 0),
        });
    }
    found
}

fn fields(container: &Value, is_model: bool) -> &'static [&'static str] {
    if container["name"] == weights::CONTAINER {
        &["model.artifact.image", "model.artifact"]
    } else if is_model {
        &["image"]
    } else {
        &["overrides.taskDefinition.containerDefinitions"]
    }
}
