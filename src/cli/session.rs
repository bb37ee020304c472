//! Builds the context of a use case from the global flags.

use std::time::Duration;

use jiff::Timestamp;

use super::{Global, output, signals};
use crate::report::{Verbosity, detail, request_line};
use mlship_aws::cloud::{AwsCloud, Options, Variables, connect};
use mlship_core::app::{Context, Interrupts, Invocation};
use mlship_core::cloud::request::Observer;
use mlship_core::cloud::{CloudError, Identity};
use mlship_core::release::Provenance;
use mlship_core::release::ids::Caller;

/// How long AWS may take to tell who is calling.
const IDENTITY_WITHIN: Duration = Duration::from_secs(10);

/// A way to AWS, and what is known of the process.
pub(super) struct Session {
    pub(super) cloud: AwsCloud,
    pub(super) interrupts: Interrupts,
    invocation: Invocation,
    pipeline: Provenance,
}

impl Session {
    /// Prepares the clients that the flags ask for. Signals keep their default, which ends the
    /// process on the spot.
    pub(super) async fn open(global: &Global) -> Result<Self, CloudError> {
        Self::with(Interrupts::never(), global).await
    }

    /// Opens one that listens to signals from the start: for who sees to them.
    pub(super) async fn listening(global: &Global) -> Result<Self, CloudError> {
        Self::with(signals::listen(), global).await
    }

    async fn with(interrupts: Interrupts, global: &Global) -> Result<Self, CloudError> {
        let cloud = connect(&Options {
            region: global.region.clone(),
            profile: global.profile.clone(),
            endpoint_url: global.endpoint_url.clone(),
            variables: Variables::of_process(),
        })
        .await?;
        for warning in cloud.warnings() {
            output::complain(&format!("warning: {warning}"));
        }
        global.trace_requests(&cloud);
        Ok(Self {
            cloud,
            interrupts,
            invocation: global.invocation(),
            pipeline: Provenance::of_pipeline(&|name| std::env::var(name).ok()),
        })
    }

    /// Opens one, and asks who is calling.
    pub(super) async fn open_as_caller(global: &Global) -> Result<(Self, Caller), CloudError> {
        Self::open(global).await?.with_caller().await
    }

    /// Opens one that listens to signals, and asks who is calling.
    pub(super) async fn listening_as_caller(global: &Global) -> Result<(Self, Caller), CloudError> {
        Self::listening(global).await?.with_caller().await
    }

    /// What needs no account id goes on without one. What names its account in the manifest is
    /// refused where nothing else tells it, see the planner's refusals.
    async fn with_caller(self) -> Result<(Self, Caller), CloudError> {
        if self.cloud.is_one_server() {
            let caller = self.cloud.caller().await?;
            return Ok((self, caller));
        }
        let asked = tokio::time::timeout(IDENTITY_WITHIN, self.cloud.caller()).await;
        let why = match asked {
            Ok(Ok(caller)) => return Ok((self, caller)),
            Ok(Err(error)) if error.is_transport() => error.to_string(),
            Ok(Err(error)) => return Err(error),
            Err(_) => format!("no answer in {} s", IDENTITY_WITHIN.as_secs()),
        };
        // Whoever has no credentials gets no further.
        let caller = self.cloud.caller_by_credentials().await?;
        output::complain(&format!(
            "warning: the account was not checked, it is {}: {why}",
            caller.account
        ));
        Ok((self, caller))
    }

    /// Returns what every use case is given.
    pub(super) fn context(&self) -> Context<'_, AwsCloud> {
        Context {
            cloud: &self.cloud,
            interrupts: &self.interrupts,
            invocation: &self.invocation,
            pipeline: &self.pipeline,
            clock: Timestamp::now,
        }
    }
}

impl Global {
    /// Has every request told to whoever asked for details.
    fn trace_requests(&self, cloud: &AwsCloud) {
        let verbosity = self.verbosity();
        if verbosity > Verbosity::Usual {
            let color = self.palette();
            detail(&format!("region {}", cloud.region()), &color);
            cloud.observe(Observer::new(move |request| {
                if let Some(line) = request_line(request, verbosity) {
                    detail(&line, &color);
                }
            }));
        }
    }

    /// Returns the flags that say where to look, for commands that a hint names.
    pub(super) fn invocation(&self) -> Invocation {
        Invocation {
            environment: self.environment.clone(),
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint_url: self.endpoint_url.clone(),
        }
    }
}
