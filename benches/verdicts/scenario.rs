//! A kind of experiment, run and read.

use std::time::Duration;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use mlship_core::experiment::rows::lay_over;
use mlship_core::experiment::{
    Definition, Material, MetricQueries, Part, PhaseTimes, PlannedLooks, Reading, Samples, Terms,
    Window,
};
use mlship_core::release::{Point, Query};
use mlship_manifest::schema::Experiment;
use mlship_stats::{Phase, TestVerdict};

use crate::draws::real;
use crate::manifest::{Design, NAMES};
use crate::rows::{OfRows, Table, in_rows};
use crate::runs::{all, median, rate};
use crate::traffic::{Clients, Hour};

const HOUR: Duration = Duration::from_hours(1);
const HOURS_A_DAY: usize = 24;
/// 2026-05-01T00:00:00Z.
const BEGIN: i64 = 1_777_593_600;

/// When weights are set: the day, the weights, and what they may spend of the significance level.
pub(crate) type Step = (usize, &'static [u32], Phase);

/// A kind of experiment.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) days: usize,
    pub(crate) steps: Vec<Step>,
    pub(crate) clients: Clients,
    pub(crate) design: Design,
    /// Whether it is read as before phases shared alpha and `outcomeWithin` kept them apart.
    pub(crate) before: bool,
}

/// How a run ended: at the first look that is decided.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ended {
    verdict: TestVerdict,
    day: usize,
}

impl Scenario {
    fn run(
        &self,
        experiment: &Experiment,
        definition: &Definition,
        of_rows: Option<&OfRows>,
        rng: &mut Rng,
    ) -> Ended {
        let weights: Vec<&[u32]> = (0..HOURS_A_DAY * self.days)
            .map(|hour| self.step(hour / HOURS_A_DAY).1.1)
            .collect();
        let (hours, clients) = self.clients.draw(&weights, self.design.stamped, rng);
        let rows = of_rows.map(|of_rows| of_rows.table(self.clients, clients, rng));
        let mut planned = self.design.looks.map(|looks| PlannedLooks {
            looks,
            taken: Vec::new(),
            unreadable: None,
            is_time_up: false,
        });
        let mut ended = Ended {
            verdict: TestVerdict::Inconclusive,
            day: self.days,
        };
        for day in 1..=self.days {
            if let Some(planned) = &mut planned {
                planned.is_time_up = day == self.days;
            }
            // A look is taken at the end of a day, with the weights that the day had.
            let read = |planned: Option<&PlannedLooks>| {
                let traffic = (&*hours, rows.as_ref());
                self.read((experiment, definition), day, traffic, planned)
            };
            let mut reading = read(planned.as_ref());
            let due = reading.looks.as_ref().and_then(|looks| looks.due.clone());
            if let (Some(planned), Some(due)) = (&mut planned, due) {
                planned.taken.push(due);
                reading = read(Some(planned));
            }
            let verdict = reading.readout.verdict;
            if !matches!(
                verdict,
                TestVerdict::Inconclusive | TestVerdict::NoDifference
            ) {
                return Ended { verdict, day };
            }
            ended.verdict = verdict;
        }
        ended
    }

    /// Returns the number of the step on a day, from 1, and the step.
    fn step(&self, day: usize) -> (u32, &Step) {
        let so_far = self.steps.iter().filter(|(from, ..)| *from <= day);
        let number = so_far.count().max(1);
        (u32::try_from(number).unwrap_or(1), &self.steps[number - 1])
    }

    fn read(
        &self,
        (experiment, definition): (&Experiment, &Definition),
        day: usize,
        (hours, rows): (&[Vec<Hour>], Option<&Table>),
        planned: Option<&PlannedLooks>,
    ) -> Reading {
        let (number, (from, weights, phase)) = self.step(day - 1);
        let (first, end) = (HOURS_A_DAY * from, HOURS_A_DAY * day);
        let window = Window {
            from: at(first),
            to: at(end),
        };
        let mut queries = MetricQueries::of(Some(experiment), definition);
        let mut terms = Terms::default();
        if !self.before {
            queries.count_by_phase(
                experiment,
                PhaseTimes {
                    phase: number,
                    since: window.from,
                    now: window.to,
                },
            );
            terms = Terms {
                challengers: 0,
                phase: *phase,
                outcomes: queries.outcomes.first().copied().unwrap_or_default(),
            };
        }
        let part = Part {
            from: window.from,
            to: window.to,
            period: HOUR,
        };
        let points = queries.queries.iter().map(|query| {
            let arm = arm_of(query);
            (first..end)
                .map(|hour| Point {
                    start: at(hour),
                    value: value(query, &hours[hour][arm]),
                })
                .collect()
        });
        let points: Vec<Vec<Point>> = points.collect();
        let mut samples = Samples::default();
        samples.add(&part, &points);
        let mut looks = samples.looks(&queries);
        let counts = rows.and_then(|rows| rows.read(experiment, window, end));
        if let Some(counts) = &counts {
            let nothing = Samples::nothing(&queries, window.to);
            lay_over(counts, &mut looks, nothing);
        }
        Reading::of(&Material {
            experiment: Some(experiment),
            definition,
            weights,
            looks: &looks,
            dead: &[],
            window,
            terms,
            fixed: false,
            planned: planned.filter(|_| usize::try_from(number) == Ok(self.steps.len())),
            rows: counts.as_ref(),
        })
    }

    pub(crate) fn print(&self, runs: u64, of_rows: Option<&OfRows>) {
        let written = self.design.experiment().ok();
        let written = written.and_then(|experiment| match of_rows {
            Some(_) => in_rows(experiment),
            None => Some(experiment),
        });
        let Some(experiment) = written else {
            println!("| {} | is no manifest |", self.name);
            return;
        };
        let definition = self.design.definition();
        let name = match of_rows {
            Some(of_rows) => format!("{self:?} {of_rows:?}"),
            None => format!("{self:?}"),
        };
        let ended = all(&name, runs, |rng| {
            self.run(&experiment, &definition, of_rows, rng)
        });
        let part = |verdict: TestVerdict| rate(&ended, |one| one.verdict == verdict);
        let decided = |one: &&Ended| one.verdict != TestVerdict::Inconclusive;
        let days = ended.iter().filter(decided).map(|one| real(one.day as u64));
        let day = median(days.collect()).map_or_else(|| "–".to_owned(), |day| day.to_string());
        println!(
            "| {} | {} | {} | {} | {} | {day} |",
            self.name,
            part(TestVerdict::ChallengerBetter),
            part(TestVerdict::ControlBetter),
            part(TestVerdict::GuardrailBreached),
            part(TestVerdict::BrokenSplit),
        );
    }
}

pub(crate) fn head() {
    println!(
        "| experiment | challenger better | control better | breached | broken split | day (median) |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
}

pub(crate) fn at(hour: usize) -> Timestamp {
    let begin = Timestamp::from_second(BEGIN).unwrap_or_default();
    let hours = SignedDuration::from_hours(i64::try_from(hour).unwrap_or(0));
    begin.saturating_add(hours).unwrap_or(begin)
}

/// Returns the variant that a query is about: its group or its name is among the dimensions.
fn arm_of(query: &Query) -> usize {
    let is_of = |name: &str| {
        let mut values = query.dimensions.iter().map(|(_, value)| value.as_str());
        values.any(|value| value == name || value.contains(&format!("/{name}/")))
    };
    NAMES.iter().position(|name| is_of(name)).unwrap_or(0)
}

fn value(query: &Query, hour: &Hour) -> f64 {
    match query.metric.as_str() {
        "RequestCount" => hour.requests,
        "HTTPCode_Target_2XX_Count" => hour.requests - hour.failed,
        "HTTPCode_Target_5XX_Count" => hour.failed,
        "HealthyHostCount" => 2.0,
        "Clients" => hour.clients,
        "Converted" => hour.converted,
        "Spent" => hour.spent,
        "SpentSquares" => hour.squares,
        _ => 0.0,
    }
}
