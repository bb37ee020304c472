//! Merges several sequences of lines by time, holding at most a page of each. Pure.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::Line;

/// Sequences that are read a page at a time.
#[derive(Debug, Default)]
pub(super) struct Merge {
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    held: VecDeque<Line>,
    /// The time up to which everything is known; nothing before the first line.
    until: Option<Timestamp>,
    is_over: bool,
}

impl Merge {
    /// Adds a sequence and returns its number.
    pub(super) fn add(&mut self) -> usize {
        self.parts.push(Part::default());
        self.parts.len() - 1
    }

    /// Takes in the next page of a sequence, and whether it is the last one.
    pub(super) fn push(&mut self, part: usize, mut page: Vec<Line>, is_last: bool) {
        let part = &mut self.parts[part];
        page.sort_by_key(|line| line.time);
        part.until = page.last().map_or(part.until, |line| Some(line.time));
        part.held.extend(page);
        part.is_over = is_last;
    }

    /// Returns the sequence to read on in: the one that holds the others up.
    pub(super) fn next(&self) -> Option<usize> {
        let open = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.is_over);
        open.min_by_key(|(_, part)| part.until).map(|(at, _)| at)
    }

    /// Removes and returns the lines that nothing still to come can be older than.
    pub(super) fn take(&mut self) -> Vec<Line> {
        let open = self.parts.iter().filter(|part| !part.is_over);
        let until = open.map(|part| part.until).min();
        let is_safe = |line: &Line| until.is_none_or(|until| Some(line.time) < until);
        let mut lines = Vec::new();
        for part in &mut self.parts {
            while part.held.front().is_some_and(is_safe) {
                lines.extend(part.held.pop_front());
            }
        }
        // Stable: lines of one container in the same millisecond keep their order.
        lines.sort_by_key(|line| line.time);
        lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::dedup::tests::line;
    use super::*;

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.message.as_str()).collect()
    }

    #[test]
    fn lines_wait_for_what_may_still_be_older() {
        let mut merge = Merge::default();
        let (first, second) = (merge.add(), merge.add());
        merge.push(first, vec![line("a", 1, "1"), line("a", 5, "5")], false);
        assert_eq!(texts(&merge.take()), Vec::<&str>::new());
        assert_eq!(merge.next(), Some(second));
        merge.push(second, vec![line("b", 3, "3")], false);
        assert_eq!(texts(&merge.take()), ["1"]);
        assert_eq!(merge.next(), Some(second));
        merge.push(second, Vec::new(), true);
        assert_eq!(texts(&merge.take()), ["3"]);
        merge.push(first, vec![line("a", 6, "6")], true);
        assert_eq!(merge.next(), None);
        assert_eq!(texts(&merge.take()), ["5", "6"]);
    }

    proptest! {
        #[test]
        fn any_pages_come_out_whole_and_in_order(
            parts in prop::collection::vec(prop::collection::vec(0_i64..20, 0..12), 1..4),
            size in 1_usize..5,
        ) {
            let mut merge = Merge::default();
            let mut pages: Vec<Vec<Vec<Line>>> = Vec::new();
            for times in &parts {
                merge.add();
                let mut times = times.clone();
                times.sort_unstable();
                let lines: Vec<Line> = times.iter().map(|at| line("a", *at, "x")).collect();
                pages.push(lines.chunks(size).map(<[Line]>::to_vec).collect());
            }
            let mut out = Vec::new();
            while let Some(part) = merge.next() {
                let rest = &mut pages[part];
                let page = if rest.is_empty() { Vec::new() } else { rest.remove(0) };
                let is_last = pages[part].is_empty();
                merge.push(part, page, is_last);
                out.extend(merge.take());
            }
            let times: Vec<i64> = out.iter().map(|line| line.time.as_second()).collect();
            let mut all: Vec<i64> = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(times, all);
        }
    }
}
