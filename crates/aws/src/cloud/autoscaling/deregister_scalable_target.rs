//! `DeregisterScalableTarget`: takes the policies along.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::ask;
use super::super::operation::Operation;
use super::{DIMENSION, namespace};
use mlship_core::cloud::Answer;

pub(super) async fn deregister(client: &Client, resource: &str) -> Answer<()> {
    let request = || {
        client
            .deregister_scalable_target()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .send()
    };
    ask(Operation::DeregisterScalableTarget, request, |_| Ok(())).await
}
