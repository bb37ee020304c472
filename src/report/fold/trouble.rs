//! What goes wrong, by its words: how often, since when, and how much of that was told.

use jiff::Timestamp;

use super::super::human::clock;
use super::Color;
use super::alike::brief;
use mlship_text::words::counted;

/// One thing that goes wrong, with tasks or in ECS's messages.
#[derive(Debug)]
pub(super) struct Trouble {
    /// In ECS's words, of the first.
    words: String,
    /// The first task that met it.
    task: Option<String>,
    tasks: usize,
    messages: usize,
    told: Option<usize>,
    first: Timestamp,
    last: Timestamp,
}

impl Trouble {
    pub(super) fn new(words: &str, at: Timestamp) -> Self {
        Self {
            words: brief(words),
            task: None,
            tasks: 0,
            messages: 0,
            told: None,
            first: at,
            last: at,
        }
    }

    /// A task met it.
    pub(super) fn add_task(&mut self, task: &str, reason: &str, at: Timestamp) {
        if self.tasks == 0 {
            self.task = Some(brief(task));
            self.words = brief(reason);
        }
        self.tasks += 1;
        self.took_place(at);
    }

    /// ECS said so.
    pub(super) fn add_message(&mut self, at: Timestamp) {
        self.messages += 1;
        self.took_place(at);
    }

    fn took_place(&mut self, at: Timestamp) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
    }

    /// Returns since when it goes on.
    pub(super) fn first(&self) -> Timestamp {
        self.first
    }

    pub(super) fn was_told(&self) -> bool {
        self.told.is_some()
    }

    /// Takes it for told, as far as it has come.
    pub(super) fn mark_told(&mut self) {
        self.told = Some(self.tasks + self.messages);
    }

    /// Returns the line that tells it for the first time.
    pub(super) fn first_line(&mut self, color: &Color) -> (Timestamp, String) {
        let Color { bad, faint, .. } = *color;
        let until = if clock(self.first) == clock(self.last) {
            String::new()
        } else {
            format!(" until {}", clock(self.last))
        };
        let words = &self.words;
        let text = match (self.tasks, &self.task) {
            (0, _) if self.messages < 2 => format!("{faint}ecs: {words}{faint:#}"),
            (0, _) => format!(
                "{faint}ecs: {words} ({} times{until}){faint:#}",
                self.messages
            ),
            (1, Some(task)) => format!("{bad}task {task} failed{bad:#}: {words}"),
            (tasks, _) => format!(
                "{bad}{} failed{until}{bad:#}: {words}",
                counted(tasks, "task")
            ),
        };
        self.mark_told();
        (self.first, text)
    }

    /// Returns the line that says how often it came in all, if it came again after it was told and
    /// nothing else says so.
    pub(super) fn last_line(
        &self,
        is_counted_elsewhere: bool,
        color: &Color,
    ) -> Option<(Timestamp, String)> {
        let Color { bad, faint, .. } = *color;
        let is_more = self.told? < self.tasks + self.messages;
        let since = clock(self.first);
        let words = &self.words;
        let text = match self.tasks {
            _ if !is_more => return None,
            0 => format!(
                "{faint}ecs: {words} ({} times since {since}){faint:#}",
                self.messages
            ),
            _ if is_counted_elsewhere => return None,
            tasks => format!(
                "{bad}{} failed since {since}{bad:#}: {words}",
                counted(tasks, "task")
            ),
        };
        Some((self.last, text))
    }
}
