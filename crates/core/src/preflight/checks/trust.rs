//! Reads a role's trust policy: whether ECS may take the role on.

use serde_json::Value;

/// Who takes on the roles of tasks.
pub(super) const TASKS: &str = "ecs-tasks.amazonaws.com";
/// Who takes on the roles of services.
pub(super) const ECS: &str = "ecs.amazonaws.com";

/// What a trust policy says of ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// It may take the role on.
    Given,
    /// It may under conditions, whose values only the request tells.
    Conditional,
    /// It may not.
    Refused,
    /// The policy says it in a way that is not read here.
    Unclear,
}

/// Returns what a trust policy says of one of AWS's services.
pub(super) fn trust(policy: &Value, whom: &str) -> Trust {
    let mut found = Trust::Refused;
    for statement in each(&policy["Statement"]) {
        let is_unclear = !statement["NotPrincipal"].is_null() || !statement["NotAction"].is_null();
        let is_conditional = statement["Condition"]
            .as_object()
            .is_some_and(|conditions| !conditions.is_empty());
        let is_meant = is_unclear || (names(statement, whom) && assumes(statement));
        if !is_meant {
            continue;
        }
        match (statement["Effect"].as_str(), is_unclear, is_conditional) {
            // A denial goes before all else.
            (Some("Deny"), false, false) => return Trust::Refused,
            (Some("Deny"), ..) => return Trust::Unclear,
            (Some("Allow"), true, _) if found == Trust::Refused => found = Trust::Unclear,
            (Some("Allow"), false, true) if found != Trust::Given => found = Trust::Conditional,
            (Some("Allow"), false, false) => found = Trust::Given,
            (Some(_) | None, ..) => {}
        }
    }
    found
}

fn names(statement: &Value, whom: &str) -> bool {
    let principal = &statement["Principal"];
    let is_anybody = principal == "*" || texts(&principal["AWS"]).any(|one| one == "*");
    is_anybody || texts(&principal["Service"]).any(|service| service == whom || service == "*")
}

fn assumes(statement: &Value) -> bool {
    texts(&statement["Action"]).any(|action| {
        let action = action.to_ascii_lowercase();
        match action.strip_suffix('*') {
            Some(beginning) => "sts:assumerole".starts_with(beginning),
            None => action == "sts:assumerole",
        }
    })
}

/// One may stand where a list could.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Value::Array(list) => (&list[..], None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    list.iter().chain(one)
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    each(value).filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "as it is written")]
    fn check(statement: Value, expected: Trust) {
        let policy = json!({"Version": "2012-10-17", "Statement": statement});
        assert_eq!(trust(&policy, TASKS), expected, "{policy}");
    }

    #[test]
    fn trust_is_read_in_every_form_that_a_policy_has() {
        let ecs = json!({"Service": "ecs-tasks.amazonaws.com"});
        let allow = |principal: &Value, action: Value| json!({"Effect": "Allow", "Principal": principal, "Action": action});
        check(allow(&ecs, json!("sts:AssumeRole")), Trust::Given);
        check(
            json!([allow(&ecs, json!(["sts:AssumeRole"]))]),
            Trust::Given,
        );
        let list = json!({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]});
        check(
            allow(&list, json!(["sts:TagSession", "sts:assumerole"])),
            Trust::Given,
        );
        check(allow(&list, json!("sts:*")), Trust::Given);
        check(allow(&json!("*"), json!("*")), Trust::Given);
        let others = json!({"Service": "ec2.amazonaws.com"});
        check(allow(&others, json!("sts:AssumeRole")), Trust::Refused);
        check(allow(&ecs, json!("sts:TagSession")), Trust::Refused);
        check(json!([]), Trust::Refused);
    }

    #[test]
    fn what_hangs_on_a_request_is_no_plain_yes_or_no() {
        let ecs = json!({"Service": "ecs-tasks.amazonaws.com"});
        let plain = json!({"Effect": "Allow", "Principal": ecs, "Action": "sts:AssumeRole"});
        let mut with = plain.clone();
        with["Condition"] = json!({"StringEquals": {"aws:SourceAccount": "1"}});
        check(with.clone(), Trust::Conditional);
        check(json!([with.clone(), plain.clone()]), Trust::Given);
        check(json!([plain.clone(), with.clone()]), Trust::Given);
        let mut denied = plain.clone();
        denied["Effect"] = json!("Deny");
        check(json!([plain.clone(), denied]), Trust::Refused);
        with["Effect"] = json!("Deny");
        check(json!([plain, with]), Trust::Unclear);
        let others = json!({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*"});
        check(others, Trust::Unclear);
    }
}
