//! IAM's `GetRole` and `SimulatePrincipalPolicy`.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::super::api::QueryApi;
use super::super::lacks::{Lacks, last, member, text};
use super::super::operation::Operation;
use super::super::query::Element;
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::{Decision, Verdict};

/// Returns the trust policy of a role, if there is such a role.
pub(super) async fn trust(client: &QueryApi, arn: &str) -> Answer<Option<Value>> {
    let request = || {
        let request = client.request(Operation::GetRole);
        request.with("RoleName", last(arn)).send()
    };
    let found = client.ask(Operation::GetRole, request, |answer| {
        let result = answer.child("GetRoleResult");
        let role = member(result.and_then(|result| result.child("Role")), "Role")?;
        // A name is told apart by its path, too.
        if text(role.text("Arn"), "Arn")? != arn {
            return Ok(None);
        }
        let document = text(role.text("AssumeRolePolicyDocument"), "trust policy")?;
        let document = percent_decode_str(document).decode_utf8_lossy();
        let policy = serde_json::from_str(&document);
        policy
            .map(Some)
            .map_err(|_| Lacks::new("its trust policy is no JSON"))
    });
    match found.await {
        Err(error) if is_missing(error.code.as_deref()) => Ok(None),
        found => found,
    }
}

fn is_missing(code: Option<&str>) -> bool {
    matches!(code, Some("NoSuchEntity" | "NoSuchEntityException"))
}

/// Returns what the policies of a role say of actions on resources.
pub(super) async fn permissions(
    client: &QueryApi,
    role: &str,
    actions: &[String],
    resources: &[String],
) -> Answer<Vec<Decision>> {
    const OPERATION: Operation = Operation::SimulatePrincipalPolicy;
    let request = |marker| {
        client
            .request(OPERATION)
            .with("PolicySourceArn", role)
            .list("ActionNames.member", actions)
            .list("ResourceArns.member", resources)
            .maybe("Marker", marker)
            .send()
    };
    let found = client.pages(OPERATION, usize::MAX, request, |answer| {
        let result = member(answer.child("SimulatePrincipalPolicyResult"), "result")?;
        let results = member(result.items("EvaluationResults"), "EvaluationResults")?;
        let mut decisions = Vec::new();
        for evaluated in results {
            decisions.extend(decided(evaluated)?);
        }
        let next = result.text("Marker").map(str::to_owned);
        Ok((decisions, next))
    });
    found.await
}

/// Of several resources each may be told by itself.
fn decided(evaluated: &Element) -> Result<Vec<Decision>, Lacks> {
    let action = text(evaluated.text("EvalActionName"), "EvalActionName")?;
    let of = |told: &Element, resource: &str, decision: &str| {
        let verdict = match told.text(decision) {
            Some("allowed") => Verdict::Allowed,
            Some("implicitDeny") => Verdict::ImplicitDeny,
            Some("explicitDeny") => Verdict::ExplicitDeny,
            Some(_) | None => return Err(Lacks::new("it has no decision")),
        };
        let keys = told.items("MissingContextValues").unwrap_or_default();
        Ok(Decision {
            action: action.to_owned(),
            resource: resource.to_owned(),
            verdict,
            missing_keys: keys.iter().map(|key| key.own_text().to_owned()).collect(),
        })
    };
    let specific = evaluated
        .items("ResourceSpecificResults")
        .unwrap_or_default();
    if specific.is_empty() {
        let resource = text(evaluated.text("EvalResourceName"), "EvalResourceName")?;
        return Ok(vec![of(evaluated, resource, "EvalDecision")?]);
    }
    let each = specific.iter().map(|told| {
        let resource = text(told.text("EvalResourceName"), "EvalResourceName")?;
        of(told, resource, "EvalResourceDecision")
    });
    each.collect()
}
