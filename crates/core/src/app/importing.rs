//! Writes the manifest of a service that runs: looks at all there is of it, and imports that.

use super::planning::{observe, stated_revision};
use crate::cloud::{Answer, Cloud, CloudError};
use crate::import::{Check, Imported, Obstacle, import};
use crate::progress::{Conclusion, Refusal};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{LiveService, ServiceDeployment, ServiceDeploymentStatus};

/// Why a service has no manifest.
#[derive(Debug)]
pub enum ImportError {
    /// AWS gave no usable answer, or has no such service.
    Cloud(CloudError),
    /// No manifest says what the service is.
    Obstacle(Obstacle),
}

impl ImportError {
    /// Returns how a command ends for it.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Cloud(error) => super::ended_by(error),
            Self::Obstacle(_) => Conclusion::Refused(Refusal::Check),
        }
    }
}

impl From<CloudError> for ImportError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

/// Returns the manifest of a service; `container` names that of the model, which is guessed
/// otherwise.
///
/// # Errors
/// When AWS says no or stays out of reach, and when no manifest says what the service is.
pub async fn import_service<C: Cloud>(
    cloud: &C,
    caller: &Caller,
    id: &ServiceId,
    container: Option<&str>,
    check: Check<'_>,
) -> Result<Imported, ImportError> {
    let mut observed = observe(cloud, id).await?;
    let live = observed.service.as_ref();
    if !live.is_some_and(LiveService::is_active) {
        return Err(not_there(id).into());
    }
    let mut notes = Vec::new();
    if live.is_some_and(|service| service.running().is_some()) {
        let listed = CloudError::unless_refused(cloud.service_deployments(id).await)?;
        if listed.is_some_and(|listed| listed.first().is_some_and(is_on_its_way_out)) {
            return Err(ImportError::Obstacle(Obstacle {
                message: format!("the newest deployment of service {id} is being taken back"),
                hint: "wait until that has ended, then import the service".to_owned(),
            }));
        }
        notes.push("a deployment is under way: the manifest is that of what it brings".to_owned());
    }
    let scaling = or_noted(cloud.scaling(id).await, &mut notes, "autoscaling")?;
    observed.scaling = scaling.flatten();
    let revision = stated_revision(cloud, live).await;
    let revision = or_noted(revision, &mut notes, "monitoring and gateway connectors")?;
    observed.revision = revision.flatten();
    let mut imported =
        import(id, &observed, caller, container, check).map_err(ImportError::Obstacle)?;
    imported.notes.extend(notes);
    Ok(imported)
}

/// Until it is gone the service states what is about to leave.
fn is_on_its_way_out(newest: &ServiceDeployment) -> bool {
    match newest.status {
        ServiceDeploymentStatus::StopRequested
        | ServiceDeploymentStatus::RollbackRequested
        | ServiceDeploymentStatus::RollbackInProgress => true,
        ServiceDeploymentStatus::Pending
        | ServiceDeploymentStatus::InProgress
        | ServiceDeploymentStatus::Stopped
        | ServiceDeploymentStatus::RollbackSuccessful
        | ServiceDeploymentStatus::RollbackFailed
        | ServiceDeploymentStatus::Successful
        | ServiceDeploymentStatus::Unknown => false,
    }
}

fn not_there(id: &ServiceId) -> CloudError {
    CloudError {
        hint: Some("check the names of cluster and service, the region and the account".to_owned()),
        ..CloudError::no_service(id)
    }
}

/// What nobody may ask, or what this endpoint doesn't know, is left out, and that is said.
fn or_noted<T>(answer: Answer<T>, notes: &mut Vec<String>, what: &str) -> Answer<Option<T>> {
    let refusal = answer.as_ref().err().map(ToString::to_string);
    let told = CloudError::unless_refused(answer)?;
    if let (None, Some(refusal)) = (&told, refusal) {
        notes.push(format!(
            "{what} could not be read, and none is written: {refusal}"
        ));
    }
    Ok(told)
}
