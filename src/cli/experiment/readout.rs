//! Reading an experiment's numbers.

use std::fmt::Write as _;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::subject::Subject;
use crate::report::Shown;
use mlship_core::cloud::{Answer, Balancing, Metrics};
use mlship_core::experiment::{
    Answers, DISTURBED, Definition, Material, Questions, Reading, Record, State, Window,
};
use mlship_core::release::as_tag;
use mlship_core::release::{ListenerRule, Routing};
use mlship_manifest::schema::Experiment;

/// Which numbers are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted {
    /// From when, where not from the beginning of the phase.
    pub(super) from: Option<Timestamp>,
    /// Until when, where not until now.
    pub(super) until: Option<Timestamp>,
    /// Whether the classical inference is wanted.
    pub(super) fixed: bool,
}

/// Numbers, and what to know before believing them.
pub(super) struct Readout {
    pub(super) reading: Reading,
    pub(super) notes: Vec<String>,
    /// Variants without a healthy target, as was just seen.
    pub(super) dead: Vec<String>,
    pub(super) at: Timestamp,
}

/// Reads the numbers of an experiment whose rule has a record.
pub(super) async fn read<C: Balancing + Metrics>(
    cloud: &C,
    subject: &Subject,
    rule: &ListenerRule,
    record: &Record,
    wanted: Wanted,
) -> Answer<Readout> {
    let now = Timestamp::now();
    let is_live = wanted.until.is_none() && record.state != State::Stopped;
    let dead = if is_live {
        dead(cloud, subject, rule).await?
    } else {
        Vec::new()
    };
    let reading = numbers(cloud, subject, record, wanted, now, &dead).await?;
    let mut notes = notes(subject, rule, record, wanted);
    if wanted.fixed {
        notes.push(of_one_look(&reading));
    }
    Ok(Readout {
        reading,
        notes,
        dead,
        at: now,
    })
}

/// Reads the numbers alone, given the variants without a healthy target.
pub(super) async fn numbers<C: Metrics>(
    cloud: &C,
    subject: &Subject,
    record: &Record,
    wanted: Wanted,
    now: Timestamp,
    dead: &[String],
) -> Answer<Reading> {
    let definition = &subject.definition;
    let began = record.since.unwrap_or(now);
    let ended = record.end.as_ref().map_or(now, |end| end.at);
    let window = Window::new(
        wanted.from.unwrap_or(began),
        wanted.until.unwrap_or(ended),
        now,
    );
    let questions = Questions::of(subject.experiment(), definition);
    let mut answers = Answers::default();
    for part in window.parts(now) {
        let points = cloud.points(&questions.queries, part.from, part.to, part.period);
        answers.add(&part, &points.await?);
    }
    let weights = weights(subject, record);
    Ok(Reading::of(&Material {
        experiment: subject.experiment(),
        definition,
        weights: &weights,
        looks: &answers.looks(&questions),
        dead,
        window,
        fixed: wanted.fixed,
    }))
}

/// Returns the variants that should get requests, and have no healthy target.
async fn dead<C: Balancing>(
    cloud: &C,
    subject: &Subject,
    rule: &ListenerRule,
) -> Answer<Vec<String>> {
    let gets_requests = |arm: &&mlship_core::experiment::Arm| match &rule.routing {
        Routing::Forward(forward) => {
            let weight = forward.weights.get(&arm.group);
            weight.is_some_and(|weight| *weight > 0) || subject.definition.header.is_some()
        }
        Routing::Other(_) => false,
    };
    let arms = subject.definition.arms.iter().filter(gets_requests);
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
    let looks = definition.arms.iter().map(async |arm| {
        let is_dead = match cloud.target_health(&arm.group).await {
            Ok(health) => health.healthy == 0,
            Err(error) => error.code.as_deref() == Some("TargetGroupNotFound"),
        };
        is_dead.then(|| arm.name.clone())
    });
    join_all(looks).await.into_iter().flatten().collect()
}

/// Returns the weights of the phase: of its step, where the manifest still has it.
fn weights(subject: &Subject, record: &Record) -> Vec<u32> {
    let definition = &subject.definition;
    let steps = definition.steps();
    let own = steps
        .iter()
        .find(|step| mlship_core::experiment::weights(&definition.shares(step)) == record.weights);
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

fn notes(subject: &Subject, rule: &ListenerRule, record: &Record, wanted: Wanted) -> Vec<String> {
    let mut notes = Vec::new();
    let definition = &subject.definition;
    if record.terms != definition.terms {
        notes.push(
            "what decides is not what it was when the phase began: changed after a look, the \
             verdict may be wrong more often than alpha says"
                .to_owned(),
        );
    }
    if let Some(disturbed) = rule.tags.get(DISTURBED) {
        notes.push(format!(
            "{disturbed} was released to by force, while it was compared: the numbers may be of \
             two releases"
        ));
    }
    match record.state {
        State::Starting => notes.push(
            "the phase was begun and not finished: `mlship experiment start` goes on with it"
                .to_owned(),
        ),
        State::Stopping => notes.push(
            "a stop was begun and not finished: `mlship experiment stop` goes on with it"
                .to_owned(),
        ),
        State::Running => {
            let is_kept = matches!(&rule.routing, Routing::Forward(forward)
                if definition.header.is_some()
                    || mlship_core::experiment::weights(forward) == record.weights);
            if !is_kept {
                notes.push(
                    "the rule is not as the phase left it: the numbers are of other shares, too"
                        .to_owned(),
                );
            }
        }
        State::Stopped => notes.push("the experiment is over".to_owned()),
    }
    if let Some(from) = wanted.from
        && record.since.is_some_and(|since| from < since)
    {
        notes.push(
            "the window begins before the phase does, when traffic was shared otherwise".to_owned(),
        );
    }
    notes
}

fn of_one_look(reading: &Reading) -> String {
    let mut note = "a fixed-horizon readout holds for one look, at the planned sample: looked at \
                    every day it finds differences that are not there, in 31 % of A/A tests at \
                    40 looks"
        .to_owned();
    if reading.sample < reading.planned {
        let _ = write!(
            note,
            "; {} of {} trials are in",
            reading.sample, reading.planned
        );
    }
    note
}

/// Returns what was expected when the experiment began: in the manifest's own words, unless they
/// are others by now.
fn hypothesis<'a>(experiment: &'a Experiment, record: &'a Record) -> Option<&'a str> {
    let recorded = record.hypothesis.as_deref();
    let written = experiment.hypothesis.as_deref();
    written
        .filter(|written| recorded == Some(&*as_tag(written)))
        .or(recorded)
}

/// Returns a readout as it is shown.
pub(super) fn shown<'a>(
    subject: &'a Subject,
    record: &'a Record,
    readout: &'a Readout,
) -> Shown<'a> {
    let experiment = subject.experiment();
    let guardrails = experiment.guardrails.iter();
    Shown {
        name: &subject.definition.name,
        record,
        hypothesis: hypothesis(experiment, record),
        reading: &readout.reading,
        minimum_effect: experiment.primary.minimum_effect,
        margins: guardrails.map(|one| (&*one.metric, one.margin)).collect(),
        alpha: experiment.accepted_alpha(),
        maximum_days: experiment.maximum_days,
        notes: readout.notes.clone(),
        at: readout.at,
    }
}
