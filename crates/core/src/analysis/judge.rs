//! What was counted of both releases, and whether the new one is worse.

use std::time::Duration;

use super::Looks;
use crate::experiment::{
    CumulativeCounts, MetricCount, MetricQueries, Part, Samples, Stretch, Window, course,
};
use crate::progress::{Counted, Decision, Lack, MetricJudgement, StepJudgement};
use crate::release::Point;
use mlship_manifest::schema::{Analysis, AnalysisMetric};
use mlship_stats::{
    Arms, Course, Direction, FixedHorizon, Gate, Guardrail, Inference, Interval, OpenReason,
};

const MINUTE: Duration = Duration::from_mins(1);

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// What must not get worse.
    pub analysis: &'a Analysis,
    /// The step, counted from 1, and how many there are.
    pub step: (u32, u32),
    /// The looks at it.
    pub looks: Looks,
    /// Which of them this is, counted from 1.
    pub look: u32,
    /// What was asked for: the live release first, then the new one.
    pub queries: &'a MetricQueries,
    /// The answers, minute by minute.
    pub points: &'a [Vec<Point>],
}

/// Judges a step; `None` past the last look.
///
/// All metrics have to hold before it goes on, so that each may be wrong as often as alpha; it
/// goes back for any of them, after any step, so that these share it.
#[must_use]
pub fn judge(observed: &Observed<'_>) -> Option<StepJudgement> {
    let window = observed.looks.window(observed.look)?;
    let counts = Counts::of(observed, window);
    let metrics = observed.analysis.metrics.iter().enumerate();
    let metrics: Vec<MetricJudgement> = metrics
        .map(|(place, metric)| counts.judge(observed, place, metric))
        .collect();
    let is = |gate| move |metric: &MetricJudgement| metric.gate == gate;
    let decision = if metrics.iter().any(is(Gate::Breached)) {
        Decision::GoesBack
    } else if metrics.iter().all(is(Gate::Passed)) {
        Decision::GoesOn
    } else {
        Decision::Undecided
    };
    let is_open = decision == Decision::Undecided;
    let next = observed.look.checked_add(1).filter(|_| is_open);
    let (step, steps) = observed.step;
    Some(StepJudgement {
        step,
        steps,
        look: observed.look,
        decision,
        from: window.from,
        to: window.to,
        next: next.and_then(|look| observed.looks.ready(look)),
        metrics,
    })
}

/// What both had counted by the end of each minute.
struct Counts {
    window: Window,
    by_minute: Vec<CumulativeCounts>,
}

impl Counts {
    fn of(observed: &Observed<'_>, window: Window) -> Self {
        let mut samples = Samples::default();
        let part = Part {
            from: window.from,
            to: window.to,
            period: MINUTE,
        };
        samples.add(&part, observed.points);
        Self {
            window,
            by_minute: samples.looks(observed.queries),
        }
    }

    fn judge(
        &self,
        observed: &Observed<'_>,
        place: usize,
        metric: &AnalysisMetric,
    ) -> MetricJudgement {
        let both = |counts: &CumulativeCounts| -> Option<[MetricCount; 2]> {
            let [live, new] = counts.arms.as_slice() else {
                return None;
            };
            Some([*live.metrics.get(place)?, *new.metrics.get(place)?])
        };
        let last = self.by_minute.last().and_then(both);
        let arms = last.and_then(|[live, new]| new.against(live));
        let course = course(&self.by_minute, self.window, Stretch::Minute, both);
        let [live, new] = last.map_or([Counted::default(); 2], |both| both.map(counted));
        let verdict = gate(observed, metric, arms.as_ref(), &course);
        let difference = new.rate.zip(live.rate).map(|(new, live)| new - live);
        let interval = arms.and_then(|arms| interval(observed, &arms, &course));
        let mut found = MetricJudgement {
            metric: named(metric),
            margin: metric.margin,
            live,
            new,
            difference,
            interval,
            gate: verdict.0,
            lack: verdict.1,
            requests_needed: requests_needed(metric, live.rate),
            minutes_more: None,
        };
        found.minutes_more = self.minutes_more(observed, &found);
        found
    }

    /// Returns how many minutes later the look is that may tell: with as many requests as it takes at
    /// the rate that they come at, and for certainty by the square of how much narrower the interval
    /// has to be.
    fn minutes_more(&self, observed: &Observed<'_>, found: &MetricJudgement) -> Option<u32> {
        let minutes = in_minutes(self.window);
        let times = match found.lack? {
            Lack::Requests => {
                let fewest = found.live.requests.min(found.new.requests);
                real(found.requests_needed) / real(fewest)
            }
            Lack::Certainty => {
                let (difference, interval) = (found.difference?, found.interval?);
                let room = (found.margin - difference).abs();
                ((interval.upper - interval.lower) / 2.0 / room).powi(2)
            }
            Lack::Data | Lack::Minutes => return None,
        };
        let (looks, look) = (observed.looks, observed.look);
        let enough = |later: &u32| {
            let window = looks.window(*later);
            window.is_some_and(|window| in_minutes(window) >= minutes * times)
        };
        let later = (look + 1..=Looks::MOST).find(enough)?;
        let more = looks.ready(later)?.duration_since(looks.ready(look)?);
        u32::try_from(more.as_mins()).ok()
    }
}

fn in_minutes(window: Window) -> f64 {
    window.length().as_secs_f64() / MINUTE.as_secs_f64()
}

/// Returns how many requests of each it takes to tell anything, where this share of the live
/// release's goes wrong.
fn requests_needed(metric: &AnalysisMetric, rate: Option<f64>) -> u64 {
    let fewest = guardrail(metric).fewest_trials(rate.unwrap_or(0.0)).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "20 by a margin that the manifest's rules keep above 0"
    )]
    metric.minimum_requests().max(fewest as u64)
}

fn guardrail(metric: &AnalysisMetric) -> Guardrail {
    Guardrail {
        direction: Direction::Down,
        margin: metric.margin,
        minimum_events: 0,
    }
}

/// Says whether a metric holds, and what is missing where nobody knows.
fn gate(
    observed: &Observed<'_>,
    metric: &AnalysisMetric,
    arms: Option<&Arms>,
    course: &Course,
) -> (Gate, Option<Lack>) {
    let open = |lack| (Gate::Inconclusive, Some(lack));
    let guardrail = guardrail(metric);
    let alpha = observed.analysis.alpha();
    let inference = |shared_by| {
        let level = Looks::level(observed.look, alpha, shared_by);
        Inference::FixedHorizon(FixedHorizon::new(level))
    };
    let (_, steps) = observed.step;
    let judged = steps.saturating_sub(1).max(1) as usize;
    let causes = observed.analysis.metrics.len().max(1) * judged;
    // What is far worse at once is, however few minutes there are.
    let strict = guardrail.judge_requests(arms, &inference(causes), course);
    if strict.gate == Gate::Breached {
        return (Gate::Breached, None);
    }
    let Some((live, new)) = arms.and_then(trials) else {
        return open(Lack::Data);
    };
    if live.min(new) == 0 {
        return open(Lack::Data);
    }
    if live.min(new) < metric.minimum_requests() {
        return open(Lack::Requests);
    }
    let stretches = course.stretches.iter().filter_map(trials);
    if stretches
        .filter(|(live, new)| *live > 0 && *new > 0)
        .count()
        < Analysis::FEWEST_MINUTES as usize
    {
        return open(Lack::Minutes);
    }
    let judgement = guardrail.judge_requests(arms, &inference(1), course);
    match (judgement.gate, judgement.open) {
        (Gate::Passed, _) => (Gate::Passed, None),
        (_, Some(OpenReason::NothingKnown)) => open(Lack::Data),
        (_, Some(OpenReason::TooFewTrials)) => open(Lack::Requests),
        (_, Some(OpenReason::TooFewStretches)) => open(Lack::Minutes),
        (Gate::Breached | Gate::Inconclusive, _) => open(Lack::Certainty),
    }
}

/// Returns where the difference lies, at the level by which it may go on.
fn interval(observed: &Observed<'_>, arms: &Arms, course: &Course) -> Option<Interval> {
    let level = Looks::level(observed.look, observed.analysis.alpha(), 1);
    let inference = Inference::FixedHorizon(FixedHorizon::new(level));
    let plain = inference.difference(arms)?;
    Some(inference.widened(arms, plain.interval, course))
}

fn trials(arms: &Arms) -> Option<(u64, u64)> {
    match arms {
        Arms::Proportions {
            control,
            challenger,
        } => Some((control.trials, challenger.trials)),
        Arms::Means { .. } | Arms::Estimates { .. } => None,
    }
}

fn counted(count: MetricCount) -> Counted {
    Counted {
        requests: count.trials(),
        rate: count.rate(),
    }
}

fn named(metric: &AnalysisMetric) -> String {
    let name = metric.metric.name();
    match &metric.threshold {
        Some(threshold) => format!("{name} ({threshold})"),
        None => name.to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn real(count: u64) -> f64 {
    count as f64
}
