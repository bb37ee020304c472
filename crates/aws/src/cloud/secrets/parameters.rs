//! Systems Manager's `DescribeParameters`, which describes a parameter and never returns its value.

use super::super::api::ParametersApi;
use aws_sdk_ssm::config::{Builder, Region};
use aws_sdk_ssm::types::ParameterStringFilter;

use super::super::lacks::{about, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::{Answer, CloudError, ErrorKind};

pub(super) async fn is_there(
    client: &ParametersApi,
    name: &str,
    region: Option<&str>,
) -> Answer<bool> {
    let filter = ParameterStringFilter::builder()
        .key("Name")
        .option("Equals")
        .values(name)
        .build()
        .map_err(|error| unusable(&error))?;
    let request = |token| {
        client
            .describe_parameters()
            .parameter_filters(filter.clone())
            .set_next_token(token)
            .customize()
            .config_override(in_region(region))
            .send()
    };
    let found = client.pages(Operation::DescribeParameters, 1, request, |answer| {
        let found = member(answer.parameters, "Parameters")?;
        for parameter in &found {
            let found = text(parameter.name(), "Name of a parameter")?;
            about(found == name, "parameter")?;
        }
        Ok((found, answer.next_token))
    });
    Ok(!found.await?.is_empty())
}

fn unusable(error: &impl std::fmt::Display) -> CloudError {
    CloudError {
        operation: Operation::DescribeParameters.name(),
        kind: ErrorKind::Rejected,
        code: None,
        message: error.to_string(),
        hint: None,
    }
}

/// Without a region it is the caller's: an override that has none would take that one away.
pub(super) fn in_region(region: Option<&str>) -> Builder {
    let config = Builder::default();
    match region {
        Some(region) => config.region(Region::new(region.to_owned())),
        None => config,
    }
}
