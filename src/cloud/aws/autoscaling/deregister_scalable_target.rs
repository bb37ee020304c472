//! `DeregisterScalableTarget`: takes the policies along.

use aws_sdk_applicationautoscaling::Client;

use super::super::call::write;
use super::{DIMENSION, namespace};
use crate::cloud::Answer;

pub(super) async fn deregister(client: &Client, resource: &str) -> Answer<()> {
    write("DeregisterScalableTarget", || {
        client
            .deregister_scalable_target()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .send()
    })
    .await
    .map(|_| ())
}
