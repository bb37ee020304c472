//! Where a container's log is, by its task definition, and the lines read from it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::Document;
use crate::shape::items;

/// A stream of `CloudWatch` Logs that a container writes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogStream {
    /// The region it is in; nothing for that of the service.
    pub region: Option<String>,
    /// The log group.
    pub group: String,
    /// The stream's name.
    pub stream: String,
}

/// Why a container's log cannot be read from `CloudWatch` Logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It goes through another log driver.
    Elsewhere(String),
    /// The container has no log driver that ECS knows of.
    Nowhere,
}

impl LogStream {
    /// Returns the stream of a container. Without a prefix, which only EC2 allows, the Docker
    /// daemon's id of the container is its name.
    pub fn of(
        definition: &Document,
        container: &str,
        task_id: &str,
        runtime_id: Option<&str>,
    ) -> Result<Self, Unreadable> {
        let logs = items(definition.get("containerDefinitions"))
            .find(|known| known["name"] == *container)
            .map(|known| &known["logConfiguration"])
            .ok_or(Unreadable::Nowhere)?;
        match logs["logDriver"].as_str() {
            Some("awslogs") => {}
            Some(other) => return Err(Unreadable::Elsewhere(other.to_owned())),
            None => return Err(Unreadable::Nowhere),
        }
        let option = |name: &str| logs["options"][name].as_str().map(str::to_owned);
        let stream = match option("awslogs-stream-prefix") {
            Some(prefix) => format!("{prefix}/{container}/{task_id}"),
            None => runtime_id.ok_or(Unreadable::Nowhere)?.to_owned(),
        };
        Ok(Self {
            region: option("awslogs-region"),
            group: option("awslogs-group").ok_or(Unreadable::Nowhere)?,
            stream,
        })
    }
}

/// Returns the log groups that a task definition's containers write to, each with its region
/// where that is not the service's.
#[must_use]
pub fn log_groups(definition: &Document) -> BTreeSet<(String, Option<String>)> {
    let containers = items(definition.get("containerDefinitions"));
    let logs = containers.map(|container| &container["logConfiguration"]);
    let ours = logs.filter(|logs| logs["logDriver"] == "awslogs");
    let option = |logs: &Value, name: &str| logs["options"][name].as_str().map(str::to_owned);
    ours.filter_map(|logs| {
        Some((
            option(logs, "awslogs-group")?,
            option(logs, "awslogs-region"),
        ))
    })
    .collect()
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The stream it is from.
    pub stream: String,
    /// When it was written, by the clock of the container's host.
    pub time: Timestamp,
    /// What was written.
    pub message: String,
}

/// What a look into some streams of a log group brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogPage {
    /// Lines in the order of their times, and where to go on; a page may be empty before the end.
    Lines(Vec<LogLine>, Option<String>),
    /// There is no such group.
    NoGroup,
    /// One of the streams is not there, so that none was looked into.
    NoStream,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(logs: &Value) -> Result<LogStream, Unreadable> {
        let definition = json!({"containerDefinitions": [{"name": "m", "logConfiguration": logs}, {"name": "n"}]});
        LogStream::of(definition.as_object().unwrap(), "m", "abc", Some("abc-1"))
    }

    #[test]
    fn the_stream_is_named_by_prefix_container_and_task() {
        let found = of(
            &json!({"logDriver": "awslogs", "options": {"awslogs-group": "/ml/m",
            "awslogs-stream-prefix": "p", "awslogs-region": "eu-west-1"}}),
        );
        let expected = LogStream {
            region: Some("eu-west-1".to_owned()),
            group: "/ml/m".to_owned(),
            stream: "p/m/abc".to_owned(),
        };
        assert_eq!(found, Ok(expected));
    }

    #[test]
    fn without_a_prefix_the_stream_has_the_name_of_the_docker_container() {
        let found = of(&json!({"logDriver": "awslogs", "options": {"awslogs-group": "/ml/m"}}));
        assert_eq!(found.unwrap().stream, "abc-1");
    }

    #[test]
    fn what_logs_elsewhere_or_nowhere_is_told_apart() {
        let splunk = Unreadable::Elsewhere("splunk".to_owned());
        assert_eq!(of(&json!({"logDriver": "splunk"})), Err(splunk));
        assert_eq!(of(&Value::Null), Err(Unreadable::Nowhere));
    }
}
