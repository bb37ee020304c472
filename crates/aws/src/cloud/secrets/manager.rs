//! Secrets Manager's `DescribeSecret`, which describes a secret and never returns its value.

use super::super::api::SecretsApi;
use aws_sdk_secretsmanager::config::{Builder, Region};

use super::super::lacks::text;
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::SecretState;

pub(super) async fn is_there(client: &SecretsApi, id: &str, region: Option<&str>) -> Answer<bool> {
    Ok(match described(client, id, region).await? {
        SecretState::There { .. } => true,
        SecretState::Absent | SecretState::Deleted => false,
    })
}

/// Returns what there is of a secret.
pub(in super::super) async fn described(
    client: &SecretsApi,
    id: &str,
    region: Option<&str>,
) -> Answer<SecretState> {
    let request = || {
        client
            .describe_secret()
            .secret_id(id)
            .customize()
            .config_override(in_region(region))
            .send()
    };
    let found = client.ask(Operation::DescribeSecret, request, |answer| {
        let arn = text(answer.arn(), "ARN")?.to_owned();
        // A secret that is about to be deleted cannot be read any more.
        if answer.deleted_date().is_some() {
            return Ok(SecretState::Deleted);
        }
        let versions = answer.version_ids_to_stages.unwrap_or_default();
        Ok(SecretState::There {
            arn,
            versions: versions.into_iter().collect(),
        })
    });
    match found.await {
        Err(error) if error.code.as_deref() == Some("ResourceNotFoundException") => {
            Ok(SecretState::Absent)
        }
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
