//! Lines in the order of time, each once.

use jiff::Timestamp;

use super::super::human::clock;
use super::{Fold, Output};

impl Fold {
    /// Tells what was held back.
    pub(super) fn tell(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        self.tell_waiting(out);
        if let Some((registered, at)) = self.registered.take() {
            self.once(
                at.min(now),
                format!("registered {}", registered.short()),
                out,
            );
        }
        self.tell_troubles(out);
    }

    pub(super) fn tell_waiting(&mut self, out: &mut Vec<Output>) {
        if let Some((text, at)) = self.waiting.take() {
            self.once(at, text, out);
        }
    }

    pub(super) fn tell_troubles(&mut self, out: &mut Vec<Output>) {
        let color = self.color;
        let mut lines = Vec::new();
        for key in std::mem::take(&mut self.untold) {
            let trouble = self.troubles.get_mut(&key);
            let line = trouble.map(|trouble| trouble.first_line(&color));
            lines.extend(line.map(|(at, text)| (at, text, key)));
        }
        lines.sort();
        for (at, text, key) in lines {
            let (at, text) = self.in_order(at, text);
            out.push(Output::Trouble { at, text, key });
        }
    }

    /// Tells a line, or counts it where it was told.
    pub(super) fn once(&mut self, at: Timestamp, text: String, out: &mut Vec<Output>) {
        self.once_as(at, text, str::to_owned, out);
    }

    pub(super) fn once_as(
        &mut self,
        at: Timestamp,
        text: String,
        shown: impl Fn(&str) -> String,
        out: &mut Vec<Output>,
    ) {
        if let Some((times, last, _)) = self.lines.get_mut(&text) {
            *times += 1;
            *last = at;
            return;
        }
        let line = shown(&text);
        self.lines.insert(text, (1, at, line.clone()));
        self.line(at, line, out);
    }

    pub(super) fn line(&mut self, at: Timestamp, text: String, out: &mut Vec<Output>) {
        let (at, text) = self.in_order(at, text);
        out.push(Output::Line { at, text });
    }

    /// Keeps the order of time: what is known late says when it was.
    pub(super) fn in_order(&mut self, at: Timestamp, text: String) -> (Timestamp, String) {
        let last = *self.last.get_or_insert(at);
        if at < last && clock(at) != clock(last) {
            return (last, format!("{text} (at {})", clock(at)));
        }
        self.last = Some(at.max(last));
        (at.max(last), text)
    }
}
