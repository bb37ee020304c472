//! Events on a terminal: lines that stay, and one bar below them that moves.
//!
//! The only file that knows the progress library.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::human::event_line;
use super::streams::{guard, stderr_colors};
use super::{Color, Event, Human, Report, ResultRecord, Writer};
use crate::release::ids::ServiceId;
use crate::text::sanitize::Colors;

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

impl Report for Progress<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        if let Event::Planned { .. } = event {
            self.bar.suspend(|| self.human.event(service, event));
            return;
        }
        let Some(line) = event_line(event, &self.color) else {
            return;
        };
        let line = guard(&line, stderr_colors()).into_owned();
        if let Event::Progress {
            desired, running, ..
        } = event
        {
            self.show_counts(*desired, *running, line);
        } else {
            self.bar.println(format!("  {line}"));
        }
    }

    fn result(&mut self, result: &ResultRecord) {
        self.bar.finish_and_clear();
        self.human.result(result);
    }
}
