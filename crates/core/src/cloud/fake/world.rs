//! The fake's state: one service, its revisions and its deployments.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Logs;
use crate::cloud::StoredParameter;
use crate::cloud::preconditions::{Fact, Question};
use crate::release::ids::{DeploymentId, ServiceRevisionArn, TaskDefinitionArn};
use crate::release::{
    ContainerInstance, Document, LiveAlarm, LiveService, LiveTask, LiveTaskDefinition, Scaling,
    ScalingWrite, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision, StoppedTask,
    tag_list, tags_of,
};

/// When the world begins, in seconds since the epoch.
pub(super) const EPOCH: i64 = 1_790_000_000;

/// ECS, as far as one service goes.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Since the beginning.
    pub now: Duration,
    pub service: Option<LiveService>,
    /// Oldest first.
    pub task_definitions: Vec<LiveTaskDefinition>,
    /// Newest first.
    pub deployments: Vec<ServiceDeployment>,
    pub instances: Vec<ContainerInstance>,
    pub stopped: HashMap<DeploymentId, Vec<StoppedTask>>,
    /// The newest deployment's tasks that have not failed.
    pub alive: Vec<LiveTask>,
    pub scaling: Option<Scaling>,
    pub alarms: Vec<LiveAlarm>,
    pub logs: Logs,
    /// What was written to Application Auto Scaling.
    pub scaled: Vec<ScalingWrite>,
    /// What tags stand for in the one image repository.
    pub image_tags: BTreeMap<String, String>,
    pub image_digests: BTreeSet<String>,
    pub secrets: BTreeSet<String>,
    pub parameters: BTreeMap<String, StoredParameter>,
    pub target_groups: BTreeSet<String>,
    /// The group that the tasks of its revisions are in, where ECS tells that.
    pub lands_in: Option<String>,
    /// The group that the tasks of the newest deployment are in, where that is another.
    pub newest_lands_in: Option<String>,
    /// What releases lean on, as far as it is known.
    pub facts: BTreeMap<Question, Fact>,
    /// Whether what is deployed fails by itself, where it goes on by itself.
    pub fails: bool,
    /// What stands before the numbers in its ARNs, where it is one of many.
    within: String,
    brought: BTreeMap<ServiceRevisionArn, Document>,
    token: Option<Value>,
}

impl World {
    /// A service of two tasks whose first release serves.
    #[must_use]
    pub fn serving() -> Self {
        Self::default().with_first("m")
    }

    /// One of many such services.
    #[must_use]
    pub fn serving_as(name: &str) -> Self {
        let world = Self {
            within: format!("{name}/"),
            ..Self::default()
        };
        world.with_first(name)
    }

    fn with_first(self, family: &str) -> Self {
        let mut world = self;
        let first = json!({"family": family, "tags": [{"key": "mlship:content", "value": "one"}],
            "containerDefinitions": [{"name": "m", "image": "m:1"}]});
        let arn = world.register(&object(first));
        world.create(&object(json!({"taskDefinition": arn})));
        world.change_tags("", |tags| {
            tags.insert("mlship:model".to_owned(), "m".to_owned());
        });
        world.end("SUCCESSFUL", "COMPLETED");
        world.tasks(2, 0, 0);
        world.deployments[0].source_service_revisions = Vec::new();
        // Long before what a test does.
        let before = Some(world.time(-86_400));
        world.deployments[0].created_at = before;
        if let Some(service) = &mut world.service {
            service.deployments[0].created_at = before;
        }
        world
    }

    /// Returns a time by ECS's clock, so many seconds from now.
    #[must_use]
    pub fn time(&self, seconds: i64) -> Timestamp {
        let now = i64::try_from(self.now.as_millis()).unwrap();
        Timestamp::from_millisecond((EPOCH + seconds) * 1000 + now).unwrap()
    }

    /// Returns the deployments that a list shows which is so far behind.
    pub(super) fn listed(&self, now: Duration, behind: Duration) -> Vec<ServiceDeployment> {
        let since = |duration: Duration| i64::try_from(duration.as_millis()).unwrap();
        let until = EPOCH * 1000 + since(now) - since(behind);
        let is_shown = |made: Timestamp| behind.is_zero() || made.as_millisecond() <= until;
        let all = self.deployments.iter().cloned();
        all.filter(|deployment| deployment.created_at.is_none_or(is_shown))
            .collect()
    }

    pub fn register(&mut self, document: &Document) -> TaskDefinitionArn {
        let number = self.task_definitions.len() + 1;
        let family = document["family"].as_str().unwrap();
        let arn = format!("arn:aws:ecs:us-east-1:111122223333:task-definition/{family}:{number}");
        let mut document = document.clone();
        let tags = tags_of(&document.remove("tags").unwrap_or_default());
        document.entry("status").or_insert_with(|| json!("ACTIVE"));
        let arn = TaskDefinitionArn::new(arn);
        self.task_definitions.push(LiveTaskDefinition {
            arn: arn.clone(),
            document,
            tags,
        });
        arn
    }

    #[must_use]
    pub fn task_definition(&self, name: &str) -> Option<LiveTaskDefinition> {
        let is_meant = |definition: &&LiveTaskDefinition| {
            let short = definition.arn.short();
            definition.arn.as_str() == name
                || short == name
                || short.split(':').next() == Some(name)
        };
        self.task_definitions.iter().rev().find(is_meant).cloned()
    }

    pub fn create(&mut self, document: &Document) -> Option<LiveService> {
        let token = document.get("clientToken").cloned();
        if self.service.is_none() {
            let arn = format!("arn:service/{}", self.within);
            let empty = json!({"serviceArn": arn.trim_end_matches('/'), "status": "ACTIVE",
                "taskDefinition": "none", "desiredCount": 2, "launchType": "FARGATE"});
            self.service = Some(LiveService::read(object(empty)).unwrap());
            self.token = token;
            return Some(self.update(document));
        }
        (token.is_some() && token == self.token).then(|| self.service.clone())?
    }

    /// Does what `UpdateService` does: some fields change in place.
    pub fn take_update(&mut self, document: &Document) -> LiveService {
        const IN_PLACE: [&str; 7] = [
            "cluster",
            "service",
            "desiredCount",
            "healthCheckGracePeriodSeconds",
            "deploymentConfiguration",
            "enableExecuteCommand",
            "propagateTags",
        ];
        let service = self.service.as_mut().unwrap();
        let count = document.get("desiredCount").and_then(Value::as_u64);
        if let Some(count) = count.and_then(|count| u32::try_from(count).ok()) {
            service.desired_count = count;
        }
        let starts = |(field, value): (&String, &Value)| match field.as_str() {
            "taskDefinition" => {
                let serving = &service.task_definition;
                value != serving.as_str() && value != serving.short()
            }
            "forceNewDeployment" => *value == json!(true),
            field => !IN_PLACE.contains(&field) && service.document.get(field) != Some(value),
        };
        // What is there already is no change, and makes no deployment.
        if document.is_empty() || document.iter().any(starts) {
            return self.update(document);
        }
        let settings = document
            .iter()
            .filter(|(name, _)| !IN_PLACE[..2].contains(&name.as_str()));
        let settings = settings.map(|(name, value)| (name.clone(), value.clone()));
        service.document.extend(settings);
        service.clone()
    }

    /// Starts a deployment of the task definition asked for, or again of the one that serves.
    pub fn update(&mut self, document: &Document) -> LiveService {
        let mut service = self.service.take().unwrap();
        if let Some(wanted) = document.get("taskDefinition").and_then(Value::as_str) {
            service.task_definition = TaskDefinitionArn::new(wanted);
        }
        let of_the_call = [
            "clientToken",
            "cluster",
            "service",
            "forceNewDeployment",
            "tags",
        ];
        let settings = document.iter();
        let settings = settings.filter(|(name, _)| !of_the_call.contains(&name.as_str()));
        let settings = settings.map(|(name, value)| (name.clone(), value.clone()));
        service.document.extend(settings);
        // A newer deployment stops the one before.
        if let Some(before) = self.deployments.first_mut()
            && matches!(
                before.status,
                ServiceDeploymentStatus::Pending | ServiceDeploymentStatus::InProgress
            )
        {
            before.status = ServiceDeploymentStatus::Stopped;
        }
        let number = format!("{}{}", self.within, self.deployments.len() + 1);
        let revision = ServiceRevisionArn::new(format!("arn:revision/{number}"));
        let brings = service.task_definition.clone();
        let mut content = object(json!({"serviceRevisionArn": revision, "taskDefinition": brings}));
        let images = self.task_definition(brings.as_str());
        let images = images.map(|definition| self.resolved(&definition.document));
        if let Some(images) = images.filter(|images| !images.is_empty()) {
            content.insert("containerImages".to_owned(), json!(images));
        }
        if let Some(network) = service.document.get("networkConfiguration") {
            content.insert("networkConfiguration".to_owned(), network.clone());
        }
        self.brought.insert(revision.clone(), content);
        for old in &mut service.deployments {
            "ACTIVE".clone_into(&mut old.status);
        }
        let entry = json!({"id": format!("ecs-svc/{number}"), "status": "PRIMARY",
            "taskDefinition": brings, "desiredCount": service.desired_count,
            "rolloutState": "IN_PROGRESS"});
        service
            .deployments
            .insert(0, serde_json::from_value(entry).unwrap());
        service.deployments[0].created_at = Some(self.time(0));
        let replaced = self.deployments.first().and_then(ServiceDeployment::target);
        let replaced: Vec<Value> = replaced.iter().map(|arn| json!({"arn": arn})).collect();
        let attempt = json!({"serviceDeploymentArn": format!("arn:deployment/{number}"),
            "status": "PENDING", "targetServiceRevision": {"arn": revision,
            "requestedTaskCount": service.desired_count}, "sourceServiceRevisions": replaced});
        self.deployments
            .insert(0, serde_json::from_value(attempt).unwrap());
        self.deployments[0].created_at = Some(self.time(0));
        let current = self.deployments[0].service_deployment_arn.clone();
        service.current_service_deployment = Some(current);
        self.service = Some(service.clone());
        service
    }

    /// Returns the images of containers as a deployment resolves them: by what their tags stand for
    /// now.
    fn resolved(&self, definition: &Document) -> Vec<Value> {
        let containers = definition
            .get("containerDefinitions")
            .and_then(Value::as_array);
        let resolved = containers.into_iter().flatten().filter_map(|container| {
            let image = container["image"].as_str()?;
            let digest = match image.split_once('@') {
                Some((_, digest)) => digest,
                None => self.image_tags.get(image.rsplit_once(':')?.1)?,
            };
            let name = &container["name"];
            Some(json!({"containerName": name, "image": image, "imageDigest": digest}))
        });
        resolved.collect()
    }

    /// Changes the tags of the service, or of a task definition by its ARN.
    pub fn change_tags(&mut self, arn: &str, change: impl FnOnce(&mut BTreeMap<String, String>)) {
        let mut definitions = self.task_definitions.iter_mut();
        if let Some(definition) = definitions.find(|definition| definition.arn.as_str() == arn) {
            return change(&mut definition.tags);
        }
        let service = self.service.as_mut().unwrap();
        let mut all = service.tags();
        change(&mut all);
        service.document.insert("tags".to_owned(), tag_list(&all));
    }

    #[must_use]
    pub fn revisions(&self, arns: &[ServiceRevisionArn]) -> Vec<ServiceRevision> {
        let known = arns.iter().filter_map(|arn| {
            let mut content = self.brought.get(arn)?.clone();
            let newest = self.deployments.first().and_then(ServiceDeployment::target);
            let own = self
                .newest_lands_in
                .as_ref()
                .filter(|_| newest == Some(arn));
            if let Some(group) = own.or(self.lands_in.as_ref()) {
                let resolved = json!({"loadBalancers": [{"targetGroupArn": group}]});
                content.insert("resolvedConfiguration".to_owned(), resolved);
            }
            Some(ServiceRevision::read(content).unwrap())
        });
        known.collect()
    }
}

#[must_use]
pub fn object(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        _ => panic!("not an object"),
    }
}
