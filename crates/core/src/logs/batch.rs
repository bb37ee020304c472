//! Groups log streams into requests. Pure.

use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::Timestamp;

use super::{Line, LogSource};
use crate::release::LogLine;

/// How many streams one `FilterLogEvents` takes.
const AT_ONCE: usize = 100;

/// Streams of one group that are looked into together.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) sources: Vec<Rc<LogSource>>,
    pub(super) from: Timestamp,
}

impl Batch {
    /// Returns the names of its streams.
    pub(super) fn streams(&self) -> Vec<String> {
        let sources = self.sources.iter();
        sources.map(|source| source.log.stream.clone()).collect()
    }

    /// One stream that is not there keeps all others from being read, and AWS doesn't say which.
    pub(super) fn halves(mut self) -> Result<[Self; 2], Rc<LogSource>> {
        if self.sources.len() == 1 {
            return Err(self.sources.remove(0));
        }
        let rest = self.sources.split_off(self.sources.len() / 2);
        let from = self.from;
        let rest = Self {
            sources: rest,
            from,
        };
        Ok([self, rest])
    }

    /// Returns lines with who wrote them.
    pub(super) fn lines(&self, lines: Vec<LogLine>) -> Vec<Line> {
        let mut sources = BTreeMap::new();
        for source in &self.sources {
            sources.insert(source.log.stream.as_str(), source);
        }
        let known = lines.into_iter().filter_map(|line| {
            let source = sources.get(line.stream.as_str())?;
            Some(line_of(line, source))
        });
        known.collect()
    }
}

/// Puts the streams of a group together, as many as one request takes, from the earliest of
/// their beginnings on.
pub(super) fn batches(sources: impl Iterator<Item = (Rc<LogSource>, Timestamp)>) -> Vec<Batch> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (source, from) in sources {
        let key = (source.log.region.clone(), source.log.group.clone());
        groups.entry(key).or_default().push((source, from));
    }
    let mut batches = Vec::new();
    for group in groups.values() {
        for some in group.chunks(AT_ONCE) {
            let from = some.iter().map(|(_, from)| *from).min();
            batches.push(Batch {
                sources: some.iter().map(|(source, _)| Rc::clone(source)).collect(),
                from: from.unwrap_or(Timestamp::UNIX_EPOCH),
            });
        }
    }
    batches
}

/// Returns a line with who wrote it.
pub(super) fn line_of(line: LogLine, source: &Rc<LogSource>) -> Line {
    Line {
        source: Rc::clone(source),
        time: line.time,
        message: line.message,
    }
}

#[cfg(test)]
mod tests {
    use super::super::dedup::tests::line;
    use super::*;

    #[test]
    fn streams_of_a_group_are_asked_for_a_hundred_at_a_time_from_the_earliest_beginning() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let sources = (0..150).map(|number| (line(&number.to_string(), 0, "").source, at(number)));
        let found = batches(sources);
        let sizes: Vec<usize> = found.iter().map(|batch| batch.sources.len()).collect();
        assert_eq!(sizes, [100, 50]);
        assert_eq!(found[1].from, at(100));
    }

    #[test]
    fn halving_ends_at_the_stream_that_is_alone() {
        let sources = ["a", "b", "c"].map(|id| line(id, 0, "").source);
        let from = Timestamp::UNIX_EPOCH;
        let batch = Batch {
            sources: sources.to_vec(),
            from,
        };
        let [first, second] = batch.halves().unwrap();
        assert_eq!(first.halves().unwrap_err(), sources[0]);
        assert_eq!(second.sources, sources[1..]);
    }
}
