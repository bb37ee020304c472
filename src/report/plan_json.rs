//! JSON documents of plans, and of services and experiments without one.

use serde_json::{Value, json};

use mlship_core::app::ResultRecord;
use mlship_core::app::planning::PlanError;
use mlship_core::release::ids::ServiceId;

/// Returns what the document has of a service without a plan.
#[must_use]
pub fn plan_error_document(service: &ServiceId, error: &PlanError) -> Value {
    let mut document = json!({
        "service": service.name, "cluster": service.cluster, "effect": null, "changes": [],
    });
    if let Some(named) = &service.place {
        document["region"] = json!(named.place.region);
        document["account"] = json!(named.place.account);
    }
    match error {
        PlanError::Refused(refused) => document["findings"] = json!(refused.findings),
        PlanError::Cloud(_) | PlanError::Registry(_) => {
            document["error"] = json!(error.words());
            document["hint"] = json!(error.hint());
        }
    }
    document["exit_code"] = json!(error.conclusion().exit_code());
    document
}

/// Returns what the document has of a service for which a command that plans came to its end.
#[must_use]
pub fn ended_document(result: &ResultRecord) -> Value {
    json!({
        "service": result.service, "cluster": result.cluster, "effect": null, "changes": [],
        "region": result.place.region, "account": result.place.account,
        "verdict": result.conclusion().word(), "error": result.error, "hint": result.hint,
        "note": result.note, "exit_code": result.exit_code(),
    })
}

/// Adds to a plan's document why `deploy --plan` would refuse that plan.
pub fn add_refusal(document: &mut Value, refused: &ResultRecord) {
    document["error"] = json!(refused.error);
    document["hint"] = json!(refused.hint);
    document["exit_code"] = json!(refused.exit_code());
}

/// Returns the document of services and experiments none of which could be planned.
#[must_use]
pub fn unplanned_document(
    services: &[ServiceId],
    experiments: &[&str],
    error: &PlanError,
) -> Value {
    let services = services.iter().map(|id| plan_error_document(id, error));
    let mut document = json!({"services": services.collect::<Vec<_>>()});
    let code = error.conclusion().exit_code();
    let experiments = experiments.iter().map(|name| {
        json!({"experiment": name, "effect": null, "error": error.words(), "exit_code": code})
    });
    let experiments: Vec<Value> = experiments.collect();
    if !experiments.is_empty() {
        document["experiments"] = json!(experiments);
    }
    document
}
