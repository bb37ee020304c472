//! ECR's `DescribeImages`: whether a repository has an image, and by which digest.

use super::api::EcrApi;
use aws_sdk_ecr::config::{Builder, Region};
use aws_sdk_ecr::types::{ImageIdentifier, ImageStatus};

use super::AwsCloud;
use super::lacks::{about, first, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::Images;
use mlship_core::release::{EcrImage, ImageReference};

impl Images for AwsCloud {
    async fn image_digest(&self, image: &EcrImage) -> Answer<Option<String>> {
        let found = describe(&self.ecr, image).await?;
        // What is archived can't be pulled.
        Ok(found
            .filter(|found| !found.is_archived)
            .map(|found| found.digest))
    }
}

/// An image that is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) digest: String,
    /// Whether it is archived, or still being brought back.
    pub(super) is_archived: bool,
}

/// Returns which image is described, unless its repository has no such image.
pub(super) async fn describe(client: &EcrApi, image: &EcrImage) -> Answer<Option<Described>> {
    let id = identifier(image);
    let request = |token| {
        client
            .describe_images()
            .registry_id(&image.registry)
            .repository_name(&image.repository)
            .image_ids(id.clone())
            .set_next_token(token)
            .customize()
            .config_override(there(image))
            .send()
    };
    // An image that is not there is an error; a list without it says nothing.
    let found = client.pages(Operation::DescribeImages, 1, request, |answer| {
        let next = answer.next_token.clone();
        let Some(found) = first(answer.image_details(), next.as_deref(), "imageDetails")? else {
            return Ok((Vec::new(), next));
        };
        let digest = text(found.image_digest(), "imageDigest")?;
        if let ImageReference::Digest(asked) = &image.reference {
            about(digest == asked, "image")?;
        }
        let state = found.image_status();
        let described = Described {
            digest: digest.to_owned(),
            is_archived: state.is_some_and(|state| *state != ImageStatus::Active),
        };
        Ok((vec![described], next))
    });
    match found.await {
        Ok(mut found) => Ok(found.pop()),
        Err(error) => match error.code.as_deref() {
            Some("ImageNotFoundException" | "RepositoryNotFoundException") => Ok(None),
            _ => Err(error),
        },
    }
}

/// Names an image in requests.
pub(super) fn identifier(image: &EcrImage) -> ImageIdentifier {
    let id = ImageIdentifier::builder();
    let id = match &image.reference {
        ImageReference::Tag(tag) => id.image_tag(tag),
        ImageReference::Digest(digest) => id.image_digest(digest),
    };
    id.build()
}

/// The registry may lie in another region, and in another account.
pub(super) fn there(image: &EcrImage) -> Builder {
    Builder::default().region(Region::new(image.region.clone()))
}
