//! The experiments of a region.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::report::Color;
use mlship_core::experiment::{End, Promotion, PromotionState, Record, Recorded, weights};
use mlship_core::release::{ListenerRule, Routing};
use mlship_text::Page;

/// Returns experiments as `experiment list` shows them to people.
#[must_use]
pub fn experiments_text(found: &[(ListenerRule, Record)], color: &Color) -> Page {
    let mut text = Page::new();
    if found.is_empty() {
        text.line("no experiments on the rules of this region");
    }
    let strong = color.strong;
    for (rule, record) in found {
        text.line(format!(
            "{strong}{}{strong:#}  {}",
            record.name,
            state(record)
        ));
        text.line(format!("  rule     {}", rule.arn));
        text.line(format!("  traffic  {}", traffic(rule)));
        if let Some(promotion) = &record.promotion {
            text.line(format!("  winner   {}", promoted(promotion, record)));
        }
        if let Some(missing) = missing(record) {
            text.line(format!("  record   {missing}"));
        }
        if let Some(hypothesis) = &record.hypothesis {
            text.line(format!("  because  {hypothesis}"));
        }
    }
    text
}

fn state(record: &Record) -> String {
    let day = "%Y-%m-%d %H:%M UTC";
    let mut text = record.state.word().to_owned();
    if let Some(end) = ended(record) {
        let outcome = end.outcome.replace('_', " ");
        let _ = write!(
            text,
            " {}, {outcome}, {} has all traffic",
            end.at.strftime(day),
            end.winner
        );
    } else if let Some(since) = record.since {
        let _ = write!(
            text,
            ", phase {} since {}",
            record.phase,
            since.strftime(day)
        );
    }
    if !record.by.is_empty() {
        let _ = write!(text, ", started by {}", record.by);
    }
    text
}

/// Says how far the winner is on its way to the control's service.
fn promoted(promotion: &Promotion, record: &Record) -> String {
    let winner = &promotion.winner;
    let since = promotion.since.strftime("%Y-%m-%d %H:%M UTC");
    match (promotion.state, ended(record)) {
        (PromotionState::Deployed, Some(_)) => {
            format!("{winner}, promoted: the control's service has its release")
        }
        (PromotionState::Deployed, None) => format!(
            "{winner}, promoted: the control's service has its release, and not all traffic yet"
        ),
        (PromotionState::Deploying, _) => {
            format!("{winner}, being deployed to the control's service since {since}")
        }
        (PromotionState::Stopped, _) => format!(
            "{winner}, whose release the control's service was getting since {since}: the \
             experiment was stopped meanwhile, and `mlship status` of that service tells what \
             became of it"
        ),
        (PromotionState::Failed(code), None) => format!(
            "{winner}, whose release failed on the control's service (exit code {}): once that is \
             mended, `mlship experiment run --retry-failed` with its manifest goes on",
            code.number()
        ),
        (PromotionState::Failed(code), Some(_)) => format!(
            "{winner}, whose release failed on the control's service (exit code {})",
            code.number()
        ),
    }
}

fn promotion(promotion: &Promotion) -> Value {
    let code = match promotion.state {
        PromotionState::Failed(code) => Some(code),
        PromotionState::Deploying | PromotionState::Deployed | PromotionState::Stopped => None,
    };
    json!({
        "winner": promotion.winner,
        "since": promotion.since,
        "state": promotion.word(),
        "exit_code": code,
    })
}

fn ended(record: &Record) -> Option<&End> {
    let end = record.end.as_ref();
    end.filter(|_| !record.state.is_open())
}

/// Says what a ledger lacks of an experiment that ended.
fn missing(record: &Record) -> Option<String> {
    ended(record)?;
    match (record.recorded, &record.ledger) {
        (Some(Recorded::Whole), _) => None,
        (Some(Recorded::Partly), _) => {
            Some("in part: `mlship experiment status` with its manifest completes it".to_owned())
        }
        (None, Some(ledger)) => Some(format!(
            "not in {ledger} yet: `mlship experiment status` with its manifest writes it"
        )),
        (None, None) => Some(
            "none: `mlship experiment status` with its manifest writes it, where that has a ledger"
                .to_owned(),
        ),
    }
}

fn traffic(rule: &ListenerRule) -> String {
    match &rule.routing {
        Routing::Forward(forward) => weights(forward),
        Routing::Other(action) => action.clone(),
    }
}

/// Returns experiments as `experiment list -o json` writes them.
#[must_use]
pub fn experiments_document(found: &[(ListenerRule, Record)]) -> Value {
    let experiments = found.iter().map(|(rule, record)| {
        let end = ended(record);
        json!({
            "experiment": record.name,
            "rule": rule.arn,
            "state": record.state.word(),
            "phase": record.phase,
            "started": record.started,
            "since": record.since,
            "by": record.by,
            "hypothesis": record.hypothesis,
            "traffic": traffic(rule),
            "outcome": end.map(|end| &end.outcome),
            "winner": end.map(|end| &end.winner),
            "ended": end.map(|end| end.at),
            "cookies_end": end.map(|end| end.cookies_end),
            "promotion": record.promotion.as_ref().map(promotion),
            "recorded": end.map(|_| record.recorded.map_or("no", Recorded::word)),
        })
    });
    json!({ "experiments": experiments.collect::<Vec<_>>() })
}
