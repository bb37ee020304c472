//! Resolves `--to` to the release to roll back to.

use std::fmt;
use std::str::FromStr;

use super::deployments::Deployments;
use crate::cloud::{Answer, Cloud};
use crate::release::ids::{ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{LiveTaskDefinition, ServiceRevision, VERSION};
use mlship_text::arn::Arn;

/// A release as people name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetSpec {
    /// By the model's version, or by `FAMILY:REVISION` of the service's own family.
    Version(String),
    /// By the number of the task definition's revision.
    Revision(u64),
    /// By its task definition.
    TaskDefinition(String),
    /// By its service revision.
    ServiceRevision(ServiceRevisionArn),
}

impl FromStr for TargetSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        let revision = text
            .strip_prefix(':')
            .and_then(|number| number.parse().ok());
        if let Some(number) = revision {
            return Ok(Self::Revision(number));
        }
        let arn = Arn::parse(text);
        let is = |kind| arn.is_some_and(|arn| arn.is("ecs", kind));
        let has_revision = |arn: Arn<'_>| {
            let (_, number) = arn.path().rsplit_once(':')?;
            number.parse::<u64>().ok()
        };
        if is("service-revision") {
            Ok(Self::ServiceRevision(ServiceRevisionArn::new(text)))
        } else if is("task-definition") && arn.and_then(has_revision).is_none() {
            // ECS would take it for the newest one, which is what somebody wants to leave.
            Err("this ARN names no revision: write it with :REVISION".to_owned())
        } else if is("task-definition") {
            Ok(Self::TaskDefinition(text.to_owned()))
        } else if text.starts_with("arn:") {
            Err(
                "this is the ARN of something else than a task definition or a service revision"
                    .to_owned(),
            )
        } else {
            Ok(Self::Version(text.to_owned()))
        }
    }
}

impl fmt::Display for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(text) | Self::TaskDefinition(text) => f.write_str(text),
            Self::Revision(number) => write!(f, ":{number}"),
            Self::ServiceRevision(arn) => write!(f, "{arn}"),
        }
    }
}

impl TargetSpec {
    /// Returns the revision that a version stands for where it is written `FAMILY:REVISION`, as
    /// `mlship history` writes it.
    fn revision_in(&self, family: &str) -> Option<u64> {
        let Self::Version(text) = self else {
            return None;
        };
        let number = text.strip_prefix(family)?.strip_prefix(':')?;
        number.parse().ok()
    }
}

/// A release to go back to.
pub(super) struct Target {
    pub(super) task_definition: LiveTaskDefinition,
    /// Its whole revision, where the service has had it.
    pub(super) revision: Option<ServiceRevision>,
}

impl TargetSpec {
    /// Finds the release; among those that succeeded, as long as it is one of them.
    pub(super) async fn find<C: Cloud>(
        &self,
        cloud: &C,
        deployments: &Deployments,
    ) -> Answer<Option<Target>> {
        match self {
            Self::Version(version) => {
                let found = of_version(cloud, deployments, version).await?;
                match self.revision_in(deployments.service.task_definition.family()) {
                    Some(revision) if found.is_none() => {
                        of_task_definition(cloud, deployments, revision).await
                    }
                    Some(_) | None => Ok(found),
                }
            }
            Self::Revision(wanted) => of_task_definition(cloud, deployments, *wanted).await,
            Self::TaskDefinition(arn) if is_elsewhere(arn, deployments) => Ok(None),
            Self::ServiceRevision(arn) if is_elsewhere(arn.as_str(), deployments) => Ok(None),
            Self::TaskDefinition(arn) => {
                let timeline = deployments.timeline();
                let mut known = timeline.succeeded().into_iter();
                match known.find(|success| success.task_definition.as_str() == arn) {
                    Some(known) => deployments.target_of(cloud, known).await.map(Some),
                    None => alone(cloud, arn).await,
                }
            }
            Self::ServiceRevision(arn) => of_revision(cloud, arn).await,
        }
    }
}

/// Says whether an ARN is of another account or region than the service.
fn is_elsewhere(arn: &str, deployments: &Deployments) -> bool {
    let place =
        |arn: &str| Arn::parse(arn).map(|arn| (arn.account.to_owned(), arn.region.to_owned()));
    let own = place(&deployments.service.service_arn);
    own.is_some() && place(arn) != own
}

async fn of_version<C: Cloud>(
    cloud: &C,
    deployments: &Deployments,
    version: &str,
) -> Answer<Option<Target>> {
    for attempt in deployments.timeline().succeeded() {
        let target = deployments.target_of(cloud, attempt).await?;
        if target
            .task_definition
            .tags
            .get(VERSION)
            .is_some_and(|tag| tag == version)
        {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

/// Finds a revision of the service's family.
async fn of_task_definition<C: Cloud>(
    cloud: &C,
    deployments: &Deployments,
    wanted: u64,
) -> Answer<Option<Target>> {
    let timeline = deployments.timeline();
    let is_wanted = |arn: &TaskDefinitionArn| arn.revision() == Some(wanted);
    let known = timeline
        .succeeded()
        .into_iter()
        .find(|success| is_wanted(&success.task_definition));
    if let Some(known) = known {
        return deployments.target_of(cloud, known).await.map(Some);
    }
    let family = deployments.service.task_definition.family();
    alone(cloud, &format!("{family}:{wanted}")).await
}

/// A task definition that the service has not served with comes without anything around it.
async fn alone<C: Cloud>(cloud: &C, name: &str) -> Answer<Option<Target>> {
    let found = cloud.task_definition(name).await?;
    Ok(found.map(|task_definition| Target {
        task_definition,
        revision: None,
    }))
}

async fn of_revision<C: Cloud>(cloud: &C, arn: &ServiceRevisionArn) -> Answer<Option<Target>> {
    let revisions = cloud.service_revisions(std::slice::from_ref(arn)).await?;
    let Some(revision) = revisions.into_iter().next() else {
        return Ok(None);
    };
    let Some(task_definition) = &revision.task_definition else {
        return Ok(None);
    };
    let found = cloud.task_definition(task_definition.as_str()).await?;
    Ok(found.map(|task_definition| Target {
        task_definition,
        revision: Some(revision),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_version_revision_or_arn() {
        for (text, wanted) in [
            ("7", TargetSpec::Version("7".into())),
            ("2024-01:rc", TargetSpec::Version("2024-01:rc".into())),
            (":7", TargetSpec::Revision(7)),
            (
                "arn:aws:ecs:r:1:task-definition/m:7",
                TargetSpec::TaskDefinition("arn:aws:ecs:r:1:task-definition/m:7".into()),
            ),
            (
                "arn:aws:ecs:r:1:service-revision/c/s/9",
                TargetSpec::ServiceRevision(ServiceRevisionArn::new(
                    "arn:aws:ecs:r:1:service-revision/c/s/9",
                )),
            ),
        ] {
            assert_eq!(text.parse(), Ok(wanted.clone()));
            assert_eq!(wanted.to_string(), text);
        }
        for text in [
            "arn:aws:ecs:r:1:task-definition/m",
            "arn:aws:ecs:r:1:task-definition/m:latest",
            "arn:aws:ecs:r:1:cluster/m",
            "arn:aws:iam::1:role/m",
        ] {
            assert!(text.parse::<TargetSpec>().is_err(), "{text}");
        }
    }
}
