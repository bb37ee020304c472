//! A plan as a JSON document, for output and for plan files: without a secret anywhere in it.

use serde_json::{Value, json};

use super::Plan;
use mlship_text::secrets::redact_texts;

/// Returns a plan as the `diff` command's JSON has it: without the documents it writes, which
/// hold secrets, and without what looks secret in the words of people, registries and AWS.
#[must_use]
pub fn plan_document(plan: &Plan) -> Value {
    let document = json!({
        "service": plan.service.name,
        "cluster": plan.service.cluster,
        "account": plan.caller.account,
        "region": plan.caller.region,
        "release": {"model": plan.model.name, "version": plan.model.version, "image": plan.image},
        "origin": plan.origin,
        "previous": plan.previous,
        "effect": plan.effect,
        "changes": plan.changes,
        "kept": plan.kept,
        "ignored": plan.ignored,
        "adopts": plan.adopts,
        "notes": plan.notes,
    });
    redact_texts(&document, &plan.secrets)
}
