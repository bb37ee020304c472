//! `DescribeScalableTargets`: between which bounds a service's count moves.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::read;
use super::{DIMENSION, namespace};
use crate::cloud::Answer;

pub(super) async fn bounds(client: &Client, resource: &str) -> Answer<Option<(u32, u32)>> {
    let request = client
        .describe_scalable_targets()
        .service_namespace(namespace())
        .scalable_dimension(DIMENSION)
        .resource_ids(resource);
    let answer = read("DescribeScalableTargets", request.send()).await?;
    let count = |number: i32| u32::try_from(number).unwrap_or(0);
    Ok(answer
        .scalable_targets()
        .first()
        .map(|target| (count(target.min_capacity()), count(target.max_capacity()))))
}
