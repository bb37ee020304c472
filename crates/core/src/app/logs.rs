//! Use case: read the logs of a service. Chooses tasks and times, and explains when there are no
//! lines.

mod mistake;
mod one_a_cause;
mod silence;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

pub use mistake::Mistake;
use one_a_cause::one_a_cause;

use super::not_there::explained;
use super::{Context, Invocation, Subject};
use crate::cloud::{Cloud, CloudError};
use crate::logs::{
    Begin, Choice, Listener, ReadError, Reader, TaskFinder, TaskSelection, death, follow,
};
use crate::progress::Interrupt;
use crate::release::{LiveService, LiveTask};
use mlship_text::moment::Moment;

/// How far back the logs of running tasks are read unless asked otherwise.
const RECENT: Moment = Moment::Ago(SignedDuration::from_mins(10));
/// How many lines of each container of a dead task are read unless asked otherwise.
const DEAD_TASK_LINES: u32 = 100;
/// How many dead tasks are read unless asked otherwise.
const DEAD: usize = 10;

/// What to read.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// Of which tasks.
    pub which: TaskSelection,
    /// Whether to go on with new lines and new tasks.
    pub follow: bool,
    /// Of which containers; without a name, of all.
    pub container: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
    /// How many lines of each container, the last ones.
    pub lines: Option<u32>,
    /// Which of the tasks that died.
    pub dead: DeadTasks,
}

/// Which of the tasks that died are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadTasks {
    /// The newest for each cause; the others are counted.
    OneACause,
    /// The newest ones.
    Newest,
    /// Each.
    All,
}

/// Why reading ended before its end.
#[derive(Debug)]
pub enum LogsEnd {
    /// Somebody asked for what is not there.
    Mistaken(Mistake),
    /// A signal came.
    Interrupted(Interrupt),
    /// Nobody reads what is written.
    BrokenPipe,
    /// AWS said no, or is out of reach.
    Cloud(CloudError),
}

impl From<ReadError> for LogsEnd {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Cloud(error) => Self::Cloud(error),
            ReadError::BrokenPipe => Self::BrokenPipe,
        }
    }
}

impl From<CloudError> for LogsEnd {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

/// Reads the logs of a service, each line to the listener.
///
/// # Errors
/// Why reading ended before its end.
pub async fn read_logs<C: Cloud>(
    context: &Context<'_, C>,
    subject: &Subject,
    options: &LogOptions,
    listener: &mut dyn Listener,
) -> Result<(), LogsEnd> {
    let reader = Reader::new(context.cloud, listener);
    let choice = Choice {
        container: options.container.clone(),
    };
    let reading = LogReading {
        clock: context.clock,
        invocation: context.invocation,
        subject,
        options,
        finder: TaskFinder::new(&reader, subject.service(), choice),
    };
    tokio::select! {
        // What has ended beats a signal that came with it.
        biased;
        read = Box::pin(reading.run(context.cloud)) => read,
        signal = context.interrupts.wait() => Err(LogsEnd::Interrupted(signal)),
    }
}

struct LogReading<'a, 'r, C> {
    clock: fn() -> Timestamp,
    invocation: &'a Invocation,
    subject: &'a Subject,
    options: &'a LogOptions,
    finder: TaskFinder<'a, 'r, C>,
}

impl<C: Cloud> LogReading<'_, '_, C> {
    async fn run(&self, cloud: &C) -> Result<(), LogsEnd> {
        let service = self.finder.service();
        let live = cloud.service(service).await?;
        let Some(live) = live.filter(LiveService::is_active) else {
            let error = CloudError::no_service(service);
            return Err(explained(cloud, self.subject, error).await.into());
        };
        let tasks = self.finder.tasks(&self.options.which).await?;
        let now = now_of(&live, &tasks, (self.clock)());
        if self.options.follow {
            return self.follow(&live, tasks, now).await;
        }
        self.read_once(&live, &tasks, now).await
    }

    async fn follow(
        &self,
        live: &LiveService,
        tasks: Vec<LiveTask>,
        now: Timestamp,
    ) -> Result<(), LogsEnd> {
        for task in &tasks {
            self.finder.sources(task).await?;
        }
        self.refuse(live, &tasks).await?;
        let begin = self.begin(now, false);
        let which = &self.options.which;
        Ok(follow(&self.finder, which, tasks, &begin, &self.clock).await?)
    }

    async fn read_once(
        &self,
        live: &LiveService,
        tasks: &[LiveTask],
        now: Timestamp,
    ) -> Result<(), LogsEnd> {
        let deaths = match self.options.which {
            TaskSelection::Failed if self.options.dead == DeadTasks::OneACause => {
                one_a_cause(tasks)
            }
            TaskSelection::Failed | TaskSelection::Running | TaskSelection::Task(_) => {
                tasks.iter().map(|task| (task, death(task))).collect()
            }
        };
        let most = match (&self.options.which, self.options.dead) {
            (TaskSelection::Failed, DeadTasks::OneACause | DeadTasks::Newest) => DEAD,
            (TaskSelection::Failed, DeadTasks::All)
            | (TaskSelection::Running | TaskSelection::Task(_), _) => usize::MAX,
        };
        let shown = &deaths[..deaths.len().min(most)];
        let mut sources = Vec::new();
        for (task, death) in shown {
            sources.push((*task, death, self.finder.sources(task).await?));
        }
        self.refuse(live, tasks).await?;
        let reader = self.finder.reader();
        let mut count = 0;
        // Each dead task by itself, behind the reason of its death; the living together.
        let (dead, living): (Vec<_>, Vec<_>) = sources
            .into_iter()
            .partition(|(task, ..)| task.has_stopped());
        for (_, death, sources) in dead {
            if let Some(death) = death {
                reader.death(death)?;
            }
            count += reader.read(&sources, &self.begin(now, true)).await?;
        }
        let living: Vec<_> = living
            .into_iter()
            .flat_map(|(.., sources)| sources)
            .collect();
        count += reader.read(&living, &self.begin(now, false)).await?;
        let folded: usize = shown
            .iter()
            .filter_map(|(_, death)| death.as_ref())
            .map(|death| death.alike)
            .sum();
        if deaths.len() > shown.len() {
            let more = deaths.len() - shown.len();
            reader.note(&format!(
                "{more} more died before; --task ID reads one of them, --all each"
            ));
        } else if folded > 0 {
            reader.note("each cause is shown once; --all shows each task");
        } else if tasks.is_empty() {
            reader.note(&self.no_tasks(live).await);
        } else if count == 0 {
            let shown = shown.iter().map(|(task, _)| *task);
            reader.note(&self.no_lines(shown).await);
        }
        Ok(())
    }

    /// Refuses to read of a task or a container that is not there.
    async fn refuse(&self, live: &LiveService, tasks: &[LiveTask]) -> Result<(), LogsEnd> {
        if let TaskSelection::Task(prefix) = &self.options.which
            && tasks.is_empty()
        {
            return Err(LogsEnd::Mistaken(Mistake::Task {
                wanted: prefix.clone(),
                older: self.older(live).await,
            }));
        }
        match self.finder.mistaken() {
            None => Ok(()),
            Some(known) => Err(LogsEnd::Mistaken(Mistake::Container {
                wanted: self.options.container.clone().unwrap_or_default(),
                known,
            })),
        }
    }

    fn begin(&self, now: Timestamp, dead: bool) -> Begin {
        let from = self.options.since.map(|since| since.at(now));
        match (self.options.lines, from) {
            (Some(lines), from) => Begin::Tail(lines, from),
            (None, Some(from)) => Begin::At(from),
            (None, None) if dead => Begin::Tail(DEAD_TASK_LINES, None),
            (None, None) => Begin::At(RECENT.at(now)),
        }
    }
}

/// What ECS has stamped cannot lie in the future: a clock here that is behind must not make
/// "ten minutes ago" longer than it is.
fn now_of(service: &LiveService, tasks: &[LiveTask], here: Timestamp) -> Timestamp {
    let events = service.events.iter().filter_map(|event| event.created_at);
    let tasks = tasks
        .iter()
        .flat_map(|task| [task.created_at, task.stopped_at()]);
    let newest = events.chain(tasks.flatten()).max();
    newest.max(Some(here)).unwrap_or_default()
}
