//! What is said where nothing was read: who was asked, and where else lines may be.

use super::{LogReading, TaskSelection};
use crate::app::{Invocation, pasted};
use crate::cloud::Cloud;
use crate::release::{LiveService, LiveTask, log_groups};
use mlship_text::words::counted;

/// As far back as ECS remembers a task that stopped.
const REMEMBERED: &str = "as far back as ECS remembers, which is about an hour";

impl<C: Cloud> LogReading<'_, '_, C> {
    /// Returns what is said where there is no task to read.
    pub(super) async fn no_tasks(&self, service: &LiveService) -> String {
        let older = async || match self.older(service).await {
            Some(older) => format!("; {older}"),
            None => String::new(),
        };
        match self.options.which {
            TaskSelection::Failed => format!("no task died {REMEMBERED}{}", older().await),
            TaskSelection::Running | TaskSelection::Task(_) => match self.dead().await {
                Some(dead) => format!("no task runs; {dead}"),
                None => format!("no task runs, and none died {REMEMBERED}{}", older().await),
            },
        }
    }

    /// Returns what is said where tasks wrote nothing.
    pub(super) async fn no_lines(&self, mut tasks: impl Iterator<Item = &LiveTask>) -> String {
        let are_dead = tasks.all(LiveTask::has_stopped);
        let is_all = self.options.since.is_none() && (self.options.lines.is_some() || are_dead);
        let by_whom = match self.options.which {
            TaskSelection::Running => "the tasks that run logged nothing",
            TaskSelection::Failed => "the tasks that died logged nothing",
            TaskSelection::Task(_) => "the task logged nothing",
        };
        let when = if is_all {
            ""
        } else {
            " in that time; --since reads further back"
        };
        let dead = match self.options.which {
            TaskSelection::Running => self.dead().await,
            TaskSelection::Failed | TaskSelection::Task(_) => None,
        };
        let dead = dead.map_or_else(String::new, |dead| format!("; {dead}"));
        format!("{by_whom}{when}{dead}")
    }

    /// Returns where the lines of tasks are that ECS has forgotten.
    pub(super) async fn older(&self, service: &LiveService) -> Option<String> {
        let read = self.finder.definition(&service.task_definition).await;
        let groups = log_groups(&read.ok()??);
        let commands: Vec<String> = groups
            .into_iter()
            .map(|(group, region)| {
                let mut words = vec![
                    "aws".to_owned(),
                    "logs".to_owned(),
                    "tail".to_owned(),
                    group,
                ];
                words.extend(["--since".to_owned(), "1d".to_owned()]);
                let Invocation {
                    region: flag,
                    region_of_service,
                    ..
                } = self.invocation;
                let region = region.or_else(|| flag.clone().or_else(|| region_of_service.clone()));
                let flags = [
                    ("--region", region),
                    ("--profile", self.invocation.profiles.first().cloned()),
                    ("--endpoint-url", self.invocation.endpoint_url.clone()),
                ];
                for (flag, value) in flags {
                    words.extend(
                        value
                            .map(|value| [flag.to_owned(), value])
                            .into_iter()
                            .flatten(),
                    );
                }
                pasted(&words)
            })
            .collect();
        let is_any = !commands.is_empty();
        is_any.then(|| format!("what older ones logged: {}", commands.join(", ")))
    }

    /// Returns how many tasks died, and what reads them.
    async fn dead(&self) -> Option<String> {
        let tasks = self.finder.tasks(&TaskSelection::Failed).await.ok()?;
        let count = tasks.len();
        let read = self.invocation.command_for("logs", self.subject.address());
        (count > 0).then(|| {
            let have = if count == 1 { "has" } else { "have" };
            let tasks = counted(count, "task");
            format!("{tasks} {have} died: {read} --failed reads why, and their last words")
        })
    }
}
