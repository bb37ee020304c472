//! Counts the requests that are sent, every retry included, and reports each to an observer: its
//! operation, duration, result and AWS request id, never its content.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use aws_sdk_ecs::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_ecs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{
    HttpRequest, HttpResponse, Metadata, OrchestratorError,
};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use super::classify::foreign;
use mlship_core::cloud::count_request;
use mlship_core::cloud::request::{Observer, Outcome, Request, Stage};

/// Where AWS's services put the id of a request.
const IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// A shared count of requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Counter {
    total: Arc<AtomicU64>,
    observer: Arc<OnceLock<Observer>>,
}

/// When an attempt was sent, and the how manieth it is.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    number: u32,
    sent: Instant,
}

impl Storable for Attempt {
    type Storer = StoreReplace<Self>;
}

impl Counter {
    pub(super) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Tells this observer of requests from now on; the first one stays.
    pub(super) fn observe(&self, observer: Observer) {
        let _ = self.observer.set(observer);
    }

    fn notify(&self, cfg: &ConfigBag, attempt: u32, host: Option<&str>, stage: Stage<'_>) {
        if let (Some(observer), Some(metadata)) = (self.observer.get(), cfg.load::<Metadata>()) {
            observer.notify(&Request {
                service: metadata.service(),
                operation: metadata.name(),
                attempt,
                host,
                stage,
            });
        }
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.total.fetch_add(1, Ordering::Relaxed);
        count_request();
        let before = cfg.load::<Attempt>().map_or(0, |attempt| attempt.number);
        let number = before + 1;
        self.notify(cfg, number, host(context.request()), Stage::Sent);
        let sent = Instant::now();
        cfg.interceptor_state().store_put(Attempt { number, sent });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Without one it never came to a request, as with credentials that can't be loaded.
        let Some(Attempt { number, sent }) = cfg.load::<Attempt>().copied() else {
            return Ok(());
        };
        let error = context.output_or_error().and_then(Result::err);
        let foreign = error
            .and_then(OrchestratorError::as_connector_error)
            .and_then(|error| foreign(error))
            .map(ToString::to_string);
        let outcome = match (context.response(), error) {
            (Some(response), _) => Outcome::Answered(response.status().as_u16()),
            (None, _) if let Some(what) = &foreign => Outcome::Foreign(what),
            (None, Some(error)) if error.is_timeout_error() => Outcome::TimedOut,
            (None, _) => Outcome::Unanswered,
        };
        let stage = Stage::Ended {
            took: sent.elapsed(),
            outcome,
            request_id: context.response().and_then(request_id),
        };
        self.notify(cfg, number, context.request().and_then(host), stage);
        Ok(())
    }
}

fn host(request: &HttpRequest) -> Option<&str> {
    let (_, rest) = request.uri().split_once("://")?;
    rest.split(['/', '?']).next()
}

fn request_id(response: &HttpResponse) -> Option<&str> {
    IDS.iter().find_map(|name| response.headers().get(*name))
}
