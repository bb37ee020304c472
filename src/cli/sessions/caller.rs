//! Asks whose credentials a profile has, as far as that has to be known.

use std::time::Duration;

use crate::cli::output;
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::Interrupts;
use mlship_core::cloud::{Answer, CloudError, ErrorKind, Identity};
use mlship_core::release::ids::Caller;

/// How long AWS may take to tell who is calling, where nothing goes on without.
const IDENTITY_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait for who calls, where a command can do without.
const CALLER_TIMEOUT: Duration = Duration::from_secs(5);

/// Asks who calls, and does not wait for long: STS can be out of reach where ECS is not. A signal
/// ends the wait, and the command with its next one.
async fn caller_soon(cloud: &AwsCloud, interrupts: &Interrupts) -> Result<Caller, CloudError> {
    let asked = tokio::time::timeout(CALLER_TIMEOUT, cloud.caller());
    let answered = tokio::select! {
        answered = asked => answered.ok(),
        _ = interrupts.wait() => None,
    };
    answered.unwrap_or_else(|| {
        Err(CloudError::no_answer(
            "GetCallerIdentity",
            ErrorKind::Unreachable,
        ))
    })
}

/// Whether it has to be known who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Asking {
    /// Nothing goes on without.
    Caller,
    /// It is good to know, and nobody waits for it for long.
    Soon,
    /// It is only asked to choose among profiles.
    Nobody,
}

/// Whoever a profile is of.
pub(super) struct Who<'a> {
    pub(super) cloud: &'a AwsCloud,
    pub(super) interrupts: &'a Interrupts,
}

impl Who<'_> {
    /// Asks who that is, as far as it has to be known.
    pub(super) async fn calls(&self, asking: Asking, is_one: bool) -> Option<Answer<Caller>> {
        match (asking, is_one) {
            (Asking::Nobody, true) => None,
            (Asking::Soon, true) => Some(caller_soon(self.cloud, self.interrupts).await),
            (Asking::Caller, _) => Some(self.told_or_by_credentials().await),
            (Asking::Soon | Asking::Nobody, false) => {
                match caller_soon(self.cloud, self.interrupts).await {
                    Err(error) if error.is_transport() => {
                        Some(self.cloud.caller_by_credentials().await)
                    }
                    answer => Some(answer),
                }
            }
        }
    }

    /// What needs no account id goes on without one. What names its account in the manifest is
    /// refused where nothing else tells it, see the planner's refusals.
    async fn told_or_by_credentials(&self) -> Answer<Caller> {
        if self.cloud.is_one_server() {
            return self.cloud.caller().await;
        }
        let asked = tokio::time::timeout(IDENTITY_WITHIN, self.cloud.caller()).await;
        let why = match asked {
            Ok(Ok(caller)) => return Ok(caller),
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
        Ok(caller)
    }
}
