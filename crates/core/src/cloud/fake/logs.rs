//! The fake's tasks, and the log lines of their containers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use super::object;
use crate::release::ids::TaskArn;
use crate::release::{DesiredStatus, LiveTask, LogLine, LogPage, LogStream};

/// Tasks, and streams of one log group.
#[derive(Debug, Clone)]
pub struct Logs {
    /// Oldest first.
    pub tasks: Vec<LiveTask>,
    /// What each stream holds.
    pub streams: BTreeMap<String, Vec<LogLine>>,
    pub has_group: bool,
    /// How many lines a page holds.
    pub page: usize,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            tasks: Vec::new(),
            streams: BTreeMap::new(),
            has_group: true,
            page: 100,
        }
    }
}

impl Logs {
    /// Adds a task of a task definition that runs a container named m.
    pub fn run(&mut self, id: &str, task_definition: &str) {
        let task = json!({"taskArn": format!("arn:aws:ecs:x:1:task/ml/{id}"),
            "taskDefinitionArn": task_definition, "lastStatus": "RUNNING",
            "containers": [{"name": "m", "lastStatus": "RUNNING"}]});
        self.tasks.push(LiveTask::read(object(task)).unwrap());
    }

    /// Lets a task end its work.
    pub fn drain(&mut self, id: &str) {
        let task = self.tasks.iter_mut().find(|task| task.task_arn.id() == id);
        "DEACTIVATING".clone_into(&mut task.unwrap().last_status);
    }

    /// Ends a task.
    pub fn stop(&mut self, id: &str, reason: &str) {
        let task = self.tasks.iter_mut().find(|task| task.task_arn.id() == id);
        let task = task.unwrap();
        let document = json!({"taskArn": task.task_arn,
            "taskDefinitionArn": task.task_definition_arn, "lastStatus": "STOPPED",
            "stoppedReason": reason, "stopCode": "EssentialContainerExited", "stoppedAt": 1,
            "containers": [{"name": "m", "lastStatus": "STOPPED", "exitCode": 1}]});
        *task = LiveTask::read(object(document)).unwrap();
    }

    /// Lets the container of a task write a line.
    pub fn write(&mut self, id: &str, seconds: i64, message: &str) {
        let stream = format!("p/m/{id}");
        let lines = self.streams.entry(stream.clone()).or_default();
        lines.push(LogLine {
            stream,
            time: Timestamp::from_second(seconds).unwrap(),
            message: message.to_owned(),
        });
        lines.sort_by_key(|line| line.time);
    }

    pub(super) fn listed(&self, wanted: DesiredStatus) -> Vec<TaskArn> {
        let stopped = wanted == DesiredStatus::Stopped;
        let tasks = self.tasks.iter();
        let listed = tasks.filter(|task| (task.last_status != "RUNNING") == stopped);
        listed.map(|task| task.task_arn.clone()).collect()
    }

    pub(super) fn described(&self, arns: &[TaskArn]) -> Vec<LiveTask> {
        let tasks = self.tasks.iter();
        let asked = tasks.filter(|task| arns.contains(&task.task_arn));
        asked.cloned().collect()
    }

    pub(super) fn tail(
        &self,
        log: &LogStream,
        lines: u32,
        from: Option<Timestamp>,
    ) -> Vec<LogLine> {
        let all = self.streams.get(&log.stream).into_iter().flatten();
        let all: Vec<&LogLine> = all.filter(|line| Some(line.time) >= from).collect();
        let skipped = all.len().saturating_sub(lines as usize);
        all.into_iter().skip(skipped).cloned().collect()
    }

    pub(super) fn page(
        &self,
        _: &str,
        streams: &[String],
        from: Timestamp,
        page: Option<&str>,
    ) -> LogPage {
        if !self.has_group {
            return LogPage::NoGroup;
        }
        if streams.iter().any(|name| !self.streams.contains_key(name)) {
            return LogPage::NoStream;
        }
        let asked = streams.iter().flat_map(|name| &self.streams[name]);
        let mut lines: Vec<LogLine> = asked.filter(|line| line.time >= from).cloned().collect();
        lines.sort_by_key(|line| line.time);
        let begin: usize = page.map_or(0, |page| page.parse().unwrap());
        let end = (begin + self.page).min(lines.len());
        let next = (end < lines.len()).then(|| end.to_string());
        LogPage::Lines(lines[begin..end].to_vec(), next)
    }
}
