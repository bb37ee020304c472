//! Selects the containers of a task that have a log to read. Pure.

use super::LogSource;
use crate::release::{Document, LiveTask, LogStream, Unreadable};
use crate::shape::items;

/// Which containers somebody wants to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only the container of this name.
    pub container: Option<String>,
}

/// A container that was asked for and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its name.
    pub container: String,
    /// Why.
    pub why: Unreadable,
}

impl Choice {
    /// Returns the names that the task definition has and are wanted, in its order.
    #[must_use]
    pub fn names(&self, definition: &Document) -> Vec<String> {
        let all = names(definition).into_iter();
        all.filter(|name| self.container.as_ref().is_none_or(|wanted| wanted == name))
            .collect()
    }

    /// Returns the wanted containers of a task that have run so far, and which of them log
    /// elsewhere. What never ran has no stream: asking for it would spoil the look at others.
    #[must_use]
    pub fn sources(&self, task: &LiveTask, definition: &Document) -> (Vec<LogSource>, Vec<Unread>) {
        let (mut sources, mut unread) = (Vec::new(), Vec::new());
        for name in self.names(definition) {
            let mut states = task.containers.iter();
            let Some(state) = states.find(|state| state.name == name && state.has_run()) else {
                continue;
            };
            let id = task.task_arn.id();
            match LogStream::of(definition, &name, id, state.runtime_id.as_deref()) {
                Ok(log) => sources.push(LogSource {
                    task: task.task_arn.clone(),
                    task_definition: task.task_definition_arn.clone(),
                    container: name,
                    log,
                }),
                Err(why) => unread.push(Unread {
                    container: name,
                    why,
                }),
            }
        }
        (sources, unread)
    }
}

/// Returns the names of a task definition's containers.
pub(super) fn names(definition: &Document) -> Vec<String> {
    let containers = items(definition.get("containerDefinitions"));
    let names = containers.filter_map(|container| container["name"].as_str());
    names.map(str::to_owned).collect()
}

impl Unread {
    /// Returns a line that says so.
    #[must_use]
    pub fn text(&self) -> String {
        let name = &self.container;
        match &self.why {
            Unreadable::Elsewhere(driver) => {
                format!("container {name} logs by {driver}, which is not read here")
            }
            Unreadable::Nowhere => format!("container {name} has no log that could be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn definition() -> Document {
        let logs = json!({"logDriver": "awslogs",
            "options": {"awslogs-group": "/ml/m", "awslogs-stream-prefix": "p"}});
        let definition = json!({"containerDefinitions": [
            {"name": "m", "logConfiguration": logs},
            {"name": "side", "logConfiguration": logs},
            {"name": "router", "logConfiguration": {"logDriver": "awsfirelens"}}]});
        definition.as_object().unwrap().clone()
    }

    fn task(containers: &Value) -> LiveTask {
        let task = json!({"taskArn": "arn:aws:ecs:x:1:task/ml/abc", "containers": containers});
        LiveTask::read(task.as_object().unwrap().clone()).unwrap()
    }

    fn check(choice: Option<&str>, containers: &Value, streams: &[&str], unread: &[&str]) {
        let choice = Choice {
            container: choice.map(str::to_owned),
        };
        let (sources, left) = choice.sources(&task(containers), &definition());
        let found: Vec<&str> = sources
            .iter()
            .map(|source| source.log.stream.as_str())
            .collect();
        assert_eq!(found, streams);
        let left: Vec<&str> = left
            .iter()
            .map(|source| source.container.as_str())
            .collect();
        assert_eq!(left, unread);
    }

    #[test]
    fn all_containers_that_log_by_awslogs_are_read_and_others_named() {
        let running = |name: &str| json!({"name": name, "lastStatus": "RUNNING"});
        let all = json!([running("side"), running("m"), running("router")]);
        check(None, &all, &["p/m/abc", "p/side/abc"], &["router"]);
        check(Some("side"), &all, &["p/side/abc"], &[]);
        check(Some("router"), &all, &[], &["router"]);
    }

    #[test]
    fn a_container_that_never_ran_is_not_asked_for() {
        let dead = json!([{"name": "m", "lastStatus": "STOPPED"},
            {"name": "side", "lastStatus": "STOPPED", "exitCode": 1}]);
        check(None, &dead, &["p/side/abc"], &[]);
        check(
            None,
            &json!([{"name": "m", "lastStatus": "PENDING"}]),
            &[],
            &[],
        );
    }
}
