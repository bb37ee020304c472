//! Reads the deployments of a service from ECS, in three calls, and the revisions that decide
//! where a rollback goes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::time::Instant;

use super::target::Target;
use crate::app::on_record::{OnRecord, Reach, active};
use crate::app::watch::entry_of;
use crate::apply::RecentObservation;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::history::{Attempt, Extent, RollbackAction, Timeline};
use crate::plan::Started;
use crate::release::ids::{ServiceDeploymentArn, ServiceId, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{
    LiveService, LiveTaskDefinition, ServiceDeployment, ServiceDeploymentStatus as Status,
    ServiceRevision,
};

/// As many as a page holds.
const PAGE: usize = 20;

/// A service, its deployments and their revisions, as they were seen at one time.
pub(in crate::app) struct Deployments {
    at: Instant,
    is_whole: bool,
    pub(in crate::app) service: LiveService,
    /// Newest first.
    pub(super) listed: Vec<ServiceDeployment>,
    revisions: BTreeMap<ServiceRevisionArn, ServiceRevision>,
    pub(super) attempts: Vec<Attempt>,
    /// Those task definitions that were read.
    definitions: BTreeMap<TaskDefinitionArn, Option<LiveTaskDefinition>>,
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
        let service = active(service, id)?;
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
        let mut deployments = Self {
            at,
            is_whole: reach == Reach::All,
            service,
            listed,
            revisions,
            attempts,
            definitions: BTreeMap::new(),
        };
        deployments.read_what_decides(cloud).await?;
        Ok(deployments)
    }

    /// Reads the tags of the revisions by which it is chosen where to go: they tell which of them
    /// is another's copy, and who had one taken back. Where they may not be read, the numbers and
    /// ECS's words have to do.
    async fn read_what_decides<C: Cloud>(&mut self, cloud: &C) -> Answer<()> {
        loop {
            let unread = self.deciding().into_iter();
            let unread: Vec<TaskDefinitionArn> = unread
                .filter(|arn| !self.definitions.contains_key(arn))
                .collect();
            if unread.is_empty() {
                return Ok(());
            }
            let asked = unread.iter().map(|arn| cloud.task_definition(arn.as_str()));
            let answers = join_all(asked).await;
            for (arn, answer) in unread.into_iter().zip(answers) {
                let found = CloudError::unless_refused(answer)?.flatten();
                let its = self.attempts.iter_mut();
                for attempt in its.filter(|attempt| attempt.task_definition == arn) {
                    if let Some(live) = &found {
                        attempt.know(&live.tags);
                    }
                }
                self.definitions.insert(arn, found);
            }
        }
    }

    /// Returns the revisions by which it is chosen: the newest, what serves, and all that
    /// succeeded since where it would lead.
    fn deciding(&self) -> BTreeSet<TaskDefinitionArn> {
        let timeline = self.timeline();
        let mut all: Vec<&Attempt> = self.attempts.first().into_iter().collect();
        all.extend(timeline.serves());
        if let RollbackAction::Deploy(to) = timeline.back() {
            let since = self.attempts.iter().take_while(|attempt| *attempt != to);
            all.extend(since.filter(|attempt| attempt.status == Status::Successful));
        }
        let arns = all.into_iter();
        arns.map(|attempt| attempt.task_definition.clone())
            .collect()
    }

    /// Returns a task definition, which may have been read already.
    pub(in crate::app) async fn task_definition<C: Cloud>(
        &self,
        cloud: &C,
        arn: &TaskDefinitionArn,
    ) -> Answer<Option<LiveTaskDefinition>> {
        match self.definitions.get(arn) {
            Some(Some(known)) => Ok(Some(known.clone())),
            Some(None) | None => cloud.task_definition(arn.as_str()).await,
        }
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
                    was_asked_back: false,
                    revision: arn.clone(),
                    task_definition,
                    copy_of: None,
                });
                self.revisions.insert(arn, revision);
            }
        }
        self.read_what_decides(cloud).await?;
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

    /// Returns a service revision that was read.
    pub(super) fn revision(&self, arn: &ServiceRevisionArn) -> Option<&ServiceRevision> {
        self.revisions.get(arn)
    }

    pub(super) async fn target_of<C: Cloud>(&self, cloud: &C, to: &Attempt) -> Answer<Target> {
        let found = self.task_definition(cloud, &to.task_definition).await?;
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

    /// Returns the newest deployment, where ECS has taken it back.
    pub(super) fn failed_last(&self) -> Option<&Attempt> {
        let newest = self.attempts.first();
        newest.filter(|newest| newest.status == Status::RollbackSuccessful)
    }

    /// Returns when a way back had come to its end: of what serves where it was deployed again,
    /// else of what was taken back.
    pub(super) fn ended(&self, at: &Attempt, left: &Attempt) -> Option<Timestamp> {
        let position = |of: &Attempt| self.attempts.iter().position(|attempt| attempt == of);
        let newer = if position(at) < position(left) {
            at
        } else {
            left
        };
        let mut listed = self.listed.iter();
        let record = listed.find(|record| record.service_deployment_arn == newer.deployment)?;
        record.finished_at
    }

    pub(super) fn looked_at(&self) -> String {
        match self.listed.len() {
            0 => "the service's deployments: ECS knows none".to_owned(),
            1 => "the one deployment that ECS knows".to_owned(),
            many => format!("the {many} deployments that ECS knows"),
        }
    }
}
