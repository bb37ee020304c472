//! Lines of containers for people: each behind its task and, where there are several, its
//! container.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{Color, Writer};
use crate::report::columns::{padded, widest};
use mlship_core::logs::{Death, Line, Listener, LogSource};
use mlship_core::release::ids::{ServiceId, TaskArn};
use mlship_text::secrets::redact;
use mlship_text::terminal::physical_lines;
use mlship_text::words::plural;

/// Writes lines as they come, and why tasks died; what is no answer goes to the other stream.
pub struct LogText<'a> {
    out: Writer<'a>,
    notes: Writer<'a>,
    color: Color,
    with_time: bool,
    /// Numbers by which tasks have their colours.
    tasks: BTreeMap<TaskArn, usize>,
    containers: BTreeSet<String>,
}

impl<'a> LogText<'a> {
    /// Writes lines to one stream and notes to another.
    #[must_use]
    pub fn new(out: Writer<'a>, notes: Writer<'a>, color: Color, with_time: bool) -> Self {
        Self {
            out,
            notes,
            color,
            with_time,
            tasks: BTreeMap::new(),
            containers: BTreeSet::new(),
        }
    }

    fn prefix(&mut self, line: &Line) -> String {
        let source = &line.source;
        let next = self.tasks.len();
        let number = *self.tasks.entry(source.task.clone()).or_insert(next);
        let style = self.color.tasks[number % self.color.tasks.len()];
        let time = if self.with_time {
            format!("{:.3} ", line.time)
        } else {
            String::new()
        };
        let container = if self.containers.len() > 1 {
            let width = widest(&self.containers);
            format!(" {}", padded(&source.container, width))
        } else {
            String::new()
        };
        let task = source.task.short();
        format!("{time}{style}{task}{container}{style:#} ")
    }
}

impl Listener for LogText<'_> {
    fn begin(&mut self, service: &ServiceId) -> io::Result<()> {
        self.out.line(&format!("{service}:"))
    }

    fn expect(&mut self, source: &LogSource) {
        self.containers.insert(source.container.clone());
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let prefix = self.prefix(line);
        // A driver that puts several lines together keeps their breaks.
        for part in physical_lines(&redact(&line.message)) {
            self.out.line(&format!("{prefix} {part}"))?;
        }
        Ok(())
    }

    fn death(&mut self, death: &Death) -> io::Result<()> {
        let cause = serde_json::to_value(death.failure.cause).unwrap_or_default();
        let cause_words = cause.as_str().unwrap_or("unknown").replace('_', " ");
        let at = death
            .time
            .map_or_else(String::new, |time| format!(" at {time:.0}"));
        let since = death
            .since
            .map_or_else(String::new, |since| format!(" since {since:.0}"));
        let more = match death.alike {
            0 => String::new(),
            alike => format!(", as did {alike} more {}{since}", plural(alike, "task")),
        };
        let text = format!(
            "task {} ({}) died{at}{more}: {cause_words}: {}",
            death.task.short(),
            death.task_definition.short(),
            death.failure.reason,
        );
        let style = self.color.bad;
        self.out.line(&format!("{style}{text}{style:#}"))
    }

    fn note(&mut self, text: &str) {
        let style = self.color.faint;
        // The lines themselves go elsewhere: a note that nobody can read ends nothing.
        let _ = self.notes.line(&format!("{style}{text}{style:#}"));
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use jiff::Timestamp;
    use serde_json::json;
    use snapbox::{assert_data_eq, str};

    use super::super::palette_for;
    use super::*;
    use mlship_core::release::ids::TaskDefinitionArn;
    use mlship_core::release::{LogStream, StoppedTask};
    use mlship_core::rollout::diagnose;
    use mlship_text::sanitize::Colors;

    fn line(task: &str, container: &str, message: &str) -> Line {
        let source = LogSource {
            task: TaskArn::new(format!("arn:aws:ecs:x:1:task/ml/{task}00112233")),
            task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/m:1"),
            container: container.to_owned(),
            log: LogStream {
                region: None,
                group: "/ml/m".to_owned(),
                stream: format!("p/{container}/{task}"),
            },
        };
        Line {
            source: Rc::new(source),
            time: Timestamp::from_millisecond(1_790_000_000_120).unwrap(),
            message: message.to_owned(),
        }
    }

    fn text(lines: &[Line], color: bool, with_time: bool) -> String {
        let mut out = Vec::new();
        let to = Writer::new(&mut out, Colors::Keep);
        let nowhere = Writer::new(io::sink(), Colors::Drop);
        let mut text = LogText::new(to, nowhere, palette_for(color), with_time);
        for line in lines {
            text.expect(&line.source);
        }
        for line in lines {
            text.line(line).unwrap();
        }
        drop(text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_stand_behind_their_task_and_their_container_where_there_are_several() {
        let lines = [line("aaaa1111", "m", "ready"), line("bbbb2222", "m", "up")];
        assert_data_eq!(
            text(&lines, false, false),
            str![[r#"
aaaa1111  ready
bbbb2222  up

"#]]
        );
        let two = [
            line("aaaa1111", "m", "ready"),
            line("aaaa1111", "side", "a\nb"),
        ];
        assert_data_eq!(
            text(&two, false, true),
            str![[r#"
2026-09-21T14:13:20.120Z aaaa1111 m     ready
2026-09-21T14:13:20.120Z aaaa1111 side  a
2026-09-21T14:13:20.120Z aaaa1111 side  b

"#]]
        );
    }

    #[test]
    fn a_task_keeps_its_colour() {
        let lines = [
            line("a", "m", "1"),
            line("b", "m", "2"),
            line("a", "m", "3"),
        ];
        let colored = text(&lines, true, false);
        let colors: Vec<&str> = colored.lines().map(|line| &line[..5]).collect();
        assert_eq!(colors, ["\u{1b}[36m", "\u{1b}[35m", "\u{1b}[36m"]);
    }

    #[test]
    fn a_line_cannot_break_out_and_tells_no_secret() {
        let bad = [line(
            "aaaa1111",
            "m",
            "\u{1b}[2Jpassword=hunter2\u{1b}]0;x\u{7}",
        )];
        assert_data_eq!(
            text(&bad, false, false),
            str![[r#"
aaaa1111  password=***

"#]]
        );
    }

    #[test]
    fn a_death_says_when_and_why_where_the_answers_are() {
        let mut out = Vec::new();
        let mut text = LogText::new(
            Writer::new(&mut out, Colors::Drop),
            Writer::new(io::sink(), Colors::Drop),
            Color::default(),
            false,
        );
        let source = Rc::clone(&line("aaaa1111", "m", "").source);
        let end = json!({"taskArn": "x", "stoppedReason": "OutOfMemoryError: killed"});
        let end: StoppedTask = serde_json::from_value(end).unwrap();
        let death = Death {
            task: source.task.clone(),
            task_definition: source.task_definition.clone(),
            time: Timestamp::from_second(1_790_000_000).ok(),
            failure: diagnose(&[end], &[]).unwrap(),
            alike: 0,
            since: None,
        };
        text.death(&death).unwrap();
        let several = Death {
            alike: 19,
            since: Timestamp::from_second(1_789_999_940).ok(),
            ..death
        };
        text.death(&several).unwrap();
        drop(text);
        assert_data_eq!(
            String::from_utf8(out).unwrap(),
            str![[r#"
task aaaa1111 (m:1) died at 2026-09-21T14:13:20Z: out of memory: OutOfMemoryError: killed
task aaaa1111 (m:1) died at 2026-09-21T14:13:20Z, as did 19 more tasks since 2026-09-21T14:12:20Z: out of memory: OutOfMemoryError: killed

"#]]
        );
    }
}
