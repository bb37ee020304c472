//! Reads an experiment's metrics and computes its readout.

mod notes;

use futures_util::future::join_all;
use jiff::Timestamp;

use self::notes::{notes, of_one_look, of_unknown_patience};
use super::comparison::Comparison;
use super::ended::Ended;
use super::existing_metrics::{absent, samples};
use super::late_outcomes::late_outcomes;
use super::rows::{self, ReadRows};
use super::take_look::{may_take, take_due};
use crate::app::Context;
use crate::cloud::{Answer, Balancing, Metrics};
use crate::experiment::rows::lay_over;
use crate::experiment::{
    Arm, Definition, Doubts, Material, MetricQueries, PhaseTimes, PlannedLooks, Reading, Record,
    Samples, State, Terms, Window, word,
};
use crate::release::{ListenerRule, Routing};

/// Which numbers are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadRequest {
    /// From when, where not from the beginning of the phase.
    pub from: Option<Timestamp>,
    /// Until when, where not until now.
    pub until: Option<Timestamp>,
    /// Whether the classical inference is wanted.
    pub fixed: bool,
}

/// Numbers, and what to know before believing them.
#[derive(Debug, Clone, PartialEq)]
pub struct Readout {
    /// What the rule says of the experiment.
    pub record: Record,
    /// The numbers.
    pub reading: Reading,
    /// What a reader should know before believing them.
    pub notes: Vec<String>,
    /// Variants without a healthy target, as was just seen.
    pub dead: Vec<String>,
    /// How the experiment ended, where it did.
    pub ended: Option<Ended>,
    /// When they were read.
    pub at: Timestamp,
}

impl Readout {
    /// Returns the word for its verdict, for the record of a stop.
    pub(super) fn outcome(&self) -> String {
        word(self.reading.readout.verdict).to_owned()
    }
}

/// Reads the numbers of an experiment whose rule has a record.
pub(super) async fn read<C: Balancing + Metrics>(
    context: &Context<'_, C>,
    comparison: &Comparison,
    rule: &ListenerRule,
    record: &Record,
    request: ReadRequest,
    rows: Option<&ReadRows>,
) -> Answer<Readout> {
    let (cloud, now) = (context.cloud, (context.clock)());
    let is_live = request.until.is_none() && record.state != State::Stopped;
    let dead = if is_live {
        dead(cloud, &comparison.definition.as_in(record), rule).await?
    } else {
        Vec::new()
    };
    let reading = numbers(cloud, comparison, (rule, record), request, now, &dead, rows).await?;
    let mut notes = notes(comparison, rule, record, request);
    let looks = reading.looks.as_ref();
    notes.extend(looks.and_then(|looks| looks.problem.clone()));
    notes.extend(reading.doubts.iter().cloned());
    notes.extend(rows::notes(rows, comparison));
    if request.fixed {
        notes.push(of_one_look(&reading));
    }
    Ok(Readout {
        record: record.clone(),
        reading,
        notes,
        dead,
        ended: Ended::of(&comparison.definition, rule, record),
        at: now,
    })
}

/// Reads the numbers alone, given the variants without a healthy target. Takes a planned look that is
/// due.
pub(super) async fn numbers<C: Balancing + Metrics>(
    cloud: &C,
    comparison: &Comparison,
    (rule, record): (&ListenerRule, &Record),
    request: ReadRequest,
    now: Timestamp,
    dead: &[String],
    rows: Option<&ReadRows>,
) -> Answer<Reading> {
    let definition = &comparison.definition.as_in(record);
    let began = record.since.unwrap_or(now);
    let ended = record.end.as_ref().map_or(now, |end| end.at);
    // Since then the control's service is not what was compared.
    let promoted = record.promotion.as_ref();
    let ended = promoted.map_or(ended, |promotion| promotion.since.min(ended));
    let window = Window::new(
        request.from.unwrap_or(began),
        request.until.unwrap_or(ended),
        now,
    );
    let mut questions = MetricQueries::of(comparison.measured(), definition);
    let mut doubts = Vec::new();
    if questions.counts_unanswered() {
        match cloud.idle_timeout(&definition.rule).await {
            Ok(timeout) => questions.idle_timeout = timeout,
            Err(error) => doubts.push(of_unknown_patience(questions.idle_timeout, &error)),
        }
    }
    if let Some(experiment) = comparison.measured() {
        let times = PhaseTimes {
            phase: record.phase,
            since: began,
            now,
        };
        questions.count_by_phase(experiment, times);
    }
    let spent = record.spent(definition.steps().len());
    let terms = Terms {
        challengers: spent.challengers(),
        phase: spent.phase(),
        outcomes: questions.outcomes.first().copied().unwrap_or_default(),
    };
    let answers = samples(cloud, &questions, &window, now).await?;
    let mut looks = answers.looks(&questions);
    if let (Some(experiment), Some(last)) = (comparison.measured(), looks.last()) {
        let found = Doubts::of(experiment, definition, &questions, &answers, last);
        doubts.extend(found.silence());
        if !found.silent.is_empty() {
            doubts.extend(absent(cloud, &found.silent).await);
        }
        doubts.extend(found.impossible);
        doubts.extend(late_outcomes(
            experiment,
            definition,
            terms.outcomes,
            record,
            last,
        ));
    }
    let mut window = window;
    if let Some(rows) = rows {
        window = rows.window_of_readout().unwrap_or(window);
        let nothing = Samples::nothing(&questions, window.to);
        lay_over(&rows.counts, &mut looks, nothing);
        if let (Some(experiment), Some(last)) = (comparison.measured(), looks.last()) {
            doubts.extend(Doubts::of_rows(experiment, definition, last));
        }
    }
    let weights = weights(definition, record);
    let experiment = comparison.measured();
    let by = |planned: Option<&PlannedLooks>| {
        let mut reading = Reading::of(&Material {
            experiment,
            definition,
            weights: &weights,
            looks: &looks,
            dead,
            window,
            terms,
            fixed: request.fixed,
            planned,
            rows: rows.map(|rows| &rows.counts),
        });
        reading.doubts.extend(doubts.iter().cloned());
        reading
    };
    let planned = experiment
        .and_then(|experiment| PlannedLooks::of(experiment, definition, record, &rule.tags, now));
    let reading = by(planned.as_ref());
    if !may_take(record, request) {
        return Ok(reading);
    }
    let about = (comparison, record, now);
    Ok(take_due(cloud, about, reading, |planned| by(Some(planned))).await)
}

/// Returns the variants that should get requests, and have no healthy target.
async fn dead<C: Balancing>(
    cloud: &C,
    definition: &Definition,
    rule: &ListenerRule,
) -> Answer<Vec<String>> {
    let gets_requests = |arm: &&Arm| match &rule.routing {
        Routing::Forward(forward) => {
            let weight = forward.weights.get(&arm.group);
            weight.is_some_and(|weight| *weight > 0) || definition.header.is_some()
        }
        Routing::Other(_) => false,
    };
    let arms = definition.arms.iter().filter(|arm| !arm.is_dropped);
    let arms = arms.filter(gets_requests);
    let looks = arms.map(async |arm| {
        let health = cloud.target_health(&arm.group).await?;
        Ok((health.healthy == 0).then(|| arm.name.clone()))
    });
    let found: Answer<Vec<Option<String>>> = join_all(looks).await.into_iter().collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Returns the variants that certainly have no healthy target, whatever their weights: one that is
/// to get all the traffic may have none yet, and clients may still be with one that has none left.
pub(super) async fn without_targets<C: Balancing>(
    cloud: &C,
    definition: &Definition,
) -> Vec<String> {
    let arms = definition.arms.iter().filter(|arm| !arm.is_dropped);
    let looks = arms.map(async |arm| {
        let is_dead = match cloud.target_health(&arm.group).await {
            Ok(health) => health.healthy == 0,
            Err(error) => error.code.as_deref() == Some("TargetGroupNotFound"),
        };
        is_dead.then(|| arm.name.clone())
    });
    join_all(looks).await.into_iter().flatten().collect()
}

/// Returns the weights of the phase: of its step, where the manifest still has it.
fn weights(definition: &Definition, record: &Record) -> Vec<u32> {
    let steps = definition.steps();
    let own = steps
        .iter()
        .find(|step| crate::experiment::weights(&definition.shares(step)) == record.weights);
    if let Some(step) = own {
        return step.weights.clone();
    }
    // The manifest was changed since: the rule's record is what was so.
    let recorded = |name: &str| {
        let mut pairs = record
            .weights
            .split(' ')
            .filter_map(|pair| pair.split_once('='));
        let (_, weight) = pairs.find(|(group, _)| *group == name)?;
        weight.parse().ok()
    };
    let arms = definition.arms.iter();
    arms.map(|arm| recorded(arm.group.name()).unwrap_or(0))
        .collect()
}
