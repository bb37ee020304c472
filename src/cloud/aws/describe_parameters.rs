//! Systems Manager's `DescribeParameters`, which tells of a parameter and never its value.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::{Builder, Region};
use aws_sdk_ssm::types::ParameterStringFilter;

use super::call::read;
use crate::cloud::{Answer, CloudError, ErrorKind};

pub(super) async fn is_there(client: &Client, name: &str, region: Option<&str>) -> Answer<bool> {
    let mut there = Builder::default();
    there.set_region(region.map(|region| Region::new(region.to_owned())));
    let filter = ParameterStringFilter::builder()
        .key("Name")
        .option("Equals")
        .values(name)
        .build()
        .map_err(|error| unusable(&error))?;
    let request = client
        .describe_parameters()
        .parameter_filters(filter)
        .customize()
        .config_override(there);
    let answer = read("DescribeParameters", request.send()).await?;
    Ok(!answer.parameters().is_empty())
}

fn unusable(error: &impl std::fmt::Display) -> CloudError {
    CloudError {
        operation: "DescribeParameters",
        kind: ErrorKind::Rejected,
        code: None,
        message: error.to_string(),
        hint: None,
    }
}
