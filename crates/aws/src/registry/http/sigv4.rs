//! Signs requests with AWS Signature Version 4 where no SDK makes them.

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::Authorize;
use crate::cloud::signature::{Scope, sign};
use mlship_core::registry::{Answer, RegistryError, RegistryErrorKind};

/// Who asks which service of AWS.
pub(in crate::registry) struct SigV4 {
    pub(in crate::registry) credentials: Credentials,
    pub(in crate::registry) region: String,
    /// The service's name in signatures.
    pub(in crate::registry) service: &'static str,
    /// What every request says besides, and the signature covers.
    pub(in crate::registry) headers: Vec<(&'static str, String)>,
}

impl Authorize for SigV4 {
    fn authorize(&self, request: &mut HttpRequest, body: &[u8]) -> Answer<()> {
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.clone());
        }
        let scope = Scope {
            region: &self.region,
            service: self.service,
        };
        sign(request, body, &self.credentials, scope).map_err(|error| {
            let message = format!("cannot sign a request: {error}");
            RegistryError::new(RegistryErrorKind::Refused, message)
        })
    }

    fn secrets(&self) -> Vec<&str> {
        self.credentials.session_token().into_iter().collect()
    }

    fn hint(&self) -> &'static str {
        "the request was signed with your AWS credentials: see whose they are with \
         aws sts get-caller-identity, and allow them to use the registry"
    }
}

#[cfg(test)]
mod tests;
