//! Systems Manager's `GetParameters`, without decryption: it names those that are not there, takes a
//! permission on the parameters alone, and what it returns is not kept.

use super::super::api::ParametersApi;
use super::super::lacks::Lacks;
use super::super::operation::Operation;
use super::parameters::in_region;
use mlship_core::cloud::Answer;

pub(in super::super) async fn has_parameter(
    client: &ParametersApi,
    name: &str,
    region: Option<&str>,
) -> Answer<bool> {
    let request = || {
        client
            .get_parameters()
            .names(name)
            .with_decryption(false)
            .customize()
            .config_override(in_region(region))
            .send()
    };
    client
        .ask(Operation::GetParameters, request, |answer| {
            if answer
                .invalid_parameters()
                .iter()
                .any(|missing| missing == name)
            {
                return Ok(false);
            }
            match answer.parameters().first() {
                Some(_) => Ok(true),
                None => Err(Lacks::new("it does not tell of the parameter")),
            }
        })
        .await
}
