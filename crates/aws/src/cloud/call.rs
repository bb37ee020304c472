//! Sends every AWS request and reads its answer.
//!
//! An answer is one only when its reader finds in it what was asked for. Reads are asked again
//! where there is none; writes are sent once unless AWS was too busy to look at them. Each waits for its
//! turn, at the rate that AWS takes.

use std::collections::HashSet;
use std::error::Error;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::api::Api;
use super::classify::classify;
use super::lacks::Lacks;
use super::operation::{Effect, Operation};
use mlship_core::cloud::retry;
use mlship_core::cloud::{Answer, CloudError, in_turn};

/// The most pages that one question takes: more are an answer that leads round in a circle.
const MOST_PAGES: usize = 1000;

/// A part of a list, and the name of the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

impl<C> Api<C> {
    /// Sends a request once it is its turn, and takes from its answer what was asked for.
    pub(super) async fn ask<O, E, T, F>(
        &self,
        operation: Operation,
        request: impl Fn() -> F,
        take: impl Fn(O) -> Result<T, Lacks>,
    ) -> Answer<T>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let policy = match operation.effect() {
            Effect::Read => &retry::READ,
            Effect::Write => &retry::THROTTLED_WRITE,
        };
        let limiter = self.limits.of(operation.bucket());
        let request = &request;
        let take = &take;
        in_turn(limiter, policy, || async move {
            // The SDK's futures are large.
            match Box::pin(request()).await {
                Ok(answer) => take(answer).map_err(|lacks| lacks.of(operation)),
                Err(error) => Err(classify(operation, &error)),
            }
        })
        .await
    }

    /// Asks for a list page by page, until it has `enough` or ends. A page may be empty, and more
    /// may come: what has pages is asked for in no other way.
    pub(super) async fn pages<O, E, T, F>(
        &self,
        operation: Operation,
        enough: usize,
        request: impl Fn(Option<String>) -> F,
        take: impl Fn(O) -> Result<Page<T>, Lacks>,
    ) -> Answer<Vec<T>>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        let mut led_to = Tokens::default();
        loop {
            let page = self.ask(operation, || request(token.clone()), &take);
            let (some, next) = Box::pin(page).await?;
            found.extend(some);
            token = led_to.follow(operation, next)?;
            if token.is_none() || found.len() >= enough {
                return Ok(found);
            }
        }
    }
}

/// Where pages led so far.
#[derive(Default)]
pub(super) struct Tokens(HashSet<String>);

impl Tokens {
    /// Takes in where a page leads, which is somewhere new or nowhere.
    pub(super) fn follow(
        &mut self,
        operation: Operation,
        next: Option<String>,
    ) -> Answer<Option<String>> {
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return Ok(None);
        };
        if self.0.len() < MOST_PAGES && self.0.insert(next.clone()) {
            return Ok(Some(next));
        }
        let what = "its pages lead round in a circle";
        Err(CloudError::unreadable(operation.name(), what))
    }
}
