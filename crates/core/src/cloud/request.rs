//! What an observer learns of an AWS request. Never its content, which may be secret.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A request, as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The service, such as `ECS`.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// 1 for the first time that it is sent.
    pub attempt: u32,
    /// Where it goes.
    pub host: Option<&'a str>,
    /// How far it has come.
    pub stage: Stage<'a>,
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage<'a> {
    /// It is about to be sent.
    Sent,
    /// It came to an end.
    Ended {
        /// How long it took.
        took: Duration,
        /// What came of it.
        outcome: Outcome<'a>,
        /// By what AWS's support finds it.
        request_id: Option<&'a str>,
    },
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// An answer with this status of HTTP.
    Answered(u16),
    /// An answer that is none of AWS's: its status, and its type or what is wrong with it.
    Foreign(&'a str),
    /// No answer in time.
    TimedOut,
    /// No answer.
    Unanswered,
}

/// Hears of requests.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Request<'_>) + Send + Sync>);

impl Observer {
    /// Hears of requests by calling a function.
    pub fn new(hear: impl Fn(&Request<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Tells of a request.
    pub fn notify(&self, request: &Request<'_>) {
        (self.0)(request);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Observer")
    }
}
