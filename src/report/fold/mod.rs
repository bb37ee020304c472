//! Folds a service's events into lines: one for one thing, with a count and the first and the last
//! time, in the order in which things happened. Whatever comes, each thing has its line, and what
//! a service says at work, the counts and the verdict say.
//!
//! Reads no clock and writes nothing.

mod alike;
mod kinds;
mod lines;
mod pace;
#[cfg(test)]
mod tests;
mod trouble;
mod waits;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::event_text::{full_line, progress_line};
use super::human::clock;
use super::summary::Closing;
use super::{Color, Event, ResultRecord, plan_text};
pub(super) use alike::alike;
use alike::{brief, is_routine, says_no_more};
use mlship_core::release::ServiceDeploymentStatus as Status;
use mlship_core::release::ids::TaskDefinitionArn;
use mlship_text::Page;
use pace::{Pace, Wait};
use trouble::Trouble;

/// What people see.
#[derive(Debug)]
pub(super) enum Output {
    /// A line that stays.
    Line { at: Timestamp, text: String },
    /// Such a line of what goes wrong, told for the first time, with what its words share with
    /// those that say the same.
    Trouble {
        at: Timestamp,
        text: String,
        key: String,
    },
    /// A line of counts, for where no bar shows them.
    Count { at: Timestamp, text: String },
    /// How far it is.
    Bar {
        desired: u32,
        running: u32,
        text: String,
    },
    /// The plan, as a part of the answer.
    Plan(Page),
}

/// What was told of a service, and what is held back to be told together.
#[derive(Debug)]
pub(super) struct Fold {
    color: Color,
    /// By what its words share.
    troubles: BTreeMap<String, Trouble>,
    /// What goes wrong and was not told yet, in the order in which it came.
    untold: Vec<String>,
    /// Lines that were told, and how often they came since.
    lines: BTreeMap<String, (usize, Timestamp, String)>,
    plan: Option<String>,
    registered: Option<(TaskDefinitionArn, Timestamp)>,
    /// The deployment that is waited for, until it is known how far it is.
    waiting: Option<(String, Timestamp)>,
    pace: Pace,
    /// What it waits for, of a deployment that moves traffic.
    waits: Option<Wait>,
    /// How many tasks there were last.
    tasks: Option<[u32; 5]>,
    /// Whether it was said which deployment is followed.
    has_begun: bool,
    /// Whether it was said that mlship has it rolled back.
    gave_up: bool,
    /// No line is of an earlier time than the one above it.
    last: Option<Timestamp>,
}

impl Fold {
    pub(super) fn new(color: Color) -> Self {
        Self {
            color,
            troubles: BTreeMap::new(),
            untold: Vec::new(),
            lines: BTreeMap::new(),
            plan: None,
            registered: None,
            waiting: None,
            pace: Pace::new(),
            waits: None,
            tasks: None,
            has_begun: false,
            gave_up: false,
            last: None,
        }
    }

    /// Takes in an event.
    pub(super) fn event(&mut self, event: &Event, now: Timestamp) -> Vec<Output> {
        // A clock that is ahead of the one here must not have it happen in the future.
        let at = event.happened_at().map_or(now, |time| time.min(now));
        let mut out = Vec::new();
        match event {
            Event::TaskFailed { task, reason, .. } => {
                let id = mlship_text::arn::last_part(task);
                self.trouble(reason, at).add_task(id, reason, at);
            }
            Event::ServiceMessage { message, .. } => self.message(message, at),
            Event::Progress {
                desired,
                running,
                pending,
                failed,
                others,
            } => {
                let counts = [*desired, *running, *pending, *failed, *others];
                let text = progress_line(counts, &self.color);
                self.tell(now, &mut out);
                self.tasks = Some(counts);
                self.counts(&text, counts, at, &mut out);
            }
            Event::WaitingFor { counts, .. } => {
                self.tell_troubles(&mut out);
                self.waiting_for(event, *counts, at, &mut out);
            }
            Event::Planned { plan } => {
                self.tell(now, &mut out);
                let page = plan_text(plan, &self.color);
                let text = page.to_string();
                // Planned again after another deployment's end, it may be what it was.
                if self.plan.replace(text.clone()) != Some(text) {
                    out.push(Output::Plan(page));
                }
            }
            Event::Registered { task_definition } => {
                self.tell(now, &mut out);
                self.registered = Some((task_definition.clone(), at));
            }
            Event::Started {
                task_definition, ..
            } => {
                self.has_begun = true;
                self.pace = Pace::new();
                let registered = self.registered.take();
                let is_its =
                    |(registered, _): &(TaskDefinitionArn, _)| registered == task_definition;
                let what = task_definition.short();
                let text = if registered.as_ref().is_some_and(is_its) {
                    format!("registered {what}, and started its deployment")
                } else {
                    self.registered = registered;
                    format!("started the deployment of {what}")
                };
                self.tell(now, &mut out);
                self.once(at, text, &mut out);
            }
            Event::Status { status, reason, .. } => {
                self.tell(now, &mut out);
                if !matches!(status, Status::Pending | Status::InProgress) {
                    self.waits = None;
                }
                self.status(*status, reason.as_deref(), at, &mut out);
            }
            Event::Aborting {
                tasks,
                reason,
                after,
                ..
            } => self.aborting(*tasks, reason, *after, at, &mut out),
            Event::Attached { .. }
            | Event::Adopted { .. }
            | Event::Adjusted
            | Event::Stage { .. }
            | Event::Weights { .. }
            | Event::Paused { .. }
            | Event::Hook { .. }
            | Event::Alarms { .. }
            | Event::Judged { .. }
            | Event::RestsOnDeploymentId { .. }
            | Event::Note { .. } => {
                self.has_begun |= matches!(event, Event::Attached { .. });
                self.tell(now, &mut out);
                let text = full_line(event, &self.color, now).unwrap_or_default();
                self.once(at, brief(&text), &mut out);
                self.wait(event, &mut out);
            }
        }
        self.note_speech(&out, now);
        out
    }

    /// Nothing more is known for now.
    pub(super) fn idle(&mut self, now: Timestamp) -> Vec<Output> {
        let mut out = Vec::new();
        self.tell(now, &mut out);
        if out.is_empty()
            && let Some(text) = self.pace.idle(now, self.waits.as_ref())
        {
            let (at, text) = self.in_order(now, text);
            out.push(Output::Count { at, text });
        }
        self.note_speech(&out, now);
        out
    }

    /// It is over: tells what is left, and how often what was told came in all.
    pub(super) fn end(&mut self, result: &ResultRecord, now: Timestamp) -> Vec<Output> {
        let mut out = Vec::new();
        self.tell(now, &mut out);
        let failure = result.failure.as_deref();
        let reasons = failure.into_iter().flat_map(|failure| {
            let others = failure.others.iter().map(|other| &other.reason);
            std::iter::once(&failure.reason).chain(others)
        });
        let counted: Vec<String> = reasons.map(|reason| alike(reason)).collect();
        let troubles = self.troubles.iter();
        let mut last: Vec<_> = troubles
            .filter_map(|(key, trouble)| trouble.last_line(counted.contains(key), &self.color))
            .collect();
        let again = self.lines.values().filter(|(times, ..)| *times > 1);
        last.extend(again.map(|(times, at, text)| (*at, format!("{text} ({times} times)"))));
        last.sort();
        for (at, text) in last {
            self.line(at, text, &mut out);
        }
        out
    }

    /// Returns what the closing lines need to say besides.
    pub(super) fn closing(&self, result: &ResultRecord) -> Closing {
        let failure = result.failure.as_deref();
        let told = failure.and_then(|failure| self.troubles.get(&alike(&failure.reason)));
        Closing {
            has_news: told.is_none_or(|told| !told.was_told()),
            ..Closing::brief()
        }
    }

    fn trouble(&mut self, words: &str, at: Timestamp) -> &mut Trouble {
        let key = alike(words);
        let is_told = self.troubles.get(&key).is_some_and(Trouble::was_told);
        if !is_told && !self.untold.contains(&key) {
            self.untold.push(key.clone());
        }
        let trouble = self.troubles.entry(key);
        trouble.or_insert_with(|| Trouble::new(words, at))
    }

    fn message(&mut self, message: &str, at: Timestamp) {
        let is_said = says_no_more(message) && (!self.troubles.is_empty() || self.gave_up);
        if !is_routine(message) && !is_said {
            self.trouble(message, at).add_message(at);
        }
    }

    fn counts(&mut self, text: &str, counts: [u32; 5], at: Timestamp, out: &mut Vec<Output>) {
        let [desired, running, pending, ..] = counts;
        if let Some(text) = self.pace.counts(text, desired, running, pending) {
            let (at, text) = self.in_order(at, text);
            out.push(Output::Count { at, text });
        }
        out.push(Output::Bar {
            desired,
            running,
            text: self.with_wait(text),
        });
    }

    /// Learns what it waits for, and shows that beside the tasks.
    fn wait(&mut self, event: &Event, out: &mut Vec<Output>) {
        if !waits::tells(event) {
            return;
        }
        self.waits = waits::of(event);
        let Some(counts) = self.tasks else {
            return;
        };
        let [desired, running, ..] = counts;
        let text = progress_line(counts, &self.color);
        out.push(Output::Bar {
            desired,
            running,
            text: self.with_wait(&text),
        });
    }

    fn with_wait(&self, text: &str) -> String {
        let until = |waits: &Wait| {
            let until = waits.until.map(|until| format!(" until {}", clock(until)));
            format!("{text}; {}{}", waits.what, until.unwrap_or_default())
        };
        self.waits.as_ref().map_or_else(|| text.to_owned(), until)
    }

    fn note_speech(&mut self, out: &[Output], now: Timestamp) {
        let is_line = |output: &Output| match output {
            Output::Line { .. }
            | Output::Trouble { .. }
            | Output::Count { .. }
            | Output::Plan(_) => true,
            Output::Bar { .. } => false,
        };
        if out.iter().any(is_line) {
            self.pace.spoke(now);
        }
    }
}
