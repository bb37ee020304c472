//! ECR's `DescribeImages`: whether a repository has an image, and by which digest.

use super::api::EcrApi;
use aws_sdk_ecr::config::{Builder, Region};
use aws_sdk_ecr::types::ImageIdentifier;

use super::AwsCloud;
use super::lacks::{about, first, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::Images;
use mlship_core::release::{EcrImage, ImageReference};

impl Images for AwsCloud {
    async fn image_digest(&self, image: &EcrImage) -> Answer<Option<String>> {
        digest(&self.ecr, image).await
    }
}

async fn digest(client: &EcrApi, image: &EcrImage) -> Answer<Option<String>> {
    let id = ImageIdentifier::builder();
    let id = match &image.reference {
        ImageReference::Tag(tag) => id.image_tag(tag),
        ImageReference::Digest(digest) => id.image_digest(digest),
    };
    let id = id.build();
    let request = |token| {
        // The registry may lie in another region, and in another account.
        let there = Builder::default().region(Region::new(image.region.clone()));
        client
            .describe_images()
            .registry_id(&image.registry)
            .repository_name(&image.repository)
            .image_ids(id.clone())
            .set_next_token(token)
            .customize()
            .config_override(there)
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
        Ok((vec![digest.to_owned()], next))
    });
    match found.await {
        Ok(mut found) => Ok(found.pop()),
        Err(error) => match error.code.as_deref() {
            Some("ImageNotFoundException" | "RepositoryNotFoundException") => Ok(None),
            _ => Err(error),
        },
    }
}
