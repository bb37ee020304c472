//! Reads the deployments of a service from ECS, in three calls.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::target::Target;
use crate::app::on_record::{OnRecord, Reach};
use crate::app::watch::entry_of;
use crate::apply::RecentObservation;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::history::{Attempt, Extent, Timeline};
use crate::plan::Started;
use crate::release::ids::{ServiceDeploymentArn, ServiceId, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{
    LiveService, ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision, VERSION,
};

/// As many as a page holds.
const PAGE: usize = 20;

/// How many releases a hint names.
const MOST_NAMED: usize = 5;

/// A service, its deployments and their revisions, as they were seen at one time.
pub(in crate::app) struct Deployments {
    at: Instant,
    is_whole: bool,
    pub(in crate::app) service: LiveService,
    /// Newest first.
    listed: Vec<ServiceDeployment>,
    revisions: BTreeMap<ServiceRevisionArn, ServiceRevision>,
    attempts: Vec<Attempt>,
}

impl Deployments {
    /// Looks at the newest deployments.
    pub(in crate::app) async fn newest<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<Self> {
        Self::of(cloud, id, Reach::Newest).await
    }

    /// Looks at all of them.
    pub(super) async fn all<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<Self> {
        Self::of(cloud, id, Reach::All).await
    }

    async fn of<C: Cloud>(cloud: &C, id: &ServiceId, reach: Reach) -> Answer<Self> {
        let at = Instant::now();
        let (service, on_record) = OnRecord::seen(cloud, id, reach).await?;
        let service = service
            .filter(|service| service.status == "ACTIVE")
            .ok_or_else(|| CloudError::no_service(id))?;
        if let Some(foreign) = service.foreign() {
            return Err(CloudError::foreign(id, &foreign));
        }
        let listed = on_record?.deployments;
        let mut arns: Vec<_> = listed
            .iter()
            .filter_map(|deployment| deployment.target().cloned())
            .collect();
        arns.sort();
        arns.dedup();
        let revisions: BTreeMap<_, _> = cloud
            .service_revisions(&arns)
            .await?
            .into_iter()
            .map(|revision| (revision.service_revision_arn.clone(), revision))
            .collect();
        let attempts = listed
            .iter()
            .filter_map(|deployment| Attempt::of(deployment, &revisions))
            .collect();
        Ok(Self {
            at,
            is_whole: reach == Reach::All,
            service,
            listed,
            revisions,
            attempts,
        })
    }

    /// Adds what the oldest deployment on record replaced, as the success that it was: the record
    /// of that one is gone after 90 days. Returns whether there is anything to add.
    pub(super) async fn add_what_came_before<C: Cloud>(&mut self, cloud: &C) -> Answer<bool> {
        let Some(oldest) = self.listed.last() else {
            return Ok(false);
        };
        let arns = std::slice::from_ref(&oldest.service_deployment_arn);
        let whole = cloud.describe_service_deployments(arns).await?;
        let replaced: Vec<ServiceRevisionArn> = whole
            .into_iter()
            .flat_map(|deployment| deployment.source_service_revisions)
            .map(|revision| revision.arn)
            .filter(|arn| !self.revisions.contains_key(arn))
            .collect();
        let revisions = cloud.service_revisions(&replaced).await?;
        let before = self.attempts.len();
        for revision in revisions {
            if let Some(task_definition) = revision.task_definition.clone() {
                let arn = revision.service_revision_arn.clone();
                self.attempts.push(Attempt {
                    deployment: ServiceDeploymentArn::default(),
                    status: Status::Successful,
                    revision: arn.clone(),
                    task_definition,
                });
                self.revisions.insert(arn, revision);
            }
        }
        Ok(self.attempts.len() > before)
    }

    /// Whether older deployments may have been left out.
    pub(super) fn may_have_more(&self) -> bool {
        !self.is_whole && self.listed.len() >= PAGE
    }

    pub(in crate::app) fn timeline(&self) -> Timeline<'_> {
        let extent = if self.may_have_more() {
            Extent::Newest
        } else {
            Extent::Whole
        };
        Timeline::of(&self.attempts, extent)
    }

    /// Returns whether a release serves though nothing on record brought it.
    pub(super) fn serves_by_its_own_word(&self, target: &Target) -> bool {
        let primary = self.service.primary();
        let completed =
            primary.filter(|primary| primary.rollout_state.as_deref() == Some("COMPLETED"));
        completed.is_some_and(|primary| primary.task_definition == target.task_definition.arn)
    }

    /// Returns whether any deployment on record brings a release.
    pub(super) fn is_on_record(&self, task_definition: &TaskDefinitionArn) -> bool {
        let mut attempts = self.attempts.iter();
        attempts.any(|attempt| attempt.task_definition == *task_definition)
    }

    /// Returns the revision that the service states as wanted.
    pub(super) fn stated(&self) -> Option<&ServiceRevision> {
        let stated = self.timeline().stated(self.attempts.first())?;
        self.revisions.get(&stated.revision)
    }

    pub(super) async fn target_of<C: Cloud>(&self, cloud: &C, to: &Attempt) -> Answer<Target> {
        let found = cloud.task_definition(to.task_definition.as_str()).await?;
        let task_definition =
            found.ok_or_else(|| CloudError::no_task_definition(&to.task_definition))?;
        Ok(Target {
            task_definition,
            revision: self.revisions.get(&to.revision).cloned(),
        })
    }

    /// Returns the entry that belongs to a deployment.
    pub(in crate::app) fn started(&self, attempt: &Attempt) -> Started {
        let listed = self
            .listed
            .iter()
            .find(|deployment| deployment.service_deployment_arn == attempt.deployment);
        let record = listed.unwrap_or(&self.listed[0]);
        entry_of(&self.service, record, attempt.task_definition.clone())
    }

    pub(super) fn seen(&self) -> RecentObservation {
        let arns = self
            .listed
            .iter()
            .map(|deployment| deployment.service_deployment_arn.clone());
        RecentObservation {
            at: self.at,
            service: self.service.clone(),
            deployments: arns.collect(),
        }
    }

    /// Returns the releases that succeeded, newest first, but for one and for what serves.
    pub(super) async fn others<C: Cloud>(
        &self,
        cloud: &C,
        than: Option<&TaskDefinitionArn>,
    ) -> Others {
        let timeline = self.timeline();
        let serving = timeline.serves().map(|serving| &serving.task_definition);
        let others: Vec<&TaskDefinitionArn> = timeline
            .succeeded()
            .into_iter()
            .map(|success| &success.task_definition)
            .filter(|name| Some(*name) != than && Some(*name) != serving)
            .collect();
        let mut names = Vec::new();
        let mut versions: Vec<Option<String>> = Vec::new();
        for other in others.iter().take(MOST_NAMED) {
            // The hint is for whoever is in a hurry: what can't be looked up has its number.
            let found = cloud.task_definition(other.as_str()).await.ok().flatten();
            let version = found.and_then(|found| found.tags.get(VERSION).cloned());
            versions.push(version.clone());
            names.push(match version {
                Some(version) => format!("{version} ({})", revision_of(other)),
                None => revision_of(other),
            });
        }
        if others.len() > names.len() {
            names.push(format!("{} older ones", others.len() - names.len()));
        }
        Others {
            newest: others.first().map(|newest| {
                let version = versions.first().cloned().flatten();
                let is_only = versions.iter().filter(|other| **other == version).count() == 1;
                version
                    .filter(|_| is_only)
                    .unwrap_or_else(|| revision_of(newest))
            }),
            names,
        }
    }

    pub(super) fn looked_at(&self) -> String {
        match self.listed.len() {
            0 => "the service's deployments: ECS knows none".to_owned(),
            1 => "the one deployment that ECS knows".to_owned(),
            many => format!("the {many} deployments that ECS knows"),
        }
    }
}

fn revision_of(task_definition: &TaskDefinitionArn) -> String {
    task_definition.revision().map_or_else(
        || task_definition.to_string(),
        |number| format!(":{number}"),
    )
}

/// Releases that somebody can go back to.
pub(super) struct Others {
    /// How `--to` takes the newest one.
    newest: Option<String>,
    /// `VERSION (:REVISION)`, each of which `--to` takes, too.
    names: Vec<String>,
}

impl Others {
    /// Returns the next step, if there is any release to go to.
    pub(super) fn hint(&self, command: &str) -> Option<String> {
        let newest = self.newest.as_ref()?;
        let there = match self.names.len() {
            1 => "there",
            _ => "to the first",
        };
        let names = self.names.join(", ");
        Some(format!(
            "{names} succeeded; to go {there}: {command} --to {newest}"
        ))
    }
}
