//! Signs requests with AWS Signature Version 4 where no SDK makes them.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningInstructions,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::Authorize;
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
        let signed = self.sign(request, body).map_err(|error| {
            let message = format!("cannot sign a request: {error}");
            RegistryError::new(RegistryErrorKind::Refused, message)
        })?;
        let (headers, _) = signed.into_parts();
        for header in headers {
            let value = header.value().to_owned();
            request.headers_mut().insert(header.name(), value);
        }
        Ok(())
    }

    fn secrets(&self) -> Vec<&str> {
        self.credentials.session_token().into_iter().collect()
    }

    fn hint(&self) -> &'static str {
        "the request was signed with your AWS credentials: see whose they are with \
         aws sts get-caller-identity, and allow them to use the registry"
    }
}

impl SigV4 {
    fn sign(&self, request: &HttpRequest, body: &[u8]) -> Result<SigningInstructions, BoxError> {
        let identity = Identity::from(self.credentials.clone());
        let mut settings = SigningSettings::default();
        // MLflow in SageMaker asks for it.
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        if self.service == "s3" {
            // A key may hold what elsewhere is the way up or nothing, and is signed as it is sent.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()?;
        // A proxy may change the others.
        let headers = request.headers().iter();
        let headers = headers.filter(|(name, _)| *name == "content-type" || name.starts_with("x-"));
        let body = SignableBody::Bytes(body);
        let signable = SignableRequest::new(request.method(), request.uri(), headers, body)?;
        Ok(sign(signable, &parameters.into())?.into_parts().0)
    }
}

#[cfg(test)]
mod tests;
