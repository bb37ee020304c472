//! A terminal: lines that stay, and one bar below them that moves.
//!
//! The only file that knows the progress library.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use super::streams::{guard, stderr_colors};
use super::surface::{Bar, Surface, timed};
use super::{Color, Fleet, Human, Writer};
use mlship_text::Page;

/// Draws on standard error, and writes the answer to a stream of its own.
struct Terminal<'a> {
    answer: Writer<'a>,
    color: Color,
    /// Nothing is drawn before there is anything to say.
    bar: Option<ProgressBar>,
}

impl<'a> Human<'a> {
    /// Draws on standard error, which must be a terminal.
    #[must_use]
    pub fn on_terminal(answer: Writer<'a>, color: Color) -> Self {
        Self::on(Box::new(Terminal::new(answer, color)), color)
    }
}

impl<'a> Fleet<'a> {
    /// Draws on standard error, which must be a terminal.
    #[must_use]
    pub fn on_terminal(services: usize, answer: Writer<'a>, color: Color) -> Self {
        Self::on(services, Box::new(Terminal::new(answer, color)), color)
    }
}

impl<'a> Terminal<'a> {
    fn new(answer: Writer<'a>, color: Color) -> Self {
        Self {
            answer,
            color,
            bar: None,
        }
    }
}

impl Terminal<'_> {
    /// Writes a line above the bar.
    fn print(&self, line: &str) {
        let line = guarded(line);
        match &self.bar {
            Some(bar) => bar.println(line),
            None => {
                let _ = Writer::stderr().line(&line);
            }
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "draws lines that went through the guard"
    )]
    fn drawn(&mut self) -> &ProgressBar {
        self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} [{bar:24}] {msg} ({elapsed}){prefix}")
            {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar
        })
    }
}

impl Surface for Terminal<'_> {
    fn line(&mut self, at: Timestamp, text: &str) {
        self.print(&timed(at, text, &self.color));
    }

    fn note(&mut self, text: &str) {
        self.print(text);
    }

    fn page(&mut self, page: &Page) {
        for line in page.lines() {
            self.print(line);
        }
    }

    fn bar(&mut self, bar: &Bar<'_>) {
        let text = guarded(bar.text);
        let below: Vec<String> = bar
            .below
            .iter()
            .map(|line| format!("\n  {}", guarded(line)))
            .collect();
        let (length, position) = (bar.length, bar.position);
        let bar = self.drawn();
        bar.set_length(length);
        bar.set_position(position);
        bar.set_message(text);
        bar.set_prefix(below.concat());
        bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn has_bar(&self) -> bool {
        true
    }

    fn answer(&mut self, page: &Page) {
        let answer = &mut self.answer;
        let mut write = || {
            let _ = answer.page(page);
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn end(&mut self, page: &Page) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let _ = self.answer.page(page);
    }
}

fn guarded(line: &str) -> String {
    guard(line, stderr_colors()).into_owned()
}
