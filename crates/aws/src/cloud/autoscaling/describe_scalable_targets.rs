//! `DescribeScalableTargets`: between which bounds a service's count moves.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::ask;
use super::super::lacks::{Lacks, about, member};
use super::super::operation::Operation;
use super::{DIMENSION, namespace};
use mlship_core::cloud::Answer;

pub(super) async fn bounds(client: &Client, resource: &str) -> Answer<Option<(u32, u32)>> {
    let request = || {
        client
            .describe_scalable_targets()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_ids(resource)
            .send()
    };
    ask(Operation::DescribeScalableTargets, request, |answer| {
        let targets = member(answer.scalable_targets, "ScalableTargets")?;
        let bounds = targets.first().map(|target| {
            // The SDK fills in what is missing.
            about(target.resource_id() == resource, "scalable target")?;
            Ok((count(target.min_capacity())?, count(target.max_capacity())?))
        });
        bounds.transpose()
    })
    .await
}

fn count(number: i32) -> Result<u32, Lacks> {
    u32::try_from(number).map_err(|_| Lacks::new("a capacity is below zero"))
}
