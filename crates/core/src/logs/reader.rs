//! Reads from `CloudWatch` Logs, at a rate that leaves capacity for other users of the account.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::batch::{Batch, batches, line_of};
use super::merge::Merge;
use super::retry::with_retries;
use super::{Begin, Death, Line, Listener, LogSource, ReadError};
use crate::cloud::{Answer, Cloud};
use crate::pause::shortened;
use crate::release::{Document, LogPage};
use mlship_text::secrets::KnownSecrets;

/// Between two `FilterLogEvents`: an account has five a second in a region.
const FILTER_EVERY: Duration = Duration::from_millis(250);
/// Between two `GetLogEvents`: an account has ten or 25 a second in a region.
const GET_EVERY: Duration = Duration::from_millis(100);

/// Reads logs and tells them to a listener.
pub struct Reader<'a, C> {
    pub(super) cloud: &'a C,
    listener: RefCell<&'a mut dyn Listener>,
    /// What the containers that are read know by other names.
    secrets: RefCell<KnownSecrets>,
    last: Cell<Option<Instant>>,
    requests: Cell<u32>,
}

/// What was not there to look into.
#[derive(Debug, Default)]
pub(super) struct Missing {
    pub(super) sources: Vec<Rc<LogSource>>,
    pub(super) groups: Vec<String>,
}

impl<'a, C: Cloud> Reader<'a, C> {
    /// Prepares to read.
    pub fn new(cloud: &'a C, listener: &'a mut dyn Listener) -> Self {
        Self {
            cloud,
            listener: RefCell::new(listener),
            secrets: RefCell::new(KnownSecrets::none()),
            last: Cell::new(None),
            requests: Cell::new(0),
        }
    }

    /// Hides from here on what a task definition has of secrets.
    pub(super) fn learn(&self, definition: &Document) {
        let found = KnownSecrets::of_document(&Value::Object(definition.clone()));
        self.secrets.borrow_mut().extend(found);
    }

    /// Says something that is not a line of a log.
    pub fn note(&self, text: &str) {
        self.listener.borrow_mut().note(text);
    }

    /// Tells that a task died.
    pub fn death(&self, death: &Death) -> Result<(), ReadError> {
        Ok(self.listener.borrow_mut().death(death)?)
    }

    /// Makes a container known whose lines are about to come.
    pub(super) fn expect(&self, source: &LogSource) {
        self.listener.borrow_mut().expect(source);
    }

    pub(super) fn emit(&self, line: &Line) -> Result<(), ReadError> {
        let message = self.secrets.borrow().hide(&line.message).into_owned();
        let line = Line {
            message,
            ..line.clone()
        };
        Ok(self.listener.borrow_mut().line(&line)?)
    }

    pub(super) async fn with_retries<T>(&self, ask: impl AsyncFn() -> Answer<T>) -> Answer<T> {
        with_retries(|text| self.note(text), ask).await
    }

    /// Returns how many requests went to `CloudWatch` Logs since this was last asked.
    pub(super) fn requests(&self) -> u32 {
        self.requests.take()
    }

    /// Reads what there is and tells it in the order of time; returns the number of lines.
    ///
    /// # Errors
    /// When AWS says no or stays out of reach, and when nobody listens any more.
    pub async fn read(&self, sources: &[Rc<LogSource>], begin: &Begin) -> Result<usize, ReadError> {
        for source in sources {
            self.expect(source);
        }
        let mut count = 0;
        match begin {
            Begin::Tail(lines, from) => {
                for line in self.tails(sources, *lines, *from).await? {
                    count += 1;
                    self.emit(&line)?;
                }
            }
            Begin::At(from) => {
                let batches = batches(sources.iter().map(|source| (Rc::clone(source), *from)));
                let told = async |line: Line| {
                    count += 1;
                    self.emit(&line)
                };
                let missing = self.since(batches, told).await?;
                for group in missing.groups {
                    self.note(&no_group(&group));
                }
            }
        }
        Ok(count)
    }

    /// Returns the last lines of each container, in the order of time.
    pub(super) async fn tails(
        &self,
        sources: &[Rc<LogSource>],
        lines: u32,
        from: Option<Timestamp>,
    ) -> Answer<Vec<Line>> {
        let mut all = Vec::new();
        for source in sources {
            let found = self
                .with_retries(async || {
                    self.wait_for_turn(GET_EVERY).await;
                    self.cloud.log_tail(&source.log, lines, from).await
                })
                .await?;
            all.extend(found.into_iter().map(|line| line_of(line, source)));
        }
        all.sort_by_key(|line| line.time);
        Ok(all)
    }

    /// Tells all lines of the batches in the order of time; returns what was not there.
    pub(super) async fn since(
        &self,
        batches: Vec<Batch>,
        mut emit: impl AsyncFnMut(Line) -> Result<(), ReadError>,
    ) -> Result<Missing, ReadError> {
        let mut missing = Missing::default();
        let mut merge = Merge::default();
        let mut open: Vec<(Batch, Option<String>)> = Vec::new();
        let mut waiting: VecDeque<Batch> = batches.into();
        while let Some(batch) = waiting.pop_front() {
            match self.page(&batch, None).await? {
                LogPage::Lines(lines, next) => {
                    let part = merge.add();
                    merge.push(part, batch.lines(lines), next.is_none());
                    open.push((batch, next));
                }
                LogPage::NoGroup => {
                    missing.groups.push(batch.sources[0].log.group.clone());
                    missing.sources.extend(batch.sources);
                }
                LogPage::NoStream => match batch.halves() {
                    Ok(halves) => waiting.extend(halves),
                    Err(alone) => missing.sources.push(alone),
                },
            }
        }
        loop {
            for line in merge.take() {
                emit(line).await?;
            }
            let Some(part) = merge.next() else {
                return Ok(missing);
            };
            let (batch, token) = &mut open[part];
            match self.page(batch, token.as_deref()).await? {
                LogPage::Lines(lines, next) => {
                    // A token that leads nowhere new is an end too.
                    let is_last = next.is_none() || (next == *token && lines.is_empty());
                    merge.push(part, batch.lines(lines), is_last);
                    *token = next;
                }
                // Deleted while it was read.
                LogPage::NoGroup | LogPage::NoStream => merge.push(part, Vec::new(), true),
            }
        }
    }

    async fn page(&self, batch: &Batch, token: Option<&str>) -> Answer<LogPage> {
        let streams: Vec<String> = batch.streams();
        let log = &batch.sources[0].log;
        self.with_retries(async || {
            self.wait_for_turn(FILTER_EVERY).await;
            let region = log.region.as_deref();
            let cloud = self.cloud;
            cloud
                .log_page(region, &log.group, &streams, batch.from, token)
                .await
        })
        .await
    }

    async fn wait_for_turn(&self, every: Duration) {
        if let Some(last) = self.last.get() {
            sleep_until(last + shortened(every)).await;
        }
        self.last.set(Some(Instant::now()));
        self.requests.set(self.requests.get() + 1);
    }
}

pub(super) fn no_group(group: &str) -> String {
    format!("there is no log group {group}: nothing was written to it yet")
}
