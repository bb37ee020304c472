//! Errors of AWS requests, by what they mean for the caller.

use std::fmt;

use crate::release::Foreign;
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use mlship_text::secrets::redact;

/// Why a call to AWS gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CloudError {
    /// The API operation, such as `UpdateService`; empty before the first call.
    pub operation: &'static str,
    /// What it means.
    pub kind: ErrorKind,
    /// AWS's error code, when AWS answered.
    pub code: Option<String>,
    /// AWS's or the transport's own words.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

/// What a failed call means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A setting that nobody could have meant, such as an address without a scheme.
    Setting,
    /// No region, or no credentials that work.
    Credentials,
    /// The caller may not do this.
    Denied,
    /// The cluster or service is not there.
    Missing,
    /// AWS read the request and said no to what is in it.
    Rejected,
    /// The service is somebody else's to deploy, which no request could change.
    Foreign,
    /// Nothing was asked: the settings lead to another account or region than was meant.
    Elsewhere,
    /// Too many calls; nothing was done.
    Throttled,
    /// No connection was made; nothing was done.
    Unreachable,
    /// The request may have been carried out, but its answer was lost or is a server error.
    Lost,
    /// Something came back that is no answer of AWS, or lacks what an answer must have. The request
    /// may have been carried out.
    Unreadable,
}

impl ErrorKind {
    /// Every kind.
    #[cfg(test)]
    pub const ALL: [Self; 11] = [
        Self::Setting,
        Self::Credentials,
        Self::Denied,
        Self::Missing,
        Self::Rejected,
        Self::Foreign,
        Self::Elsewhere,
        Self::Throttled,
        Self::Unreachable,
        Self::Lost,
        Self::Unreadable,
    ];

    /// Returns whether the request may have taken effect all the same.
    #[must_use]
    pub fn may_have_happened(self) -> bool {
        match self {
            Self::Lost | Self::Unreadable => true,
            Self::Setting
            | Self::Credentials
            | Self::Denied
            | Self::Missing
            | Self::Rejected
            | Self::Foreign
            | Self::Elsewhere
            | Self::Throttled
            | Self::Unreachable => false,
        }
    }

    /// Returns whether AWS said neither yes nor no.
    #[must_use]
    pub fn is_transport(self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable | Self::Lost | Self::Unreadable => true,
            Self::Setting
            | Self::Credentials
            | Self::Denied
            | Self::Missing
            | Self::Rejected
            | Self::Foreign
            | Self::Elsewhere => false,
        }
    }
}

impl CloudError {
    /// A service that is somebody else's to deploy.
    #[must_use]
    pub fn foreign(service: &ServiceId, foreign: &Foreign) -> Self {
        Self {
            operation: "DescribeServices",
            kind: ErrorKind::Foreign,
            code: None,
            message: format!("service {service} {}", foreign.words()),
            hint: Some(foreign.hint().to_owned()),
        }
    }

    /// A service that the settings lead past, with what does lead there.
    #[must_use]
    pub fn elsewhere(message: String, hint: String) -> Self {
        Self {
            operation: "",
            kind: ErrorKind::Elsewhere,
            code: None,
            message,
            hint: Some(hint),
        }
    }

    /// A setting that nobody could have meant.
    #[must_use]
    pub fn mistaken(message: String, hint: String) -> Self {
        Self {
            kind: ErrorKind::Setting,
            ..Self::elsewhere(message, hint)
        }
    }

    /// A call that nobody waited for any longer, of the kind that its caller makes of that.
    #[must_use]
    pub fn no_answer(operation: &'static str, kind: ErrorKind) -> Self {
        Self {
            operation,
            kind,
            code: None,
            message: "no answer in time".to_owned(),
            hint: None,
        }
    }

    /// A service that is not there.
    #[must_use]
    pub fn no_service(service: &ServiceId) -> Self {
        Self {
            operation: "DescribeServices",
            kind: ErrorKind::Missing,
            code: None,
            message: format!("there is no active service {service}"),
            hint: Some(
                "deploy it with mlship deploy PATH; if it was deployed, check service.cluster and \
                 service.name, the region and the account"
                    .to_owned(),
            ),
        }
    }

    /// A service that is on its way out.
    #[must_use]
    pub fn being_deleted(service: &ServiceId) -> Self {
        Self {
            operation: "DescribeServices",
            kind: ErrorKind::Missing,
            code: None,
            message: format!("service {service} is being deleted: ECS stops its tasks"),
            hint: Some("wait until it is gone, then deploy it again".to_owned()),
        }
    }

    /// A service whose deployments ECS no longer has, or never had.
    #[must_use]
    pub fn no_deployment(service: &ServiceId) -> Self {
        Self {
            operation: "ListServiceDeployments",
            kind: ErrorKind::Missing,
            code: None,
            message: format!("ECS has no deployment of service {service} on record"),
            hint: Some("mlship status shows what serves; ECS keeps 90 days".to_owned()),
        }
    }

    /// A deployment that the service speaks of and that ECS lists no record of.
    #[must_use]
    pub fn not_on_record(service: &ServiceId, brings: &TaskDefinitionArn) -> Self {
        Self {
            operation: "ListServiceDeployments",
            kind: ErrorKind::Missing,
            code: None,
            message: format!(
                "a deployment of {} to service {service} is under way, of which ECS lists no \
                 record yet",
                brings.short()
            ),
            hint: Some("run it again in a moment; mlship status shows what serves".to_owned()),
        }
    }

    /// What the newest deployment is, or how it ended, that this refusal keeps from being known.
    #[must_use]
    pub fn newest_not_known(refusal: Self) -> Self {
        Self {
            message: format!(
                "how the newest deployment ended is not known without it: {}",
                refusal.message
            ),
            ..refusal
        }
    }

    /// A task definition that is not, or no longer, there.
    #[must_use]
    pub fn no_task_definition(arn: &TaskDefinitionArn) -> Self {
        Self {
            operation: "DescribeTaskDefinition",
            kind: ErrorKind::Missing,
            code: None,
            message: format!("task definition {} was deleted", arn.short()),
            hint: Some("name another release with mlship rollback --to".to_owned()),
        }
    }

    /// A deployment that is not, or no longer, there to be stopped.
    #[must_use]
    pub fn nothing_to_stop() -> Self {
        Self {
            operation: "StopServiceDeployment",
            kind: ErrorKind::Missing,
            code: None,
            message: "ECS lists no service deployment of this release".to_owned(),
            hint: None,
        }
    }

    /// An answer that cannot be used: `what` is its status and type, or what it lacks.
    #[must_use]
    pub fn unreadable(operation: &'static str, what: &str) -> Self {
        Self {
            operation,
            kind: ErrorKind::Unreadable,
            code: None,
            message: format!("AWS's answer could not be read ({what}): is a proxy in between?"),
            hint: Some(
                "look at HTTPS_PROXY, at --endpoint-url, and at what filters requests on the way"
                    .to_owned(),
            ),
        }
    }

    /// AWS took a write, and does not show what it should have done.
    #[must_use]
    pub fn not_shown(operation: &'static str, what: &str) -> Self {
        Self {
            operation,
            kind: ErrorKind::Lost,
            code: None,
            message: format!("it was accepted, and {what} does not show it"),
            hint: Some("run this again".to_owned()),
        }
    }

    /// Returns whether the request may have taken effect all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        self.kind.may_have_happened()
    }

    /// Returns whether AWS could not be reached, as opposed to having said no.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        self.kind.is_transport()
    }

    /// Does without what AWS refuses to tell, as narrow policies and older endpoints do; not without
    /// what was not answered, which may be anything.
    ///
    /// # Errors
    /// When nobody said no.
    pub fn unless_refused<T>(answer: Result<T, Self>) -> Result<Option<T>, Self> {
        match answer {
            Ok(told) => Ok(Some(told)),
            Err(error) if error.is_transport() => Err(error),
            Err(_) => Ok(None),
        }
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(f, "{}: ", self.operation)?;
        }
        // AWS repeats what it was sent.
        f.write_str(&redact(&self.message))?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        Ok(())
    }
}
