//! What there is to say of an end beside that it came, for programs and for people.

use jiff::Timestamp;
use serde_json::{Value, json};

use mlship_core::app::experiment::{Details, LedgerNotice, RegistryNotice};
use mlship_core::experiment::Wait;
use mlship_manifest::FieldChange;

/// Returns details as members of a document.
pub(super) fn fields(details: &Details) -> Value {
    match details {
        Details::Runs { runs, notes } => json!({
            "phase": runs.record.phase, "since": runs.record.since, "notes": notes,
        }),
        Details::Started {
            phase,
            since,
            rule,
            traffic,
        } => json!({ "phase": phase, "since": since, "rule": rule, "traffic": traffic }),
        Details::Harm(_) => Value::Null,
        Details::Stopped {
            winner,
            outcome,
            cookies_end,
            clients_leave,
            registry,
            ledger,
        } => json!({
            "registry": registry.as_ref().map(notice),
            "ledger": ledger.as_ref().map(recorded),
            "winner": winner,
            "outcome": outcome,
            "cookies_end": cookies_end,
            "clients_leave": clients_leave,
        }),
        Details::Over { registry, ledger } => json!({
            "registry": registry.as_ref().map(notice),
            "ledger": ledger.as_ref().map(recorded),
        }),
        Details::GoesOn {
            phase,
            step: (step, steps),
            waits_for,
        } => {
            let (waits_for, until) = waiting(*waits_for);
            json!({
                "phase": phase, "step": step, "steps": steps, "waits_for": waits_for,
                "until": until,
            })
        }
        Details::Decided { winner, changes } | Details::Promoted { winner, changes } => {
            json!({ "winner": winner, "manifest_changes": changes })
        }
        Details::CleanedUp { scaled_down } => json!({ "scaled_down": scaled_down }),
        Details::Findings(findings) => json!({ "findings": findings }),
    }
}

/// Returns the word for what is waited for, and until when that is at least.
fn waiting(wait: Wait) -> (&'static str, Option<Timestamp>) {
    match wait {
        Wait::Verdict => ("verdict", None),
        Wait::LastOutcomes => ("last_outcomes", None),
        Wait::Step(until) => ("step", Some(until)),
        Wait::Counts => ("counts", None),
    }
}

/// Says what the control's manifest takes to say what the winner's does.
pub(super) fn manifest_changes(changes: &[FieldChange]) -> Vec<String> {
    if changes.is_empty() {
        return Vec::new();
    }
    let first = "the control's manifest takes, to say the same:".to_owned();
    let changes = changes.iter().map(|change| format!("  {change}"));
    std::iter::once(first).chain(changes).collect()
}

fn notice(notice: &RegistryNotice) -> Value {
    json!({ "tagged": notice.tagged, "error": notice.error })
}

fn recorded(notice: &LedgerNotice) -> Value {
    let LedgerNotice {
        place,
        lacks,
        error,
        retry,
    } = notice;
    json!({ "place": place, "lacks": lacks, "error": error, "retry": retry })
}
