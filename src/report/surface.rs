//! Where lines for people go. A surface gets lines, never events: what is worth a line was decided
//! before.

use jiff::Timestamp;

use super::human::clock;
use super::{Color, Writer};
use mlship_text::Page;

/// How far it is.
#[derive(Debug)]
pub(super) struct Bar<'a> {
    pub(super) length: u64,
    pub(super) position: u64,
    /// What stands beside it.
    pub(super) text: &'a str,
    /// Lines below it, which move as well.
    pub(super) below: &'a [String],
}

/// Takes lines for people.
pub(super) trait Surface {
    /// Writes a line of what happened.
    fn line(&mut self, at: Timestamp, text: &str);

    /// Writes a line beside what happened.
    fn note(&mut self, text: &str);

    /// Writes a report beside what happened.
    fn page(&mut self, page: &Page);

    /// Shows how far it is, where anything moves.
    fn bar(&mut self, bar: &Bar<'_>);

    /// Says whether what [`Self::bar`] gets is seen, so that it needs no line.
    fn has_bar(&self) -> bool;

    /// Writes a part of the answer.
    fn answer(&mut self, page: &Page);

    /// Writes the end of the answer.
    fn end(&mut self, page: &Page);
}

/// Plain lines: for build logs, and for people without a terminal's width.
pub(super) struct Plain<'a> {
    progress: Writer<'a>,
    answer: Writer<'a>,
    color: Color,
}

impl<'a> Plain<'a> {
    pub(super) fn new(progress: Writer<'a>, answer: Writer<'a>, color: Color) -> Self {
        Self {
            progress,
            answer,
            color,
        }
    }
}

// The release goes on, whoever reads of it; the streams remember.
impl Surface for Plain<'_> {
    fn line(&mut self, at: Timestamp, text: &str) {
        let _ = self.progress.line(&timed(at, text, &self.color));
    }

    fn note(&mut self, text: &str) {
        let _ = self.progress.line(text);
    }

    fn page(&mut self, page: &Page) {
        let _ = self.progress.page(page);
    }

    fn bar(&mut self, _: &Bar<'_>) {}

    fn has_bar(&self) -> bool {
        false
    }

    fn answer(&mut self, page: &Page) {
        let _ = self.answer.page(page);
    }

    fn end(&mut self, page: &Page) {
        let _ = self.answer.page(page);
    }
}

/// Returns a line behind the time of day.
pub(super) fn timed(at: Timestamp, text: &str, color: &Color) -> String {
    let faint = color.faint;
    format!("{faint}{}{faint:#}  {text}", clock(at))
}
