//! `DeleteScalingPolicy`.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::write;
use super::{DIMENSION, namespace};
use crate::cloud::Answer;

pub(super) async fn delete(client: &Client, resource: &str, policy: &str) -> Answer<()> {
    write("DeleteScalingPolicy", || {
        client
            .delete_scaling_policy()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .policy_name(policy)
            .send()
    })
    .await
    .map(|_| ())
}
