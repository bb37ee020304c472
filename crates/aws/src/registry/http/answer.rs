//! Reads the answer of a registry: usable JSON, or an error that says why not.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;

use crate::cloud::body::{Broken, receive};
use crate::cloud::kind_of;
use mlship_core::cloud::ErrorKind;
use mlship_core::registry::truncated;
use mlship_core::registry::{Answer, RegistryError, RegistryErrorKind};

/// The longest answer that is read. A version with its run takes a few thousand bytes.
const LONGEST: usize = 8 * 1024 * 1024;
/// What stands for a secret.
const HIDDEN: &str = "***";

/// An answer as it came.
pub(in crate::registry) struct Reply {
    /// The HTTP status.
    pub(in crate::registry) status: u16,
    /// In which region S3 has the bucket that was asked for.
    pub(in crate::registry) bucket_region: Option<String>,
    location: Option<String>,
    retry_after: Option<Duration>,
    /// What came.
    pub(in crate::registry) body: Vec<u8>,
}

/// An answer in JSON: of success, or of a refusal that its code explains.
#[derive(Debug)]
pub(in crate::registry) struct Exchange {
    /// The HTTP status.
    pub(in crate::registry) status: u16,
    /// The JSON.
    pub(in crate::registry) body: Value,
}

impl Reply {
    /// Returns whether the server may answer otherwise soon.
    pub(super) fn is_busy(&self) -> bool {
        self.status == 429 || self.status >= 500 || self.is_throttled()
    }

    /// AWS answers 400 to who asks too often.
    fn is_throttled(&self) -> bool {
        let parse = || serde_json::from_slice(&self.body).ok();
        let body: Option<Value> = (self.status == 400).then(parse).flatten();
        let code = body.as_ref().and_then(aws_code);
        code.is_some_and(|code| kind_of(code, "", self.status) == ErrorKind::Throttled)
    }

    /// Returns the wait that the server asks for.
    pub(super) fn asked_wait(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Reads an answer to its end, or to the limit.
    pub(super) async fn receive(mut response: HttpResponse, place: &str) -> Answer<Self> {
        let header = |name: &str| response.headers().get(name).map(str::to_owned);
        let seconds = header("retry-after").and_then(|text| text.parse().ok());
        let mut reply = Self {
            status: response.status().as_u16(),
            bucket_region: header("x-amz-bucket-region"),
            location: header("location"),
            retry_after: seconds.map(Duration::from_secs),
            body: Vec::new(),
        };
        match receive(response.take_body(), LONGEST).await {
            Ok(body) => reply.body = body,
            Err(Broken::Off(_)) => {
                let message = format!("{place}: the answer broke off");
                return Err(RegistryError::new(RegistryErrorKind::Unreachable, message));
            }
            Err(Broken::TooLong) => {
                let message = format!("{place}: the answer has more than 8 MiB");
                let error = RegistryError::new(RegistryErrorKind::NotARegistry, message);
                return Err(error.hint("check that the address is the registry's"));
            }
        }
        Ok(reply)
    }
}

/// Returns an answer that a registry can make sense of.
///
/// Some servers repeat a request that they refuse, and with it what proved who asks.
pub(super) fn read(reply: &Reply, place: &str, secrets: &[&str]) -> Answer<Exchange> {
    let of = |kind, what: String| RegistryError::new(kind, format!("{place}: {what}"));
    let status = reply.status;
    let mut body: Option<Value> = serde_json::from_slice(&reply.body).ok();
    if let Some(body) = body.as_mut().filter(|_| status >= 400) {
        hide(body, secrets);
    }
    let words = body.as_ref().map(error_message).unwrap_or_default();
    match status {
        401 => Err(of(
            RegistryErrorKind::Refused,
            "it does not know who asks (HTTP 401)".to_owned(),
        )),
        403 => Err(of(
            RegistryErrorKind::Refused,
            format!("who asks may not do this (HTTP 403){words}"),
        )),
        429 | 500.. => Err(of(
            RegistryErrorKind::Unreachable,
            format!("HTTP {status}{words}"),
        )),
        300..=399 => Err(of(
            RegistryErrorKind::NotARegistry,
            format!("it sends elsewhere (HTTP {status}){}", target(reply)),
        )
        .hint("write the registry's own address; a login page cannot be passed from here")),
        _ => match body {
            Some(body @ Value::Object(_)) => Ok(Exchange { status, body }),
            Some(_) | None => Err(of(
                RegistryErrorKind::NotARegistry,
                format!("no JSON comes back (HTTP {status})"),
            )
            .hint("check that the address is the registry's, not that of a page or a proxy")),
        },
    }
}

fn hide(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::String(text) => {
            for secret in secrets {
                *text = text.replace(secret, HIDDEN);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| hide(member, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns where a redirect leads, without what may be confidential in it.
fn target(reply: &Reply) -> String {
    let location = reply.location.as_deref().unwrap_or_default();
    let plain = location.split(['?', '#']).next().unwrap_or_default();
    let plain = plain.rsplit_once('@').map_or(plain, |(_, host)| host);
    if plain.is_empty() {
        String::new()
    } else {
        format!(", to {}", truncated(plain))
    }
}

/// Returns the code by which AWS names an error, in its protocol for JSON.
pub(in crate::registry) fn aws_code(body: &Value) -> Option<&str> {
    let named = body["__type"].as_str()?;
    // A namespace may come before it.
    Some(named.rsplit('#').next().unwrap_or(named))
}

/// Returns a server's own words on an error, which AWS writes in either way.
pub(in crate::registry) fn words(body: &Value) -> &str {
    let words = body["message"].as_str().or(body["Message"].as_str());
    words.unwrap_or_default()
}

/// Returns a server's own words on an error, as the end of a message.
pub(in crate::registry) fn error_message(body: &Value) -> String {
    let words = words(body);
    if words.is_empty() {
        String::new()
    } else {
        format!(": {}", truncated(words))
    }
}
