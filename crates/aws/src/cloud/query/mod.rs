//! EC2 and IAM without their SDKs, which are larger than all others together: requests of the query
//! protocol, signed here, that take the same way as every other request.

mod element;
mod place;

use std::fmt;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime::client::orchestrator::operation::Operation as Sent;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::timeout::TimeoutConfig;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(super) use element::Element;
pub(super) use place::{EC2, IAM, Service};

use super::counter::Counter;
use super::operation::Operation;
use super::signature::{Scope, sign};

/// What stays as it is in a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A service that speaks the query protocol, and who asks it.
#[derive(Debug, Clone)]
pub(super) struct QueryClient {
    service: Service,
    http: Option<SharedHttpClient>,
    timeouts: TimeoutConfig,
    sleeps: Option<aws_config::SdkConfig>,
    credentials: SharedCredentialsProvider,
    counter: Counter,
    endpoint: String,
    region: String,
}

impl QueryClient {
    /// Prepares requests; sends none.
    pub(super) fn new(
        service: Service,
        config: &SdkConfig,
        credentials: &SharedCredentialsProvider,
        region: &str,
        counter: &Counter,
    ) -> Self {
        let own = super::connection::endpoint(config, service.name);
        Self {
            service,
            http: config.http_client(),
            timeouts: config
                .timeout_config()
                .cloned()
                .unwrap_or_else(TimeoutConfig::disabled),
            sleeps: config.sleep_impl().is_some().then(|| config.clone()),
            credentials: credentials.clone(),
            counter: counter.clone(),
            endpoint: own.unwrap_or_else(|| service.endpoint(region)),
            region: service.region(region).to_owned(),
        }
    }

    /// Prepares a request.
    pub(super) fn request(&self, operation: Operation) -> QueryRequest {
        let fixed = [
            ("Action", operation.name()),
            ("Version", self.service.version),
        ];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        QueryRequest {
            client: self.clone(),
            operation,
            parameters: fixed.to_vec(),
        }
    }
}

/// A request of the query protocol.
#[derive(Debug)]
pub(super) struct QueryRequest {
    client: QueryClient,
    operation: Operation,
    parameters: Vec<(String, String)>,
}

/// The refusal of a service.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct QueryError(ErrorMetadata);

impl ProvideErrorMetadata for QueryError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl QueryRequest {
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    pub(super) fn maybe(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list, whose items are numbered.
    pub(super) fn list(self, name: &str, values: &[String]) -> Self {
        let numbered = values.iter().enumerate();
        numbered.fold(self, |request, (at, value)| {
            request.with(format!("{name}.{}", at + 1), value)
        })
    }

    /// Sends it, and returns the root of the answer.
    pub(super) async fn send(self) -> Result<Element, SdkError<QueryError, HttpResponse>> {
        let client = self.client;
        let credentials = client.credentials.provide_credentials().await;
        let credentials = credentials.map_err(SdkError::construction_failure)?;
        let body = form(&self.parameters);
        let mut operation = Sent::builder()
            .service_name(client.service.name)
            .operation_name(self.operation.name())
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&client.endpoint)
            .no_auth()
            .no_retry()
            .timeout_config(client.timeouts)
            .interceptor(Signing {
                credentials,
                region: client.region,
                service: client.service.signed,
            })
            .interceptor(client.counter);
        if let Some(http) = client.http {
            operation = operation.http_client(http);
        }
        if let Some(sleep) = client.sleeps.as_ref().and_then(SdkConfig::sleep_impl) {
            operation = operation.sleep_impl(sleep);
        }
        let operation = operation
            .serializer(move |body: String| request(body))
            .deserializer(read)
            .build();
        operation.invoke(body).await
    }
}

fn form(parameters: &[(String, String)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, PLAIN);
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn request(body: String) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method("POST")?;
    request.set_uri("/")?;
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-www-form-urlencoded");
    headers.insert("content-length", body.len().to_string());
    headers.insert("user-agent", concat!("mlship/", env!("CARGO_PKG_VERSION")));
    *request.body_mut() = SdkBody::from(body);
    Ok(request)
}

/// Reads an answer, or the refusal that it is.
fn read(response: &HttpResponse) -> Result<Element, OrchestratorError<QueryError>> {
    let root = response.body().bytes().and_then(Element::read);
    let Some(root) = root else {
        let what: BoxError = "no XML".into();
        return Err(OrchestratorError::response(what));
    };
    if response.status().is_success() {
        return Ok(root);
    }
    // `<ErrorResponse><Error>`, and EC2's `<Response><Errors><Error>`.
    let error = root.child("Errors").unwrap_or(&root).child("Error");
    let text = |name: &str| error.and_then(|error| error.text(name));
    let mut metadata = ErrorMetadata::builder();
    if let Some(code) = text("Code") {
        metadata = metadata.code(code);
    }
    if let Some(words) = text("Message") {
        metadata = metadata.message(words);
    }
    Err(OrchestratorError::operation(QueryError(metadata.build())))
}

/// Signs a request once it is known where it goes.
struct Signing {
    credentials: Credentials,
    region: String,
    service: &'static str,
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").finish_non_exhaustive()
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Signing {
    fn name(&self) -> &'static str {
        "Signing"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        let scope = Scope {
            region: &self.region,
            service: self.service,
        };
        sign(request, &body, &self.credentials, scope)
    }
}
