//! A way to AWS with what is known of the process: the context of a use case.

use std::sync::Arc;

use jiff::Timestamp;

use super::Global;
use super::load::checked;
use super::sessions::{Asking, Sessions};
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::plan_file::SavedPlans;
use mlship_core::app::{Context, Interrupts, Invocation};
use mlship_core::cloud::{Answer, CloudError, Parameters as _};
use mlship_core::release::ids::Caller;
use mlship_core::release::{Place, Provenance};
use mlship_manifest::Destination;

/// A way to AWS, and what is known of the process.
pub(super) struct Session {
    pub(super) cloud: Arc<AwsCloud>,
    pub(super) interrupts: Interrupts,
    /// Who calls, where that was asked.
    pub(super) caller: Answer<Caller>,
    pub(super) invocation: Invocation,
    pub(super) pipeline: Arc<Provenance>,
}

impl Session {
    /// Opens the way that the flags and the environment lead to. Signals keep their default, which
    /// ends the process on the spot.
    pub(super) async fn open(global: &Global) -> Result<Self, CloudError> {
        Self::to(&Destination::default(), Asking::Nobody, global).await
    }

    /// Opens the way to where something says it is, and asks who is calling.
    pub(super) async fn as_caller(
        wanted: &Destination,
        global: &Global,
    ) -> Result<Self, CloudError> {
        Self::to(wanted, Asking::Caller, global).await
    }

    /// Opens the way to where something says it is, and returns who is calling: for what writes, and
    /// takes signals itself.
    pub(super) async fn listening_as_caller(
        wanted: Destination,
        global: &Global,
    ) -> Result<(Self, Caller), CloudError> {
        let sessions = Sessions::listening(&[wanted], Asking::Caller, global).await?;
        let session = sessions.into_only()?;
        let caller = session.caller.clone()?;
        Ok((session, caller))
    }

    async fn to(wanted: &Destination, asking: Asking, global: &Global) -> Result<Self, CloudError> {
        let wanted = std::slice::from_ref(wanted);
        Sessions::deaf(wanted, asking, global).await?.into_only()
    }

    /// Returns what every use case is given.
    pub(super) fn context(&self) -> Context<'_, AwsCloud> {
        Context {
            cloud: &self.cloud,
            interrupts: &self.interrupts,
            invocation: &self.invocation,
            pipeline: &self.pipeline,
            clock: Timestamp::now,
            examined: checked,
        }
    }

    /// Takes parameters as they were when plans were saved.
    ///
    /// # Errors
    /// Where one that is kept by its version alone can't be read.
    pub(super) async fn pin_parameters(&self, saved: &SavedPlans) -> Result<(), CloudError> {
        for parameter in saved.parameters_of(&self.place()) {
            let then = match parameter.stored() {
                Some(stored) => Some(stored),
                None => self.cloud.parameter(&parameter.as_of_then()).await?,
            };
            // A version that is gone leaves what there is now, which the plan is held to.
            if let Some(then) = then {
                self.cloud.pin_parameter(&parameter.name, then);
            }
        }
        Ok(())
    }

    /// Returns the account that it leads to, where that is known.
    pub(super) fn account(&self) -> Option<&str> {
        self.caller.as_ref().ok()?.account.known()
    }

    /// Returns where it leads, as far as that is known.
    pub(super) fn place(&self) -> Place {
        Place {
            region: Some(self.cloud.region().to_owned()),
            account: self.account().map(str::to_owned),
        }
    }
}

impl Global {
    /// Returns the flags that say where to look, for commands that a hint names.
    pub(super) fn invocation(&self) -> Invocation {
        Invocation {
            environment: self.environment.clone(),
            variable_files: self.vars.clone(),
            region: self.region.clone(),
            region_of_service: None,
            profiles: self.profiles.clone(),
            endpoint_url: self.endpoint_url.clone(),
        }
    }
}
