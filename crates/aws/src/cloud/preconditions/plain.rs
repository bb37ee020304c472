//! Requests without a signature: for layers of images by an address that AWS signed, and to other
//! registries by their own protocol.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime::client::orchestrator::operation::Operation as Sent;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::counter::Counter;

/// How often a request is sent on.
const REDIRECTS: usize = 3;
/// How long one may take.
const WITHIN: Duration = Duration::from_secs(5);

/// Sends such requests.
#[derive(Debug, Clone)]
pub(in super::super) struct PlainHttp {
    config: SdkConfig,
    counter: Counter,
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PlainAnswer {
    pub(super) status: u16,
    /// How to prove who asks.
    pub(super) challenge: Option<String>,
    location: Option<String>,
    pub(super) body: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct Never;

impl PlainHttp {
    /// Prepares requests by the same connections as all others.
    pub(in super::super) fn new(config: &SdkConfig, counter: &Counter) -> Self {
        Self {
            config: config.clone(),
            counter: counter.clone(),
        }
    }

    /// Gets something, wherever it is by now.
    pub(super) async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> Result<PlainAnswer, String> {
        let mut url = url.to_owned();
        let mut headers = headers.to_vec();
        for _ in 0..=REDIRECTS {
            let answer = self.send("GET", &url, &headers, "").await?;
            match &answer.location {
                Some(location) if matches!(answer.status, 301 | 302 | 303 | 307 | 308) => {
                    url = followed(&url, location)?;
                    // Who asks is nobody else's business.
                    headers.retain(|(name, _)| *name != "authorization");
                }
                Some(_) | None => return Ok(answer),
            }
        }
        Err("it sends on and on".to_owned())
    }

    /// Asks whether something is there.
    pub(super) async fn head(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> Result<PlainAnswer, String> {
        self.send("HEAD", url, headers, "").await
    }

    /// Sends a form to nobody but whom it is addressed to.
    pub(super) async fn post(
        &self,
        url: &str,
        form: &[(&str, &str)],
    ) -> Result<PlainAnswer, String> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let fields = form.iter();
        let fields = fields.map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = fields.collect::<Vec<_>>().join("&");
        let kind = (
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        );
        self.send("POST", url, &[kind], &body).await
    }

    async fn send(
        &self,
        method: &'static str,
        url: &str,
        headers: &[(&'static str, String)],
        body: &str,
    ) -> Result<PlainAnswer, String> {
        let (base, path) = split(url).ok_or_else(|| "its address is none".to_owned())?;
        let mut operation = Sent::builder()
            .service_name("HTTP")
            .operation_name(method)
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(base)
            .no_auth()
            .no_retry()
            .timeout_config(TimeoutConfig::disabled())
            .interceptor(self.counter.clone());
        if let Some(http) = self.config.http_client() {
            operation = operation.http_client(http);
        }
        if let Some(sleep) = self.config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        let (path, headers, body) = (path.to_owned(), headers.to_vec(), body.to_owned());
        let operation = operation
            .serializer(move |()| request(method, &path, &headers, &body))
            .deserializer(|response| Ok::<_, OrchestratorError<Never>>(read(response)))
            .build();
        match tokio::time::timeout(WITHIN, operation.invoke(())).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(root(&error)),
            Err(_) => Err(format!("no answer in {} s", WITHIN.as_secs())),
        }
    }
}

fn request(
    method: &str,
    path: &str,
    headers: &[(&'static str, String)],
    body: &str,
) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(if body.is_empty() {
        SdkBody::empty()
    } else {
        SdkBody::from(body)
    });
    request.set_method(method)?;
    request.set_uri(path)?;
    let own = concat!("mlship/", env!("CARGO_PKG_VERSION"));
    request.headers_mut().insert("user-agent", own);
    for (name, value) in headers {
        request.headers_mut().try_insert(*name, value.clone())?;
    }
    Ok(request)
}

fn read(response: &HttpResponse) -> PlainAnswer {
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    PlainAnswer {
        status: response.status().as_u16(),
        challenge: header("www-authenticate"),
        location: header("location"),
        body: response.body().bytes().unwrap_or_default().to_vec(),
    }
}

fn root(error: &SdkError<Never, HttpResponse>) -> String {
    let chain = super::super::classify::chain(error);
    chain.last().map_or_else(String::new, ToString::to_string)
}

/// Divides an address into the server and the rest.
fn split(url: &str) -> Option<(&str, &str)> {
    let host = url.find("://")? + 3;
    let path = url[host..]
        .find(['/', '?'])
        .map_or(url.len(), |at| host + at);
    let rest = &url[path..];
    Some((&url[..path], if rest.is_empty() { "/" } else { rest }))
}

/// Returns where an answer sends to, unless that is a place that anybody could read.
fn followed(from: &str, to: &str) -> Result<String, String> {
    let (base, _) = split(from).ok_or_else(|| "its address is none".to_owned())?;
    let to = if to.starts_with('/') {
        format!("{base}{to}")
    } else {
        to.to_owned()
    };
    let is_as_good = to.starts_with("https://") || !from.starts_with("https://");
    if is_as_good && split(&to).is_some() {
        Ok(to)
    } else {
        Err("it sends to another kind of address".to_owned())
    }
}
