//! The reader of a run over several services: a line a release and state, each with its service's
//! name, equal failures told once, and a table in the end. A person at a terminal sees a bar, the
//! releases that move, and what failed.
//!
//! What it keeps grows with the number of services, and not with what happens to them.

mod alike;
mod closing;
mod ends;
mod findings;
mod groups;
mod heartbeat;
mod row;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod told;
mod track;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::event_text::full_line;
use super::fold::Output;
use super::human::time_of;
use super::plan_text::headline;
use super::summary::Closing;
use super::surface::{Bar, Plain, Surface};
use super::{Color, Event, Report, ResultRecord, RunRecord, Verbosity, Writer, plan_text};
use findings::Findings;
use groups::Groups;
use heartbeat::Heartbeat;
use mlship_core::plan::{Effect, Plan};
use mlship_core::progress::Observer;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;
use row::Row;
use tally::Tally;
use told::Told;
use track::Track;

/// So few services have a line each for everything, at a terminal too.
const FEW: usize = 8;
/// How often a bar is drawn anew at most.
const FRAME: SignedDuration = SignedDuration::from_millis(100);

/// Tells people of several services in one run.
pub struct Fleet<'a> {
    surface: Box<dyn Surface + 'a>,
    color: Color,
    verbosity: Verbosity,
    /// How many services the run is about.
    services: usize,
    tracks: BTreeMap<String, Track>,
    rows: BTreeMap<String, Row>,
    groups: Groups,
    told: Told,
    findings: Findings,
    heartbeat: Heartbeat,
    drawn: Option<Timestamp>,
}

impl<'a> Fleet<'a> {
    /// Writes progress and diagnostics to the first stream, the closing answer to the second.
    #[must_use]
    pub fn new(services: usize, progress: Writer<'a>, answer: Writer<'a>, color: Color) -> Self {
        Self::on(
            services,
            Box::new(Plain::new(progress, answer, color)),
            color,
        )
    }

    /// Writes to a surface.
    #[must_use]
    pub(super) fn on(services: usize, surface: Box<dyn Surface + 'a>, color: Color) -> Self {
        Self {
            surface,
            color,
            verbosity: Verbosity::Usual,
            services,
            tracks: BTreeMap::new(),
            rows: BTreeMap::new(),
            groups: Groups::default(),
            told: Told::default(),
            findings: Findings::default(),
            heartbeat: Heartbeat::default(),
            drawn: None,
        }
    }

    /// Says how much is told; more than the usual is told event by event.
    #[must_use]
    pub fn with_verbosity(mut self, verbosity: Verbosity) -> Self {
        self.verbosity = verbosity;
        self
    }

    fn is_brief(&self) -> bool {
        self.verbosity == Verbosity::Usual
    }

    /// Says whether each state of each release has a line.
    fn tells_all(&self) -> bool {
        self.services <= FEW || !self.surface.has_bar()
    }

    fn happened(&mut self, service: &ServiceId, event: &Event, now: Timestamp) {
        let label = service.to_string();
        let track = self.tracks.entry(label.clone());
        let track = track.or_insert_with(|| Track::new(service, self.color));
        let outputs = track.event(event, now);
        let (filled, plan) = (track.filled(), track.begun_plan(event));
        if !self.is_brief() {
            return self.in_full(&label, event, now);
        }
        if let Some(text) = plan.filter(|_| self.tells_all()) {
            self.line(&label, now, &text, now);
        }
        for output in outputs {
            self.show(&label, output, Some(event), now);
        }
        if let Some(text) = filled.filter(|_| self.tells_all()) {
            self.line(&label, now, &text, now);
        }
        self.draw(now);
    }

    /// Shows an event with all it says.
    fn in_full(&mut self, label: &str, event: &Event, now: Timestamp) {
        if let Event::Planned { plan } = event {
            self.surface.answer(&plan_text(plan, &self.color));
        } else if let Some(text) = full_line(event, &self.color, now) {
            self.line(label, time_of(event), &text, now);
        }
    }

    /// Shows what a release says: at an event, or once nothing more is known for now.
    fn show(&mut self, label: &str, output: Output, event: Option<&Event>, now: Timestamp) {
        match (output, event) {
            // What is said of many services alike is said of one; the others are counted.
            (Output::Trouble { at, text, key }, _) => {
                let track = self.tracks.get(label);
                let words = track.map(|track| track.names().masked(&key));
                if self.told.is_news(&words.unwrap_or(key)) {
                    self.line(label, at, &text, now);
                }
            }
            (Output::Line { at, text }, event) => {
                let concerns_everybody =
                    matches!(event, Some(Event::Adopted { .. } | Event::Note { .. }));
                if concerns_everybody || self.tells_all() {
                    self.line(label, at, &text, now);
                }
            }
            (Output::Plan(_), Some(Event::Planned { plan })) => {
                if let Some(track) = self.tracks.get_mut(label) {
                    track.plan(plan_line(plan));
                }
            }
            // What moves is counted over all of them.
            (Output::Plan(_) | Output::Count { .. } | Output::Bar { .. }, _) => {}
        }
    }

    fn line(&mut self, label: &str, at: Timestamp, text: &str, now: Timestamp) {
        let strong = self.color.strong;
        self.surface
            .line(at, &format!("{strong}{label}{strong:#}: {text}"));
        self.heartbeat.spoke(now);
    }

    fn nothing_new(&mut self, service: &ServiceId, now: Timestamp) {
        let label = service.to_string();
        self.held_back(&label, now);
        self.draw(now);
        if !self.surface.has_bar() && self.heartbeat.is_due(now) {
            let text = self.tally().words();
            if let Some(text) = self.heartbeat.beat(&text, now) {
                self.surface.line(now, &text);
            }
        }
    }

    /// Tells what a release held back to be told together.
    fn held_back(&mut self, label: &str, now: Timestamp) {
        let outputs = self.tracks.get_mut(label).map(|track| track.idle(now));
        if self.is_brief() {
            for output in outputs.into_iter().flatten() {
                self.show(label, output, None, now);
            }
        }
    }

    fn tally(&self) -> Tally {
        Tally::of(self.services, &self.tracks, &self.rows)
    }

    /// Shows how far the run is, not more often than anybody sees.
    fn draw(&mut self, now: Timestamp) {
        if !self.surface.has_bar() {
            return;
        }
        let is_soon = |drawn: Timestamp| now.duration_since(drawn) < FRAME;
        if self.drawn.is_some_and(is_soon) {
            return;
        }
        self.drawn = Some(now);
        let tally = self.tally();
        let below = track::moving(&self.tracks, FEW);
        self.surface.bar(&Bar {
            length: tally.services(),
            position: tally.done(),
            text: &tally.brief(),
            below: &below,
        });
    }
}

/// Returns a plan in one line; one that changes nothing is told by how it ends.
fn plan_line(plan: &Plan) -> Option<String> {
    match plan.effect {
        Effect::None => None,
        Effect::Create | Effect::ReplaceTasks | Effect::InPlace => {
            Some(headline(plan).trim_start().to_owned())
        }
    }
}

impl Observer for Fleet<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        self.happened(service, event, Timestamp::now());
    }

    fn idle(&mut self, service: &ServiceId) {
        self.nothing_new(service, Timestamp::now());
    }
}

impl Report for Fleet<'_> {
    fn result(&mut self, result: &ResultRecord) {
        self.ended(result, Timestamp::now());
    }

    fn warning(&mut self, text: &str) {
        self.surface.note(&format!("warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            let page = self.findings.page(finding, &self.color);
            self.surface.page(&page);
        }
    }

    fn run(&mut self, run: &RunRecord) {
        let closing = if self.is_brief() {
            Closing::brief()
        } else {
            Closing::full()
        };
        let page = closing::page(run, &self.rows, &self.groups, closing, &self.color);
        self.surface.end(&page);
    }
}
