//! The record of an experiment that ended, as one versioned JSON document.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DroppedEntry, MetricFinding, Part, PromotionEntry, Readout, StartId};
use crate::experiment::{Phase, Record, Spending};
use crate::release::ids::RuleArn;
use mlship_manifest::schema::{Experiment, Guardrail, Primary};
use mlship_stats::{Alpha, Method};
use mlship_text::secrets::{KnownSecrets, redact_texts};

/// What a record calls itself. Members are added over time, never renamed or removed.
const SCHEMA: &str = "mlship/experiment-record/v1";

/// An experiment that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExperimentRecord {
    /// What the document is.
    pub schema: String,
    /// The id of its start.
    pub id: StartId,
    /// Its name.
    pub experiment: String,
    /// What was expected.
    pub hypothesis: Option<String>,
    /// The rule that shared the traffic.
    pub rule: RuleArn,
    /// When it began.
    pub started: Timestamp,
    /// Who started it.
    pub started_by: String,
    /// When it ended.
    pub ended: Timestamp,
    /// Who ended it.
    pub ended_by: String,
    /// The verdict at which it was ended, by its word; `unknown` where there was none.
    pub outcome: String,
    /// The variant that got all the traffic.
    pub winner: String,
    /// The variant whose release the control's service got before that, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<String>,
    /// How far that was when it ended, where the winner's release was to be the control's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<PromotionEntry>,
    /// The digest of what the verdict rests on.
    pub terms: String,
    /// What was asked of it; none where the manifest was not there to say.
    pub design: Option<Design>,
    /// The variants, in their order.
    pub variants: Vec<Part>,
    /// The phases, oldest first.
    pub phases: Vec<PhaseEntry>,
    /// The variants that were taken out of it, with what was known of each at that moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedEntry>,
    /// The numbers at the end; none where they could not be read.
    pub readout: Option<Readout>,
    /// What was released to a variant by force while it was compared.
    pub disturbed: Option<String>,
    /// What a reader should know before believing the numbers.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What was asked of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Design {
    /// The metric that decides, as the manifest has it.
    pub primary: Primary,
    /// The metrics that must not get worse, as the manifest has them.
    pub guardrails: Vec<Guardrail>,
    /// The accepted chance of a wrong winner.
    pub alpha: f64,
    /// The trials that were planned.
    pub planned_sample: u32,
    /// The successes that each variant must have.
    pub minimum_events_per_arm: u32,
    /// The days after which it should have ended.
    pub maximum_days: Option<u32>,
    /// How many looks were planned, of a group-sequential design.
    pub looks: Option<u32>,
    /// The challengers' shares before those of their weights, in percent.
    pub ramp: Vec<u32>,
    /// How long a client stays with its variant.
    pub stickiness: Option<String>,
    /// The header by which callers assign themselves.
    pub header: Option<String>,
}

/// A time with the same weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseEntry {
    /// Its number, from 1.
    pub phase: u32,
    /// When it began.
    pub since: Timestamp,
    /// When it ended.
    pub until: Timestamp,
    /// The weight of each variant, in their order.
    pub weights: Vec<u32>,
    /// Its part of the significance level, where that is known.
    #[serde(default)]
    pub alpha: Option<f64>,
}

impl ExperimentRecord {
    /// Takes what a rule says of an experiment that ended; none where it has not, or never began.
    #[must_use]
    pub fn of(rule: &RuleArn, record: &Record) -> Option<Self> {
        let end = record.end.as_ref().filter(|_| !record.state.is_open())?;
        let started = record.started?;
        Some(Self {
            schema: SCHEMA.to_owned(),
            id: StartId::new(&record.name, rule, started),
            experiment: record.name.clone(),
            hypothesis: record.hypothesis.clone(),
            rule: rule.clone(),
            started,
            started_by: record.by.clone(),
            ended: end.at,
            ended_by: end.by.clone(),
            outcome: end.outcome.clone(),
            winner: end.winner.clone(),
            promoted: record
                .promotion
                .as_ref()
                .filter(|promotion| promotion.is_deployed())
                .map(|promotion| promotion.winner.clone()),
            promotion: record.promotion.as_ref().map(PromotionEntry::of),
            terms: record.analysis_digest.clone(),
            design: None,
            variants: Vec::new(),
            phases: phases(&record.phases, end.at),
            dropped: record.dropped.iter().map(DroppedEntry::of).collect(),
            readout: None,
            disturbed: None,
            notes: Vec::new(),
        })
    }

    /// Returns what a reader should know before believing the numbers.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let disturbed = self.disturbed.as_ref();
        let disturbed = disturbed.map(|what| format!("{what} was released to by force meanwhile"));
        let dropped = self.dropped.iter().map(DroppedEntry::line);
        let promotion = self.promotion.as_ref().and_then(PromotionEntry::remark);
        let notes = self.notes.iter().cloned();
        notes
            .chain(disturbed)
            .chain(dropped)
            .chain(promotion)
            .collect()
    }

    /// Returns what the primary metric said of a challenger: in the end, or when it was dropped.
    #[must_use]
    pub fn primary(&self, variant: &str) -> Option<&MetricFinding> {
        let readout = self.readout.as_ref();
        let last = readout.and_then(|readout| readout.primary(variant));
        last.or_else(|| self.dropped(variant)?.primary.as_ref())
    }

    /// Returns what was known of a variant when it was dropped, where it was.
    #[must_use]
    pub fn dropped(&self, variant: &str) -> Option<&DroppedEntry> {
        self.dropped.iter().find(|entry| entry.variant == variant)
    }

    /// Says whether a variant had clients, and has none in the last phase: it was dropped, also where
    /// an mlship did it that put nothing down.
    #[must_use]
    pub fn was_dropped(&self, variant: &str) -> bool {
        let place = self.variants.iter().position(|part| part.name == variant);
        let weight = |phase: &PhaseEntry| phase.weights.get(place?).copied();
        let had = self.phases.iter().any(|phase| weight(phase) > Some(0));
        let last = self.phases.last().and_then(weight);
        self.dropped(variant).is_some() || (had && last == Some(0))
    }

    /// Adds what only the manifest says: what was asked, of which metrics, at which level.
    pub fn measure(&mut self, experiment: &Experiment, spent: Spending) {
        self.design = Some(Design::of(experiment));
        for dropped in &mut self.dropped {
            dropped.measure(experiment);
        }
        let whole = Alpha::new(experiment.accepted_alpha());
        let last = self.phases.last().map(|phase| phase.phase);
        for phase in &mut self.phases {
            let known = if Some(phase.phase) == last {
                Some(spent.phase())
            } else {
                spent.phase_of(phase.phase)
            };
            let own = whole.zip(known);
            phase.alpha = own.map(|(whole, known)| rounded(whole.of_phase(known).get()));
        }
    }

    /// Returns the document, in which what is secret is hidden: by its looks, or since a manifest
    /// has it from a variable of such a name.
    #[must_use]
    pub fn document(&self, known: &KnownSecrets) -> Value {
        redact_texts(&json!(self), known)
    }

    /// Returns it with what is secret hidden.
    #[must_use]
    pub fn without_secrets(&self, known: &KnownSecrets) -> Self {
        // A text stays a text, so that it reads as what it was.
        serde_json::from_value(self.document(known)).unwrap_or_else(|_| self.clone())
    }

    /// Returns the document as a text, for people to read too.
    #[must_use]
    pub fn text(&self) -> String {
        let document = self.document(&KnownSecrets::none());
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the document on one line.
    #[must_use]
    pub fn line(&self) -> String {
        self.document(&KnownSecrets::none()).to_string()
    }

    /// Reads a document.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|_| "no JSON".to_owned())?;
        match document["schema"].as_str() {
            Some(SCHEMA) => serde_json::from_value(document)
                .map_err(|error| format!("no whole record of an experiment: {error}")),
            Some(other) if other.starts_with("mlship/experiment-record/") => Err(format!(
                "written as {other}, which this mlship is too old for"
            )),
            Some(_) | None => Err("no record of an experiment".to_owned()),
        }
    }
}

impl Design {
    /// Takes what a manifest asks for.
    #[must_use]
    pub fn of(experiment: &Experiment) -> Self {
        let assignment = experiment.assignment.as_ref();
        Self {
            primary: experiment.primary.clone(),
            guardrails: experiment.guardrails.clone(),
            alpha: experiment.accepted_alpha(),
            planned_sample: experiment.planned_sample,
            minimum_events_per_arm: experiment.events_per_arm(),
            maximum_days: experiment.maximum_days,
            looks: match experiment.method() {
                Method::GroupSequential { looks } => Some(looks),
                Method::Sequential => None,
            },
            ramp: experiment.ramp.clone(),
            stickiness: experiment.stickiness.clone(),
            header: assignment.map(|assignment| assignment.header.clone()),
        }
    }
}

/// Without what floating point adds.
fn rounded(alpha: f64) -> f64 {
    (alpha * 1e12).round() / 1e12
}

fn phases(phases: &[Phase], ended: Timestamp) -> Vec<PhaseEntry> {
    let after = phases.iter().skip(1).map(|phase| phase.since);
    let until = after.chain([ended]);
    phases
        .iter()
        .zip(until)
        .map(|(phase, until)| PhaseEntry {
            phase: phase.number,
            since: phase.since,
            until,
            weights: phase.weights.clone(),
            alpha: None,
        })
        .collect()
}
