//! The sums of clients by metric and variant, and of the primary metric by part and time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use mlship_stats::Pairs;

use super::columns::{Columns, MetricColumns};
use super::count::ClientCount;
use super::error::{Fault, quote};
use super::{RowWindow, Segment};

/// More parts than anybody can look at: each is a comparison that the others are corrected for.
const MOST_PARTS: usize = 50;
/// Into how many steps the time is divided.
const STEPS: i32 = 300;

/// The sums so far.
pub(super) struct Sums {
    arms: usize,
    metrics: Vec<Option<(MetricColumns, Vec<Pairs>)>>,
    /// By the time at which clients count.
    steps: Vec<Vec<Pairs>>,
    clock: Clock,
    segments: Vec<Parts>,
}

/// The parts of one column.
struct Parts {
    name: String,
    at: usize,
    known: BTreeMap<Vec<u8>, u16>,
    sums: Vec<Vec<Pairs>>,
}

/// The steps of a window.
struct Clock {
    from: Timestamp,
    length: SignedDuration,
}

impl Clock {
    fn of(window: &RowWindow) -> Self {
        let from = window.counts_at(window.from);
        let all = window.known_to.duration_since(from);
        Self {
            from,
            length: (all / STEPS).max(SignedDuration::from_hours(1)),
        }
    }

    fn step(&self, time: Timestamp) -> usize {
        let since = time.duration_since(self.from).max(SignedDuration::ZERO);
        usize::try_from(since.as_secs() / self.length.as_secs().max(1)).unwrap_or(usize::MAX)
    }

    fn end(&self, step: usize) -> Timestamp {
        let steps = i32::try_from(step + 1).unwrap_or(i32::MAX);
        let since = self.length.saturating_mul(steps);
        self.from.saturating_add(since).unwrap_or(Timestamp::MAX)
    }
}

impl Sums {
    pub(super) fn new(columns: &Columns, window: &RowWindow, arms: usize) -> Self {
        let none = || vec![Pairs::default(); arms];
        let metrics = columns.metrics.iter();
        let segments = columns.segments.iter();
        Self {
            arms,
            metrics: metrics
                .map(|metric| metric.map(|metric| (metric, none())))
                .collect(),
            steps: Vec::new(),
            clock: Clock::of(window),
            segments: segments
                .map(|segment| Parts {
                    name: segment.name.clone(),
                    at: segment.at,
                    known: BTreeMap::new(),
                    sums: Vec::new(),
                })
                .collect(),
        }
    }

    /// Returns to how many parts each client belongs: one in time, and one in each column.
    pub(super) fn parts(&self) -> usize {
        1 + self.segments.len()
    }

    /// Finds the parts that a client belongs to.
    pub(super) fn find_parts(
        &mut self,
        record: &csv::ByteRecord,
        counts_at: Timestamp,
        parts: &mut [u16],
    ) -> Result<(), Fault> {
        let Some((time, others)) = parts.split_first_mut() else {
            return Ok(());
        };
        let step = self.clock.step(counts_at);
        while self.steps.len() <= step.min(usize::from(u16::MAX)) {
            self.steps.push(vec![Pairs::default(); self.arms]);
        }
        *time = u16::try_from(step).unwrap_or(u16::MAX);
        for (column, part) in self.segments.iter_mut().zip(others) {
            *part = column.find(record.get(column.at).unwrap_or_default(), self.arms)?;
        }
        Ok(())
    }

    /// Takes a client's numbers in.
    pub(super) fn add(&mut self, arm: usize, parts: &[u16], numbers: &[f64]) {
        self.change(arm, parts, numbers, Pairs::add);
    }

    /// Takes a client's numbers out that were taken in.
    pub(super) fn remove(&mut self, arm: usize, parts: &[u16], numbers: &[f64]) {
        self.change(arm, parts, numbers, Pairs::remove);
    }

    fn change(
        &mut self,
        arm: usize,
        parts: &[u16],
        numbers: &[f64],
        change: fn(&mut Pairs, f64, f64),
    ) {
        for (metric, sums) in self.metrics.iter_mut().flatten() {
            let (outcome, other) = values(*metric, numbers);
            change(&mut sums[arm], outcome, other);
        }
        let (Some(Some((primary, _))), Some((step, others))) =
            (self.metrics.first(), parts.split_first())
        else {
            return;
        };
        let (outcome, other) = values(*primary, numbers);
        change(&mut self.steps[usize::from(*step)][arm], outcome, other);
        for (column, part) in self.segments.iter_mut().zip(others) {
            change(&mut column.sums[usize::from(*part)][arm], outcome, other);
        }
    }

    /// Returns each variant's clients in each metric.
    pub(super) fn counts(&self) -> Vec<Option<Vec<ClientCount>>> {
        let metrics = self.metrics.iter().map(|metric| {
            let (metric, sums) = metric.as_ref()?;
            Some(of(*metric, sums))
        });
        metrics.collect()
    }

    /// Returns each variant's clients in the primary metric up to the end of each step in which
    /// some came in.
    pub(super) fn course(&self) -> Vec<(Timestamp, Vec<ClientCount>)> {
        let Some(Some((primary, _))) = self.metrics.first() else {
            return Vec::new();
        };
        let mut all = vec![Pairs::default(); self.arms];
        let mut course = Vec::new();
        for (step, sums) in self.steps.iter().enumerate() {
            if sums.iter().all(|arm| arm.count() == 0) {
                continue;
            }
            for (all, more) in all.iter_mut().zip(sums) {
                *all = all.with(more);
            }
            course.push((self.clock.end(step), of(*primary, &all)));
        }
        course
    }

    /// Returns the primary metric in each part.
    pub(super) fn segments(&self) -> Vec<Segment> {
        let Some(Some((primary, _))) = self.metrics.first() else {
            return Vec::new();
        };
        let columns = self.segments.iter().flat_map(|column| {
            column.known.iter().map(|(value, part)| Segment {
                name: column.name.clone(),
                value: String::from_utf8_lossy(value).into_owned(),
                arms: of(*primary, &column.sums[usize::from(*part)]),
            })
        });
        columns.collect()
    }
}

impl Parts {
    fn find(&mut self, value: &[u8], arms: usize) -> Result<u16, Fault> {
        let value = value.trim_ascii();
        if let Some(part) = self.known.get(value) {
            return Ok(*part);
        }
        let next = u16::try_from(self.sums.len()).ok();
        let Some(next) = next.filter(|next| usize::from(*next) < MOST_PARTS) else {
            return Err(Fault::new(
                format!(
                    "segment_{} has more than {MOST_PARTS} values, {} among them",
                    self.name,
                    quote(value)
                ),
                "each is a comparison that all are corrected for: put the rare ones together in the \
                 query that makes the file, or leave the column out",
            ));
        };
        self.known.insert(value.to_owned(), next);
        self.sums.push(vec![Pairs::default(); arms]);
        Ok(next)
    }
}

fn values(metric: MetricColumns, numbers: &[f64]) -> (f64, f64) {
    let other = metric.other.map_or(0.0, |other| numbers[other]);
    (numbers[metric.outcome], other)
}

fn of(metric: MetricColumns, sums: &[Pairs]) -> Vec<ClientCount> {
    let arms = sums.iter();
    arms.map(|pairs| ClientCount {
        kind: metric.kind,
        is_adjusted: metric.is_adjusted(),
        pairs: *pairs,
    })
    .collect()
}
