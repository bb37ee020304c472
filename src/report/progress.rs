//! Events on a terminal: lines that stay, and one bar below them that moves.
//!
//! The only file that knows the progress library.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::human::{event_line, found};
use super::streams::{guard, stderr_colors};
use super::{Color, Event, Human, Report, ResultRecord, Writer};
use mlship_core::progress::Observer;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;
use mlship_text::sanitize::Colors;

/// Writes lines above a bar on standard error, the closing answer through [`Human`].
pub struct Progress<'a> {
    human: Human<'a>,
    color: Color,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Draws on standard error, which must be a terminal.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "draws lines that went through the guard"
    )]
    pub fn new(answer: Writer<'a>, color: Color) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self {
            human: Human::new(Writer::new(std::io::sink(), Colors::Drop), answer, color),
            color,
            bar,
        }
    }

    /// Writes a line above the bar.
    fn print(&self, line: &str) {
        self.bar.println(guarded(line));
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
            self.show_counts(*desired, *running, guarded(&line));
        } else {
            self.print(&format!("  {line}"));
        }
    }
}

fn guarded(line: &str) -> String {
    guard(line, stderr_colors()).into_owned()
}

impl Report for Progress<'_> {
    fn result(&mut self, result: &ResultRecord) {
        self.bar.finish_and_clear();
        self.human.result(result);
    }

    fn warning(&mut self, text: &str) {
        self.print(&format!("  warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            for line in found(finding, &self.color).lines() {
                self.print(line);
            }
        }
    }
}
