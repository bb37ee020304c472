//! Finds the tasks whose logs are wanted, and their log streams by their task definitions.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::select::names;
use super::{Choice, Death, LogSource, Reader};
use crate::cloud::{Answer, Cloud};
use crate::release::ids::{ServiceId, TaskArn, TaskDefinitionArn};
use crate::release::{DesiredStatus, Document, LiveTask};
use crate::rollout::diagnose;

/// Whose logs are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskSelection {
    /// Those of the tasks that run.
    Running,
    /// Those of the tasks that died.
    Failed,
    /// Those of the tasks whose id begins so, alive or dead.
    Task(String),
}

/// Finds tasks and their logs.
pub struct TaskFinder<'a, 'r, C> {
    pub(super) reader: &'a Reader<'r, C>,
    pub(super) service: &'a ServiceId,
    choice: Choice,
    /// Several revisions run during a rollout.
    definitions: RefCell<BTreeMap<TaskDefinitionArn, Option<Document>>>,
    /// Containers that were named as not readable.
    named: RefCell<BTreeSet<String>>,
}

impl<'a, 'r, C: Cloud> TaskFinder<'a, 'r, C> {
    /// Prepares to look for the logs of a service.
    pub fn new(reader: &'a Reader<'r, C>, service: &'a ServiceId, choice: Choice) -> Self {
        Self {
            reader,
            service,
            choice,
            definitions: RefCell::default(),
            named: RefCell::default(),
        }
    }

    /// Returns who reads.
    pub fn reader(&self) -> &'a Reader<'r, C> {
        self.reader
    }

    /// Returns whose tasks they are.
    pub fn service(&self) -> &'a ServiceId {
        self.service
    }

    /// Returns the tasks that are wanted: those that died newest first.
    ///
    /// # Errors
    /// When AWS says no or stays out of reach.
    pub async fn tasks(&self, which: &TaskSelection) -> Answer<Vec<LiveTask>> {
        let mut arns = Vec::new();
        if *which != TaskSelection::Failed {
            arns.extend(self.listed(DesiredStatus::Running).await?);
        }
        // Some of those that are to stop still end their work.
        arns.extend(self.listed(DesiredStatus::Stopped).await?);
        if let TaskSelection::Task(prefix) = which {
            arns.retain(|arn| arn.id().starts_with(prefix.as_str()));
        }
        let mut tasks = self.described(&arns).await?;
        match which {
            TaskSelection::Running => tasks.retain(|task| !task.has_stopped()),
            TaskSelection::Failed => tasks.retain(|task| death(task).is_some()),
            TaskSelection::Task(_) => {}
        }
        tasks.sort_by_key(|task| std::cmp::Reverse((task.stopped_at(), task.created_at)));
        Ok(tasks)
    }

    /// Returns the containers of a task that can be read; names those that cannot, once.
    ///
    /// # Errors
    /// When AWS says no or stays out of reach.
    pub async fn sources(&self, task: &LiveTask) -> Answer<Vec<Rc<LogSource>>> {
        let Some(definition) = self.definition(&task.task_definition_arn).await? else {
            return Ok(Vec::new());
        };
        let (sources, unread) = self.choice.sources(task, &definition);
        for source in unread {
            if self.named.borrow_mut().insert(source.container.clone()) {
                self.reader.note(&source.text());
            }
        }
        Ok(sources.into_iter().map(Rc::new).collect())
    }

    /// Returns the containers of all task definitions met so far, when the wanted one is none of
    /// them.
    #[must_use]
    pub fn mistaken(&self) -> Option<Vec<String>> {
        let wanted = self.choice.container.as_ref()?;
        let definitions = self.definitions.borrow();
        let known: BTreeSet<String> = definitions.values().flatten().flat_map(names).collect();
        let is_mistaken = !known.is_empty() && !known.contains(wanted);
        is_mistaken.then(|| known.into_iter().collect())
    }

    pub(super) async fn listed(&self, wanted: DesiredStatus) -> Answer<Vec<TaskArn>> {
        let cloud = self.reader.cloud;
        self.reader
            .with_retries(async || cloud.service_tasks(self.service, wanted).await)
            .await
    }

    pub(super) async fn described(&self, arns: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        let cloud = self.reader.cloud;
        let mut tasks = self
            .reader
            .with_retries(async || cloud.tasks(&self.service.cluster, arns).await)
            .await?;
        for task in &mut tasks {
            let Some(end) = task.end.as_mut().filter(|end| end.containers.len() > 1) else {
                continue;
            };
            if let Some(definition) = self.definition(&task.task_definition_arn).await? {
                end.take_roles(&definition);
            }
        }
        Ok(tasks)
    }

    /// Returns a task definition.
    ///
    /// # Errors
    /// When AWS says no or stays out of reach.
    pub async fn definition(&self, arn: &TaskDefinitionArn) -> Answer<Option<Document>> {
        if let Some(known) = self.definitions.borrow().get(arn) {
            return Ok(known.clone());
        }
        let cloud = self.reader.cloud;
        let found = self
            .reader
            .with_retries(async || cloud.task_definition(arn.as_str()).await)
            .await?;
        let document = found.map(|live| live.document);
        if let Some(document) = &document {
            self.reader.learn(document);
        }
        let mut definitions = self.definitions.borrow_mut();
        definitions.insert(arn.clone(), document.clone());
        Ok(document)
    }
}

/// Returns why a task died; nothing for one that lives or was stopped in the course of things.
#[must_use]
pub fn death(task: &LiveTask) -> Option<Death> {
    let end = task.end.as_ref().filter(|_| task.has_stopped())?;
    Some(Death {
        task: task.task_arn.clone(),
        task_definition: task.task_definition_arn.clone(),
        time: task.stopped_at(),
        failure: diagnose(std::slice::from_ref(end), &[])?,
        alike: 0,
        since: None,
    })
}
