//! `RegisterScalableTarget`: sets the bounds, whether or not there were any.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::ask;
use super::super::operation::Operation;
use super::{DIMENSION, namespace, signed};
use mlship_core::cloud::Answer;

pub(super) async fn register(client: &Client, resource: &str, min: u32, max: u32) -> Answer<()> {
    let request = || {
        client
            .register_scalable_target()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .min_capacity(signed(min))
            .max_capacity(signed(max))
            .send()
    };
    ask(Operation::RegisterScalableTarget, request, |_| Ok(())).await
}
