//! The final record of a service: it ends a JSON stream and determines the exit code.

mod end;

use std::sync::Arc;

pub use end::End;
use end::NotBegunFor;
use serde::Serialize;

use crate::fleet::Standing;
use crate::plan::{Plan, Previous};
use crate::progress::{Conclusion, ContinuedPause, ExitCode, Fault, Interrupt, Pause};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};
use crate::release::{NamedPlace, Origin, Place};
use crate::rollout::Failure;
use mlship_text::arn::Arn;

/// How a command on one service ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultRecord {
    /// How it ended.
    #[serde(flatten)]
    pub end: End,
    /// The service's name.
    pub service: String,
    /// Its cluster.
    pub cluster: String,
    /// Where that is.
    #[serde(flatten)]
    pub place: Place,
    /// What tells it apart from those of the same name elsewhere.
    #[serde(skip)]
    pub named: Option<Arc<NamedPlace>>,
    /// What was released.
    pub release: Option<ReleaseRecord>,
    /// The task definition that carries it.
    pub task_definition: Option<String>,
    /// The deployment that was followed.
    pub deployment: Option<String>,
    /// What served before.
    pub previous: Option<Previous>,
    /// Where the model comes from, when a registry was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// What the model registry was told in the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryRecord>,
    /// What the deployment waits at, for somebody's word.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The waits that this command ended, or that somebody had ended before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub continued: Vec<ContinuedPause>,
    /// Why it failed, when it did.
    pub failure: Option<Box<Failure>>,
    /// Requests sent to AWS, retries included.
    pub api_calls: u64,
    /// By ECS's own clock.
    pub duration_seconds: Option<f64>,
    /// What weakens the verdict: that no task runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is wrong beside the verdict, whatever that is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What went wrong when there is no verdict, and the next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What a model registry was told of a release's end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RegistryRecord {
    /// The versions that carry a tag about it now.
    pub tagged: Vec<String>,
    /// The alias that names another version now.
    pub alias: Option<AliasMove>,
    /// Why not everything could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The command that tells it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
}

/// An alias that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AliasMove {
    /// The alias.
    pub name: String,
    /// The version that it named.
    pub before: Option<String>,
    /// The version that it names.
    pub after: String,
}

/// A release as a report names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseRecord {
    /// The model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// The image.
    pub image: String,
}

impl ReleaseRecord {
    /// Returns the release that a plan is about.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self {
            model: plan.model.name.clone(),
            version: plan.model.version.clone(),
            image: plan.image.clone(),
        }
    }
}

impl ResultRecord {
    /// Returns a record with nothing in it but how it ended.
    #[must_use]
    pub fn new(service: &ServiceId, conclusion: Conclusion) -> Self {
        Self {
            end: conclusion.into(),
            service: service.name.to_string(),
            cluster: service.cluster.to_string(),
            place: service
                .place
                .as_ref()
                .map(|named| named.place.clone())
                .unwrap_or_default(),
            named: service.place.clone(),
            release: None,
            task_definition: None,
            deployment: None,
            previous: None,
            origin: None,
            registry: None,
            pauses: Vec::new(),
            continued: Vec::new(),
            failure: None,
            api_calls: 0,
            duration_seconds: None,
            note: None,
            warnings: Vec::new(),
            error: None,
            hint: None,
        }
    }

    /// Says where the service is: as who asked for it names it, and asked for it. What nobody else
    /// knows of that the ARN of a deployment may tell.
    #[must_use]
    pub fn at(mut self, service: &ServiceId, place: &Place) -> Self {
        self.named.clone_from(&service.place);
        self.place = place.clone();
        let arns = [&self.deployment, &self.task_definition];
        let shown = || arns.into_iter().flatten().find_map(|arn| Arn::parse(arn));
        if self.place.account.is_none()
            && let Some(arn) = shown()
        {
            self.place.account = Some(arn.account.to_owned());
        }
        self
    }

    /// Returns the service.
    #[must_use]
    pub fn service_id(&self) -> ServiceId {
        ServiceId {
            cluster: ClusterName::new(&*self.cluster),
            name: ServiceName::new(&*self.service),
            place: self.named.clone(),
        }
    }

    /// Returns how it ended.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        self.end.conclusion
    }

    /// Corrects how it ended.
    pub fn conclude(&mut self, conclusion: Conclusion) {
        self.end.conclusion = conclusion;
    }

    /// Says that a signal is why it was not begun, which ends the run with that signal's code.
    #[must_use]
    pub fn not_begun_for(mut self, interrupt: Interrupt) -> Self {
        self.end.not_begun = Some(NotBegunFor::Interrupt(interrupt));
        self
    }

    /// Says that it was not begun since its content failed before, or that of whom it waits for: the
    /// run goes by that failure.
    #[must_use]
    pub fn failed_before(mut self) -> Self {
        self.end.not_begun = Some(NotBegunFor::Failure);
        self
    }

    /// Says that it was not begun since more releases failed than the run was to bear.
    #[must_use]
    pub fn not_begun_for_budget(mut self) -> Self {
        self.end.not_begun = Some(NotBegunFor::Budget);
        self
    }

    /// Says whether it was not begun since more releases failed than the run was to bear.
    #[must_use]
    pub fn is_beyond_budget(&self) -> bool {
        self.end.not_begun == Some(NotBegunFor::Budget)
    }

    /// Says whether it was left alone since content failed before, which no other run changes by itself.
    #[must_use]
    pub fn has_failed_before(&self) -> bool {
        self.end.not_begun == Some(NotBegunFor::Failure)
    }

    /// Returns what its end means to others of the run.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.end.not_begun {
            Some(NotBegunFor::Failure) => Standing::Failed,
            Some(NotBegunFor::Interrupt(_) | NotBegunFor::Budget) | None => {
                self.conclusion().into()
            }
        }
    }

    /// Takes it for the end of a deployment that was to bring an earlier release back.
    pub fn conclude_return(&mut self) {
        self.end.conclusion = self.end.conclusion.of_return();
        self.end.is_return = true;
    }

    /// Says whether a way back failed: what was to go serves, and not what it was to go back to.
    #[must_use]
    pub fn is_failed_return(&self) -> bool {
        match self.end.conclusion {
            Conclusion::RolledBack | Conclusion::Failed | Conclusion::Misrouted => {
                self.end.is_return
            }
            Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::NotBegun
            | Conclusion::Refused(_)
            | Conclusion::Error(_) => false,
        }
    }

    /// Takes it for the end of a command whose deployment goes on out of sight.
    pub(in crate::app) fn lose_sight(&mut self) {
        self.end.is_out_of_sight = true;
    }

    /// Says whether a deployment was left that goes on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        let is_left = match self.end.conclusion {
            Conclusion::TimedOut | Conclusion::Interrupted(_) => true,
            Conclusion::Error(_) => self.end.is_out_of_sight,
            Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::RolledBack
            | Conclusion::Returned
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::Superseded
            | Conclusion::Paused
            | Conclusion::NotBegun
            | Conclusion::Refused(_) => false,
        };
        is_left && self.deployment.is_some()
    }

    /// Says whether what was to be brought may come to serve, or partly does, although nobody saw it
    /// succeed.
    #[must_use]
    pub fn may_serve_yet(&self) -> bool {
        match self.end.conclusion {
            Conclusion::TimedOut
            | Conclusion::Interrupted(_)
            | Conclusion::Started
            | Conclusion::Paused => self.deployment.is_some(),
            // Whoever came between may count on it.
            Conclusion::Superseded => true,
            // A write whose answer was lost may have been carried out.
            Conclusion::Error(Fault::Unreachable) => self.release.is_some(),
            Conclusion::Error(Fault::Broken | Fault::Usage | Fault::SaidNo) => {
                self.end.is_out_of_sight
            }
            Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::RolledBack
            | Conclusion::Returned
            | Conclusion::Failed
            | Conclusion::Misrouted
            | Conclusion::NotBegun
            | Conclusion::Refused(_) => false,
        }
    }

    /// Makes a model registry that was not told everything a failure of the command, whose
    /// business that was.
    pub fn require_recording(&mut self) {
        let told = self.registry.as_ref();
        self.end.is_unrecorded = told.is_some_and(|told| told.error.is_some());
    }

    /// Returns the exit code of the command, as far as this service goes.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.end.exit_code()
    }

    /// Adds what was planned.
    #[must_use]
    pub fn with_plan(mut self, plan: &Plan) -> Self {
        self.release = Some(ReleaseRecord::of(plan));
        self.previous.clone_from(&plan.previous);
        self.origin = plan.origin.clone().map(Box::new);
        self
    }
}
