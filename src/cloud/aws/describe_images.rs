//! ECR's `DescribeImages`: whether a repository has an image, and by which digest.

use aws_sdk_ecr::Client;
use aws_sdk_ecr::config::{Builder, Region};
use aws_sdk_ecr::types::ImageIdentifier;

use super::call::read;
use crate::cloud::Answer;
use crate::release::{EcrImage, ImageReference};

pub(super) async fn digest(client: &Client, image: &EcrImage) -> Answer<Option<String>> {
    let id = ImageIdentifier::builder();
    let id = match &image.reference {
        ImageReference::Tag(tag) => id.image_tag(tag),
        ImageReference::Digest(digest) => id.image_digest(digest),
    };
    // The registry may lie in another region, and in another account.
    let there = Builder::default().region(Region::new(image.region.clone()));
    let request = client
        .describe_images()
        .registry_id(&image.registry)
        .repository_name(&image.repository)
        .image_ids(id.build())
        .customize()
        .config_override(there);
    match read("DescribeImages", request.send()).await {
        Ok(answer) => {
            let digests = answer.image_details().iter().map(|one| one.image_digest());
            Ok(digests.flatten().next().map(str::to_owned))
        }
        Err(error) => match error.code.as_deref() {
            Some("ImageNotFoundException" | "RepositoryNotFoundException") => Ok(None),
            _ => Err(error),
        },
    }
}
