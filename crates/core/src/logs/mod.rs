//! Reads the logs of a service's containers: of chosen tasks, from a given time on, ordered by
//! time, each line once.
//!
//! `retry`, `reader`, `task_finder` and `follow` send requests and wait; the rest is pure. Nothing
//! here writes to a terminal.

mod batch;
mod dedup;
mod follow;
mod kept;
mod merge;
mod reader;
mod retry;
mod select;
mod stream_state;
mod task_finder;
mod window;

use std::io;
use std::rc::Rc;

pub use follow::follow;
use jiff::Timestamp;
pub use kept::Kept;
pub use reader::Reader;
pub use select::{Choice, Unread};
pub use task_finder::{TaskFinder, TaskSelection, death};

use crate::cloud::CloudError;
use crate::release::LogStream;
use crate::release::ids::{ServiceId, TaskArn, TaskDefinitionArn};
use crate::rollout::Failure;

/// A container whose log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSource {
    /// The task it belongs to.
    pub task: TaskArn,
    /// What the task runs.
    pub task_definition: TaskDefinitionArn,
    /// Its name.
    pub container: String,
    /// Where it writes.
    pub log: LogStream,
}

/// A line and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub source: Rc<LogSource>,
    /// When, by the clock of the container's host.
    pub time: Timestamp,
    /// What.
    pub message: String,
}

/// A task that died, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Death {
    /// Which.
    pub task: TaskArn,
    /// What it ran.
    pub task_definition: TaskDefinitionArn,
    /// When, by ECS's clock.
    pub time: Option<Timestamp>,
    /// Why.
    pub failure: Failure,
    /// How many more died of the same, where only this one is told.
    pub alike: usize,
    /// When the first of these died, by ECS's clock.
    pub since: Option<Timestamp>,
}

/// Takes in what is read, as it is read.
pub trait Listener {
    /// What is told of a service of several is about to come.
    ///
    /// # Errors
    /// When nobody reads on.
    fn begin(&mut self, _: &ServiceId) -> io::Result<()> {
        Ok(())
    }

    /// Lines of a container are about to come.
    fn expect(&mut self, source: &LogSource);

    /// A container wrote a line. An error means that nobody reads on.
    fn line(&mut self, line: &Line) -> io::Result<()>;

    /// A task died.
    fn death(&mut self, death: &Death) -> io::Result<()>;

    /// Something that is not a line of a log.
    fn note(&mut self, text: &str);
}

/// Where lines come from, as far as they are read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// All lines since a moment.
    At(Timestamp),
    /// So many lines of each container from its end, or fewer, since a moment.
    Tail(u32, Option<Timestamp>),
}

/// Why reading ended before its end.
#[derive(Debug)]
pub enum ReadError {
    /// AWS said no, or is out of reach.
    Cloud(CloudError),
    /// Nobody reads what is written.
    BrokenPipe,
}

impl From<CloudError> for ReadError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        Self::BrokenPipe
    }
}
