//! An HTTP layer below the SDKs: reads each answer whole, within limits, and rejects answers that
//! AWS did not write.
//!
//! The SDKs read some answers not at all, such as that to `AddTags`, and take what a proxy says for
//! AWS's refusal.

use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

use super::body::{Broken, receive};

/// The longest answer that is read: 16 MiB. AWS's own limits are about 1 MiB.
const LONGEST: usize = 16 * 1024 * 1024;

/// The headers by which AWS, and what stands in for it, tells its answers apart.
const REQUEST_ID: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// An answer that is none of AWS's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("HTTP {status}, {what}")]
pub(super) struct Foreign {
    /// The HTTP status.
    pub(super) status: u16,
    /// Its type, or what is wrong with it.
    what: String,
}

/// Returns a client that lets only answers of AWS through.
pub(super) fn strict(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Strict(client))
}

#[derive(Debug)]
struct Strict(SharedHttpClient);

impl HttpClient for Strict {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.0.http_connector(settings, components);
        SharedHttpConnector::new(StrictConnector(inner))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct StrictConnector(SharedHttpConnector);

impl HttpConnector for StrictConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let form = Form::of(&request);
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            let body = std::mem::replace(response.body_mut(), SdkBody::taken());
            let body = match receive(body, LONGEST).await {
                Ok(body) => body,
                Err(Broken::Off(why)) => return Err(ConnectorError::io(why)),
                Err(Broken::TooLong) => {
                    return Err(foreign(&response, "longer than 16 MiB"));
                }
            };
            if let Some(form) = form
                && let Err(what) = form.check(&response, &body)
            {
                return Err(foreign(&response, &what));
            }
            *response.body_mut() = SdkBody::from(body);
            Ok(response)
        })
    }
}

fn foreign(response: &HttpResponse, what: &str) -> ConnectorError {
    let foreign = Foreign {
        status: response.status().as_u16(),
        what: what.to_owned(),
    };
    ConnectorError::other(foreign.into(), None)
}

/// The form in which a service speaks; those of other services, such as the instance's own, are
/// bounded and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Json,
    /// XML, for an action.
    Query(String),
    Cbor,
}

impl Form {
    fn of(request: &HttpRequest) -> Option<Self> {
        let headers = request.headers();
        if headers.get("x-amz-target").is_some() {
            return Some(Self::Json);
        }
        if headers.get("smithy-protocol") == Some("rpc-v2-cbor") {
            return Some(Self::Cbor);
        }
        let is_form = headers.get("content-type") == Some("application/x-www-form-urlencoded");
        let body = request.body().bytes().filter(|_| is_form)?;
        let body = std::str::from_utf8(body).ok()?;
        let mut fields = body.split('&');
        let action = fields.find_map(|field| field.strip_prefix("Action="))?;
        Some(Self::Query(action.to_owned()))
    }

    /// Returns what is wrong with an answer.
    fn check(&self, response: &HttpResponse, body: &[u8]) -> Result<(), String> {
        let headers = response.headers();
        let given = headers.get("content-type").unwrap_or_default();
        let kind = given.split(';').next().unwrap_or_default().trim();
        let kind = kind.to_ascii_lowercase();
        let is_signed = REQUEST_ID.iter().any(|name| headers.get(name).is_some());
        let fits = match self {
            // Emulators write errors as plain JSON; a proxy's has no request id.
            Self::Json => {
                kind.starts_with("application/x-amz-json-")
                    || (is_signed && matches!(&*kind, "" | "application/json"))
            }
            Self::Query(_) => matches!(&*kind, "" | "text/xml" | "application/xml"),
            Self::Cbor => kind == "application/cbor" || (is_signed && kind.is_empty()),
        };
        if !fits {
            return Err(if kind.is_empty() {
                format!("{} bytes without a type", body.len())
            } else {
                shown(&kind)
            });
        }
        let is_success = response.status().is_success();
        let is_whole = match self {
            // Where an answer holds nothing it may be empty, and nothing but its id tells whose.
            Self::Json | Self::Cbor if body.is_empty() => is_success && is_signed,
            Self::Json => matches!(serde_json::from_slice(body), Ok(Value::Object(_))),
            Self::Query(action) if is_success => is_document(body, &format!("{action}Response")),
            // EC2's are older than the others'.
            Self::Query(_) => is_document(body, "ErrorResponse") || is_document(body, "Response"),
            // A map: the first three bits.
            Self::Cbor => body.first().is_some_and(|first| first >> 5 == 5),
        };
        if is_whole {
            Ok(())
        } else {
            Err(format!("no {self} in {} bytes", body.len()))
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Query(_) => "XML of this action",
            Self::Cbor => "CBOR",
        })
    }
}

/// Returns whether a text is a document with this root, from its first tag to its last.
fn is_document(body: &[u8], root: &str) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    let mut text = text.trim_start_matches('\u{feff}').trim();
    if let Some(declared) = text.strip_prefix("<?xml") {
        text = declared
            .split_once("?>")
            .map_or("", |(_, rest)| rest)
            .trim_start();
    }
    let begins = text
        .strip_prefix('<')
        .and_then(|text| text.strip_prefix(root))
        .is_some_and(|rest| rest.starts_with(|next: char| next == '>' || next.is_whitespace()));
    begins && text.ends_with(&format!("</{root}>"))
}

/// Returns as much of a foreign text as a message may have.
fn shown(text: &str) -> String {
    let plain = text.chars().filter(char::is_ascii_graphic);
    plain.take(60).collect()
}
