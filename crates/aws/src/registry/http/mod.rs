//! JSON over HTTP for registries without an SDK: limited in time and size, without redirects.

mod answer;
mod retry_policy;
mod sigv4;
#[cfg(test)]
mod tests;
mod transport;

pub(super) use answer::Reply;
use answer::read;
pub(super) use answer::{Exchange, aws_code, error_message, words};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
pub(super) use retry_policy::RetryPolicy;
use serde_json::Value;
pub(super) use sigv4::SigV4;
pub(super) use transport::Trust;
use transport::connector;

use super::{Answer, RegistryError, RegistryErrorKind};
use crate::cloud::transport::Routed;

/// What stays as it is in a query.
pub(super) const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Proves who asks.
pub(super) trait Authorize {
    /// Adds to a request what the server needs to know who asks.
    fn authorize(&self, request: &mut HttpRequest, body: &[u8]) -> Answer<()>;

    /// Returns what no message may repeat of what it adds.
    fn secrets(&self) -> Vec<&str>;

    /// Returns the next step for somebody whom the server does not let in.
    fn hint(&self) -> &'static str;
}

/// A server, and who asks it.
pub(super) struct Client {
    connector: Routed<Connector>,
    trust: Trust,
    base: String,
    authorize: Box<dyn Authorize>,
    patience: RetryPolicy,
}

/// A request without the server.
#[derive(Clone, Copy)]
struct Call<'a> {
    method: &'static str,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    headers: &'a [(&'static str, &'a str)],
    body: Option<Body<'a>>,
}

impl<'a> Call<'a> {
    fn get(path: &'a str, query: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            method: "GET",
            path,
            query,
            headers: &[],
            body: None,
        }
    }
}

/// What a request carries.
#[derive(Clone, Copy)]
enum Body<'a> {
    Json(&'a Value),
    /// Bytes, and what they are.
    File(&'a [u8], &'static str),
}

impl Body<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::File(bytes, _) => bytes.to_vec(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::File(_, kind) => kind,
        }
    }
}

impl Client {
    /// Prepares requests; sends none.
    pub(super) fn new(
        trust: &Trust,
        base: &str,
        authorize: Box<dyn Authorize>,
        patience: RetryPolicy,
    ) -> Answer<Self> {
        Ok(Self {
            connector: connector(trust)?,
            trust: trust.clone(),
            base: base.trim_end_matches('/').to_owned(),
            authorize,
            patience,
        })
    }

    /// Returns the server's address.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Answer<Exchange> {
        self.send(Call::get(path, query)).await
    }

    /// Sends a body. It must do the same twice, since a lost answer is asked for again.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer<Exchange> {
        self.post_with(path, &[], body).await
    }

    /// Sends a body with headers of its own.
    pub(super) async fn post_with(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &Value,
    ) -> Answer<Exchange> {
        let call = Call {
            method: "POST",
            path,
            query: &[],
            headers,
            body: Some(Body::Json(body)),
        };
        self.send(call).await
    }

    /// Sends a body that would do more twice, once. Where nothing comes back, nobody knows whether
    /// it was done.
    pub(super) async fn post_once(&self, path: &str, body: &Value) -> Answer<Exchange> {
        let call = Call {
            method: "POST",
            path,
            query: &[],
            headers: &[],
            body: Some(Body::Json(body)),
        };
        let reply = self.attempt(call).await;
        self.taken(call, &reply?)
    }

    /// Puts a file in the place of the one that is there.
    pub(super) async fn put(&self, path: &str, bytes: &[u8], kind: &'static str) -> Answer<Reply> {
        let call = Call {
            method: "PUT",
            path,
            query: &[],
            headers: &[],
            body: Some(Body::File(bytes, kind)),
        };
        self.reply(call).await
    }

    /// Gets something that may be anything.
    pub(super) async fn fetch(&self, path: &str, query: &[(&str, &str)]) -> Answer<Reply> {
        self.reply(Call::get(path, query)).await
    }

    async fn send(&self, call: Call<'_>) -> Answer<Exchange> {
        let reply = self.reply(call).await?;
        self.taken(call, &reply)
    }

    fn taken(&self, call: Call<'_>, reply: &Reply) -> Answer<Exchange> {
        let secrets = self.authorize.secrets();
        let exchange = read(reply, &self.place(call), &secrets);
        exchange.map_err(|error| self.explain(error))
    }

    async fn reply(&self, call: Call<'_>) -> Answer<Reply> {
        let mut attempt = 1;
        loop {
            let reply = self.attempt(call).await;
            let (again, wait) = match &reply {
                Ok(reply) => (reply.is_busy(), reply.asked_wait()),
                Err(error) => (error.kind == RegistryErrorKind::Unreachable, None),
            };
            let wait = again.then(|| self.patience.wait(attempt, wait)).flatten();
            let Some(wait) = wait else {
                return reply;
            };
            mlship_core::pause::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, call: Call<'_>) -> Answer<Reply> {
        let request = self.request(call)?;
        let exchange = async {
            let response = self.connector.call(request).await;
            let response = response
                .map_err(|error| transport::failed(&error, &self.place(call), &self.trust))?;
            Reply::receive(response, &self.place(call)).await
        };
        match tokio::time::timeout(self.patience.attempt, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(RegistryError::new(
                RegistryErrorKind::Unreachable,
                format!(
                    "{}: no answer in {} s",
                    self.place(call),
                    self.patience.attempt.as_secs_f64()
                ),
            )),
        }
    }

    fn request(&self, call: Call<'_>) -> Answer<HttpRequest> {
        let bytes = call.body.as_ref().map(Body::bytes).unwrap_or_default();
        let mut request = HttpRequest::new(SdkBody::from(&bytes[..]));
        let uri = format!("{}{}{}", self.base, call.path, query(call.query));
        let built = request
            .set_method(call.method)
            .and_then(|()| request.set_uri(uri));
        if built.is_err() {
            let message = format!("{} is no address that can be asked", self.base);
            return Err(RegistryError::new(RegistryErrorKind::NotARegistry, message));
        }
        let headers = request.headers_mut();
        headers.insert("accept", "application/json, */*;q=0.1");
        headers.insert("user-agent", concat!("mlship/", env!("CARGO_PKG_VERSION")));
        if let Some(body) = &call.body {
            headers.insert("content-type", body.kind());
            headers.insert("content-length", bytes.len().to_string());
        }
        for (name, value) in call.headers {
            headers.insert(*name, (*value).to_owned());
        }
        self.authorize.authorize(&mut request, &bytes)?;
        Ok(request)
    }

    pub(super) fn explain(&self, error: RegistryError) -> RegistryError {
        if error.kind == RegistryErrorKind::Refused {
            return error.hint(self.authorize.hint());
        }
        error
    }

    /// Names a request in messages: without its query, which only repeats what was asked for.
    fn place(&self, call: Call<'_>) -> String {
        format!("{} {}{}", call.method, self.base, call.path)
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, PLAIN));
    }
    text
}
