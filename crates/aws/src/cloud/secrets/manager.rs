//! Secrets Manager's `DescribeSecret`, which describes a secret and never returns its value.

use super::super::api::SecretsApi;
use aws_sdk_secretsmanager::config::{Builder, Region};

use super::super::lacks::text;
use super::super::operation::Operation;
use mlship_core::cloud::Answer;

pub(super) async fn is_there(client: &SecretsApi, id: &str, region: Option<&str>) -> Answer<bool> {
    let request = || {
        client
            .describe_secret()
            .secret_id(id)
            .customize()
            .config_override(in_region(region))
            .send()
    };
    let found = client.ask(Operation::DescribeSecret, request, |answer| {
        text(answer.arn(), "ARN")?;
        // A secret that is about to be deleted cannot be read any more.
        Ok(answer.deleted_date().is_none())
    });
    match found.await {
        Err(error) if error.code.as_deref() == Some("ResourceNotFoundException") => Ok(false),
        found => found,
    }
}

/// Without a region it is the caller's: an override that has none would take that one away.
fn in_region(region: Option<&str>) -> Builder {
    let config = Builder::default();
    match region {
        Some(region) => config.region(Region::new(region.to_owned())),
        None => config,
    }
}
