//! Signs requests with AWS Signature Version 4 where no SDK makes them.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign as signed,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// For whom a signature is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) region: &'a str,
    /// The service's name in signatures.
    pub(crate) service: &'static str,
}

/// Adds a signature to a request.
pub(crate) fn sign(
    request: &mut HttpRequest,
    body: &[u8],
    credentials: &Credentials,
    scope: Scope<'_>,
) -> Result<(), BoxError> {
    let identity = Identity::from(credentials.clone());
    let mut settings = SigningSettings::default();
    // MLflow in SageMaker asks for it.
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    if scope.service == "s3" {
        // A key may hold what elsewhere is the way up or nothing, and is signed as it is sent.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(SystemTime::now())
        .settings(settings)
        .build()?;
    // A proxy may change the others.
    let headers = request.headers().iter();
    let headers = headers.filter(|(name, _)| *name == "content-type" || name.starts_with("x-"));
    let body = SignableBody::Bytes(body);
    let signable = SignableRequest::new(request.method(), request.uri(), headers, body)?;
    let (headers, _) = signed(signable, &parameters.into())?
        .into_parts()
        .0
        .into_parts();
    for header in headers {
        let value = header.value().to_owned();
        request.headers_mut().insert(header.name(), value);
    }
    Ok(())
}
