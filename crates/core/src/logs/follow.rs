//! Follows the logs of a service through its rollouts: polls, takes up new tasks, and drops those
//! that ended.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::batch::batches;
use super::dedup::LineDedup;
use super::reader::no_group;
use super::stream_state::{Followed, after_tail};
use super::task_finder::death;
use super::{Begin, Line, LogSource, ReadError, TaskFinder, TaskSelection, window};
use crate::cloud::{Answer, Cloud};
use crate::pause::sleep;
use crate::release::ids::TaskArn;
use crate::release::{DesiredStatus, LiveTask};

/// Between two looks for new tasks.
const TASKS_EVERY: Duration = Duration::from_secs(5);
/// How long the last lines of a task that ended are waited for.
const LINGER: Duration = Duration::from_mins(1);
/// After so many looks a stream that was not there is looked for again.
const AGAIN_AFTER: u32 = 5;

/// Follows for ever, or the tasks that were named until they have ended. Takes the tasks that are
/// there by now.
///
/// # Errors
/// When AWS says no or stays out of reach, and when nobody listens any more.
pub async fn follow<C: Cloud>(
    finder: &TaskFinder<'_, '_, C>,
    which: &TaskSelection,
    tasks: Vec<LiveTask>,
    begin: &Begin,
    now: &dyn Fn() -> Timestamp,
) -> Result<(), ReadError> {
    let mut following = Following {
        finder,
        which,
        now,
        followed: Vec::new(),
        over: BTreeSet::new(),
        ended: BTreeMap::new(),
        ends: Vec::new(),
        lives: true,
        seen: LineDedup::default(),
        newest: None,
        looks: 0,
        noted_groups: BTreeSet::new(),
    };
    following.run(tasks, begin).await
}

struct Following<'a, 'r, C> {
    finder: &'a TaskFinder<'a, 'r, C>,
    which: &'a TaskSelection,
    now: &'a dyn Fn() -> Timestamp,
    followed: Vec<Followed>,
    /// Tasks that are no longer looked at, or were dead before this began.
    over: BTreeSet<TaskArn>,
    /// When tasks were found to have ended.
    ended: BTreeMap<TaskArn, Instant>,
    /// Ends that are told once what the task wrote has been.
    ends: Vec<LiveTask>,
    /// Whether any task that is wanted lives.
    lives: bool,
    seen: LineDedup,
    newest: Option<Timestamp>,
    looks: u32,
    noted_groups: BTreeSet<String>,
}

impl<C: Cloud> Following<'_, '_, C> {
    async fn run(&mut self, tasks: Vec<LiveTask>, begin: &Begin) -> Result<(), ReadError> {
        self.start(tasks, begin).await?;
        let mut tasks_at = Instant::now();
        let mut heard_at = Instant::now();
        loop {
            if self.look().await? {
                heard_at = Instant::now();
            }
            self.emit_deaths()?;
            if self.is_over() {
                return Ok(());
            }
            let requests = self.finder.reader.requests();
            sleep(window::pause(requests, heard_at.elapsed())).await;
            if tasks_at.elapsed() >= TASKS_EVERY {
                self.follow_new_tasks().await?;
                tasks_at = Instant::now();
            }
        }
    }

    /// A service has no end; tasks that were named have one.
    fn is_over(&self) -> bool {
        let is_named = match self.which {
            TaskSelection::Task(_) => true,
            TaskSelection::Running | TaskSelection::Failed => false,
        };
        is_named && !self.lives && self.ended.is_empty()
    }

    /// Takes up the tasks that run, and tells what is wanted of the time before.
    async fn start(&mut self, tasks: Vec<LiveTask>, begin: &Begin) -> Result<(), ReadError> {
        self.over
            .extend(self.finder.listed(DesiredStatus::Stopped).await?);
        if tasks.is_empty() {
            self.finder.reader.note("no task runs; waiting for one");
        }
        let mut sources = Vec::new();
        for task in &tasks {
            self.over.remove(&task.task_arn);
            sources.extend(self.finder.sources(task).await?);
        }
        match begin {
            Begin::At(from) => {
                for source in sources {
                    self.follow_source(source, *from);
                }
            }
            Begin::Tail(lines, from) => {
                let tails = self.finder.reader.tails(&sources, *lines, *from).await?;
                for source in sources {
                    let floor = after_tail(&tails, &source, *lines);
                    self.follow_source(source, floor.or(*from).unwrap_or(Timestamp::UNIX_EPOCH));
                }
                self.seen.begin();
                for line in &tails {
                    self.seen.is_new(line);
                    self.newest = self.newest.max(Some(line.time));
                    self.finder.reader.emit(line)?;
                }
            }
        }
        self.note_ends(tasks);
        Ok(())
    }

    fn follow_source(&mut self, source: Rc<LogSource>, floor: Timestamp) {
        self.finder.reader.expect(&source);
        self.followed.push(Followed {
            source,
            floor,
            is_read: false,
            not_before: 0,
        });
    }

    /// Looks for tasks that are new, and for containers that have come to life.
    async fn follow_new_tasks(&mut self) -> Result<(), ReadError> {
        let mut arns = self.finder.listed(DesiredStatus::Running).await?;
        arns.extend(self.finder.listed(DesiredStatus::Stopped).await?);
        arns.retain(|arn| self.is_wanted(arn));
        let tasks = self.finder.described(&arns).await?;
        for task in &tasks {
            self.follow_task(task).await?;
        }
        self.note_ends(tasks);
        self.drop_ended();
        Ok(())
    }

    fn is_wanted(&self, arn: &TaskArn) -> bool {
        let is_named = match self.which {
            TaskSelection::Task(prefix) => arn.id().starts_with(prefix.as_str()),
            TaskSelection::Running | TaskSelection::Failed => true,
        };
        is_named && !self.over.contains(arn) && !self.ended.contains_key(arn)
    }

    async fn follow_task(&mut self, task: &LiveTask) -> Answer<()> {
        for source in self.finder.sources(task).await? {
            if self
                .followed
                .iter()
                .any(|followed| followed.source == source)
            {
                continue;
            }
            let name = &source.container;
            let (task_id, release) = (source.task.short(), source.task_definition.short());
            let reader = self.finder.reader;
            reader.note(&format!("following {name} of task {task_id} ({release})"));
            // The host's clock need not agree with ECS's.
            let minute = jiff::SignedDuration::from_mins(1);
            let made = task.created_at.and_then(|at| at.checked_sub(minute).ok());
            self.follow_source(source, made.unwrap_or(Timestamp::UNIX_EPOCH));
        }
        Ok(())
    }

    fn note_ends(&mut self, tasks: Vec<LiveTask>) {
        self.lives = tasks.iter().any(|task| !task.has_stopped());
        for task in tasks.into_iter().filter(LiveTask::has_stopped) {
            self.ended.insert(task.task_arn.clone(), Instant::now());
            self.ends.push(task);
        }
    }

    fn emit_deaths(&mut self) -> Result<(), ReadError> {
        let reader = self.finder.reader;
        for task in self.ends.drain(..) {
            match death(&task) {
                Some(death) => reader.death(&death)?,
                None => reader.note(&format!("task {} stopped", task.task_arn.short())),
            }
        }
        Ok(())
    }

    /// Lets go of tasks whose last lines must have come by now.
    fn drop_ended(&mut self) {
        let ended = std::mem::take(&mut self.ended);
        let (over, lingering) = ended
            .into_iter()
            .partition(|(_, since)| since.elapsed() >= LINGER);
        self.ended = lingering;
        let over: BTreeMap<TaskArn, Instant> = over;
        self.followed
            .retain(|followed| !over.contains_key(&followed.source.task));
        self.over.extend(over.into_keys());
    }

    /// Tells the lines that came since the last look; returns whether there were any.
    async fn look(&mut self) -> Result<bool, ReadError> {
        let now = (self.now)();
        let begin = window::begin(self.newest, now, self.looks);
        let looks = self.looks;
        let due = self
            .followed
            .iter()
            .filter(|followed| followed.not_before <= looks);
        let due = due.map(|followed| (Rc::clone(&followed.source), followed.from(begin)));
        let batches = batches(due);
        let asked: Vec<Rc<LogSource>> = batches
            .iter()
            .flat_map(|batch| batch.sources.clone())
            .collect();
        self.seen.begin();
        let mut has_new = false;
        let reader = self.finder.reader;
        let missing = reader
            .since(batches, async |line| {
                has_new |= self.emit(&line, begin)?;
                Ok(())
            })
            .await?;
        for followed in &mut self.followed {
            if missing.sources.contains(&followed.source) {
                followed.not_before = looks + AGAIN_AFTER;
            } else if asked.contains(&followed.source) {
                followed.is_read = true;
            }
        }
        for group in missing.groups {
            if self.noted_groups.insert(group.clone()) {
                reader.note(&no_group(&group));
            }
        }
        if let Some(time) = self.newest.and_then(|at| window::forgettable(at, now)) {
            self.seen.forget_before(time);
        }
        self.looks += 1;
        Ok(has_new)
    }

    /// Tells a line unless it was told, or is older than what this look is about.
    fn emit(&mut self, line: &Line, begin: Option<Timestamp>) -> Result<bool, ReadError> {
        let mut all = self.followed.iter();
        let followed = all.find(|followed| followed.source == line.source);
        // Looked into together with a new task, a container shows more than is remembered of it.
        if followed.is_some_and(|followed| line.time < followed.from(begin))
            || !self.seen.is_new(line)
        {
            return Ok(false);
        }
        self.newest = self.newest.max(Some(line.time));
        self.finder.reader.emit(line)?;
        Ok(true)
    }
}
