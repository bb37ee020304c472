//! Secrets Manager and the Parameter Store: whether a secret is there, never its value.

mod manager;
mod name;
mod parameters;
mod values;

pub(super) use name::SecretName;
pub(super) use {manager::described, values::has_parameter};

use super::AwsCloud;
use mlship_core::cloud::{Answer, Secrets};

impl Secrets for AwsCloud {
    async fn has_secret(&self, value_from: &str) -> Answer<bool> {
        match SecretName::parse(value_from) {
            SecretName::Secret { id, region } => manager::is_there(&self.secrets, id, region).await,
            SecretName::Parameter { name, region } => {
                parameters::is_there(&self.parameters, &name, region).await
            }
        }
    }
}
