//! `DeleteScalingPolicy`.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::ask;
use super::super::operation::Operation;
use super::{DIMENSION, namespace};
use mlship_core::cloud::Answer;

pub(super) async fn delete(client: &Client, resource: &str, policy: &str) -> Answer<()> {
    let request = || {
        client
            .delete_scaling_policy()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .policy_name(policy)
            .send()
    };
    ask(Operation::DeleteScalingPolicy, request, |_| Ok(())).await
}
