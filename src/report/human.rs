//! The one reader of events for people: folds them, and hands lines to a surface, which never sees
//! an event.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::event_text::full_line;
use super::fold::{Fold, Output};
use super::summary::Closing;
use super::surface::{Bar, Plain, Surface};
use super::{Color, Event, Report, ResultRecord, Verbosity, Writer, plan_text};
use mlship_core::progress::Observer;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::{Diagnostic, render};
use mlship_text::Page;

/// Tells people what happens, and how it ended.
pub struct Human<'a> {
    surface: Box<dyn Surface + 'a>,
    color: Color,
    verbosity: Verbosity,
    folds: HashMap<ServiceId, Fold>,
}

impl<'a> Human<'a> {
    /// Writes progress and diagnostics to the first stream, the closing answer to the second.
    #[must_use]
    pub fn new(progress: Writer<'a>, answer: Writer<'a>, color: Color) -> Self {
        Self::on(Box::new(Plain::new(progress, answer, color)), color)
    }

    /// Writes to a surface.
    #[must_use]
    pub(super) fn on(surface: Box<dyn Surface + 'a>, color: Color) -> Self {
        Self {
            surface,
            color,
            verbosity: Verbosity::Usual,
            folds: HashMap::new(),
        }
    }

    /// Says how much is told; more than the usual is told event by event.
    #[must_use]
    pub fn with_verbosity(mut self, verbosity: Verbosity) -> Self {
        self.verbosity = verbosity;
        self
    }

    fn folds(&self) -> bool {
        self.verbosity == Verbosity::Usual
    }

    fn fold(&mut self, service: &ServiceId) -> &mut Fold {
        let color = self.color;
        let fold = self.folds.entry(service.clone());
        fold.or_insert_with(|| Fold::new(color))
    }

    fn show(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Line { at, text } | Output::Trouble { at, text, .. } => {
                    self.surface.line(at, &text);
                }
                Output::Count { at, text } if !self.surface.has_bar() => {
                    self.surface.line(at, &text);
                }
                Output::Count { .. } => {}
                Output::Bar {
                    desired,
                    running,
                    text,
                } => self.surface.bar(&Bar {
                    length: u64::from(desired.max(1)),
                    position: u64::from(running),
                    text: &text,
                    below: &[],
                }),
                Output::Plan(page) => self.surface.answer(&page),
            }
        }
    }
}

impl Observer for Human<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        if self.folds() {
            let outputs = self.fold(service).event(event, Timestamp::now());
            self.show(outputs);
        } else if let Event::Planned { plan } = event {
            self.surface.answer(&plan_text(plan, &self.color));
        } else if let Some(line) = full_line(event, &self.color, Timestamp::now()) {
            self.surface.line(time_of(event), &line);
        }
    }

    fn idle(&mut self, service: &ServiceId) {
        let outputs = self.fold(service).idle(Timestamp::now());
        self.show(outputs);
    }
}

impl Report for Human<'_> {
    fn result(&mut self, result: &ResultRecord) {
        let mut closing = Closing::full();
        if let Some(mut fold) = self.folds.remove(&result.service_id()) {
            let outputs = fold.end(result, Timestamp::now());
            self.show(outputs);
            closing = fold.closing(result);
        } else if self.folds() {
            closing = Closing::brief();
        }
        let page = closing.lines(result, &self.color);
        self.surface.end(&page);
    }

    fn warning(&mut self, text: &str) {
        self.surface.note(&format!("warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            self.surface.page(&found(finding, &self.color));
        }
    }

    fn run(&mut self, _: &super::RunRecord) {}
}

/// Returns when an event happened, as far as anybody can tell: ECS's own time, or else now. A clock
/// that is ahead of the one here must not have it happen in the future.
pub(super) fn time_of(event: &Event) -> Timestamp {
    let now = Timestamp::now();
    event.happened_at().map_or(now, |time| time.min(now))
}

/// Returns the time of day by now.
#[must_use]
pub fn time_of_day() -> String {
    clock(Timestamp::now())
}

/// Returns the time of day.
pub(super) fn clock(at: Timestamp) -> String {
    let at = at.to_zoned_datetime(TimeZone::system());
    at.strftime("%H:%M:%S").to_string()
}

/// Returns a finding as a snippet of the manifest, apart from what follows.
pub(super) fn found(finding: &Diagnostic, color: &Color) -> Page {
    let mut page = render(finding, color.is_colored());
    page.line("");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ecs_told_long_ago_has_the_time_of_then_and_nothing_is_in_the_future() {
        let told = |at| Event::ServiceMessage {
            message: "has reached a steady state.".to_owned(),
            at: Some(at),
        };
        let then: Timestamp = "2026-05-01T14:00:00Z".parse().unwrap();
        assert_eq!(time_of(&told(then)), then);
        assert!(time_of(&told(Timestamp::MAX)) <= Timestamp::now());
    }
}
