//! Events on a terminal: lines that stay, and one bar below them that moves.
//!
//! The only file that knows the progress library.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::human::event_line;
use super::{Color, Event, Human, Report, ResultRecord};
use crate::manifest::{Diagnostic, render};
use crate::progress::Observer;
use crate::release::ids::ServiceId;

/// Writes lines above a bar on standard error, the closing answer through [`Human`].
pub struct Progress<'a> {
    human: Human<'a>,
    color: Color,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Draws on standard error, which must be a terminal.
    #[must_use]
    pub fn new(answer: Box<dyn Write + 'a>, color: Color) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self {
            human: Human::new(Box::new(std::io::sink()), answer, color),
            color,
            bar,
        }
    }

    fn show_counts(&self, desired: u32, running: u32, text: String) {
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:24}] {msg} ({elapsed})") {
            self.bar.set_style(style.progress_chars("━╸ "));
        }
        self.bar.enable_steady_tick(Duration::from_millis(120));
        self.bar.set_length(u64::from(desired.max(1)));
        self.bar.set_position(u64::from(running));
        self.bar.set_message(text);
    }
}

impl Observer for Progress<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        if let Event::Planned { .. } = event {
            self.bar.suspend(|| self.human.event(service, event));
            return;
        }
        let Some(line) = event_line(event, &self.color) else {
            return;
        };
        if let Event::Progress {
            desired, running, ..
        } = event
        {
            self.show_counts(*desired, *running, line);
        } else {
            self.bar.println(format!("  {line}"));
        }
    }
}

impl Report for Progress<'_> {
    fn result(&mut self, result: &ResultRecord) {
        self.bar.finish_and_clear();
        self.human.result(result);
    }

    fn warning(&mut self, text: &str) {
        self.bar.println(format!("  warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            self.bar.println(render(finding, self.color.is_colored()));
        }
    }
}
