//! Secrets Manager's `DescribeSecret`, which tells of a secret and never its value.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{Builder, Region};

use super::call::read;
use crate::cloud::Answer;

pub(super) async fn is_there(client: &Client, id: &str, region: Option<&str>) -> Answer<bool> {
    let mut there = Builder::default();
    there.set_region(region.map(|region| Region::new(region.to_owned())));
    let request = client
        .describe_secret()
        .secret_id(id)
        .customize()
        .config_override(there);
    match read("DescribeSecret", request.send()).await {
        // A secret that is about to be deleted cannot be read any more.
        Ok(answer) => Ok(answer.deleted_date().is_none()),
        Err(error) if error.code.as_deref() == Some("ResourceNotFoundException") => Ok(false),
        Err(error) => Err(error),
    }
}
