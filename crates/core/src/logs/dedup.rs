//! Tells new log lines from those already emitted. Pure.
//!
//! Looks overlap, so that a line which arrives late is still found. `GetLogEvents` gives lines no
//! id, and one container may write the same twice in a millisecond; so they are counted: of the
//! same line from the same stream and time, what a look has more than was told is new.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::Line;

/// A line, as far as it can be told from another.
type Key = (Timestamp, u64);

/// What was told, and what the look under way has come across.
#[derive(Debug, Default)]
pub(super) struct LineDedup {
    emitted: HashMap<Key, u32>,
    seen: HashMap<Key, u32>,
}

impl LineDedup {
    /// Begins a look, which meets every line of its streams and times once.
    pub(super) fn begin(&mut self) {
        self.seen.clear();
    }

    /// Returns whether a line is to be told, and remembers it.
    pub(super) fn is_new(&mut self, line: &Line) -> bool {
        let key = key(line);
        let seen = self.seen.entry(key).or_default();
        *seen += 1;
        let emitted = self.emitted.entry(key).or_default();
        let is_new = *seen > *emitted;
        if is_new {
            *emitted += 1;
        }
        is_new
    }

    /// Forgets lines of before a time that no look goes back to.
    pub(super) fn forget_before(&mut self, time: Timestamp) {
        self.emitted.retain(|(emitted, _), _| *emitted >= time);
    }
}

fn key(line: &Line) -> Key {
    let mut hasher = DefaultHasher::new();
    line.source.log.hash(&mut hasher);
    line.message.hash(&mut hasher);
    (line.time, hasher.finish())
}

#[cfg(test)]
pub(super) mod tests {
    use std::rc::Rc;

    use super::super::LogSource;
    use super::*;
    use crate::release::LogStream;
    use crate::release::ids::{TaskArn, TaskDefinitionArn};

    /// A line of a task.
    pub(in super::super) fn line(task: &str, seconds: i64, message: &str) -> Line {
        let source = LogSource {
            task: TaskArn::new(format!("arn:aws:ecs:x:1:task/ml/{task}")),
            task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/m:1"),
            container: "m".to_owned(),
            log: LogStream {
                region: None,
                group: "/ml/m".to_owned(),
                stream: format!("p/m/{task}"),
            },
        };
        Line {
            source: Rc::new(source),
            time: Timestamp::from_second(seconds).unwrap(),
            message: message.to_owned(),
        }
    }

    fn look(seen: &mut LineDedup, lines: &[Line]) -> usize {
        seen.begin();
        lines.iter().filter(|line| seen.is_new(line)).count()
    }

    #[test]
    fn a_line_is_told_once_however_often_it_is_met() {
        let mut seen = LineDedup::default();
        assert_eq!(look(&mut seen, &[line("a", 1, "x")]), 1);
        assert_eq!(look(&mut seen, &[line("a", 1, "x"), line("a", 2, "x")]), 1);
        assert_eq!(look(&mut seen, &[line("a", 1, "x"), line("a", 2, "x")]), 0);
    }

    #[test]
    fn equal_lines_of_one_moment_are_as_many_as_were_written() {
        let mut seen = LineDedup::default();
        let twice = [line("a", 1, "x"), line("a", 1, "x")];
        assert_eq!(look(&mut seen, &twice), 2);
        let thrice = [&twice[..], &[line("a", 1, "x")]].concat();
        assert_eq!(look(&mut seen, &thrice), 1);
        assert_eq!(look(&mut seen, &thrice), 0);
    }

    #[test]
    fn the_same_text_of_another_task_is_another_line() {
        let mut seen = LineDedup::default();
        assert_eq!(look(&mut seen, &[line("a", 1, "x"), line("b", 1, "x")]), 2);
    }

    #[test]
    fn what_no_look_goes_back_to_is_forgotten() {
        let mut seen = LineDedup::default();
        look(&mut seen, &[line("a", 1, "x"), line("a", 9, "x")]);
        seen.forget_before(Timestamp::from_second(5).unwrap());
        assert_eq!(seen.emitted.len(), 1);
    }
}
