//! What a printed policy allows is all that is asked for, and each action in it is missed.

mod alarms;
mod denied;
mod held;
mod seldom;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::stage::{Run, Stage};

/// The fraud scorer, whose number of tasks follows the load.
fn scaled() -> String {
    let manifest = std::fs::read_to_string(crate::stage::FRAUD_SCORER).unwrap();
    let manifest = manifest
        .replace(", desired: 1 }", " }")
        .replace("  desired: 3\n", "");
    manifest + "autoscaling: { min: 2, max: 6, targetCpuPercent: 60 }\n"
}

/// Returns the statements of the policies that a command prints.
fn statements(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    let policies = match printed {
        Value::Array(policies) => policies,
        only => vec![only],
    };
    let all = policies
        .iter()
        .flat_map(|policy| policy["Statement"].as_array().unwrap());
    all.cloned().collect()
}

fn actions(statements: &[Value]) -> BTreeSet<String> {
    let actions = statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap());
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

impl Stage {
    /// Lets the account's caller do what statements allow, and nothing else.
    fn hold(&self, statements: &[Value]) {
        self.control("permissions", json!({"allow": statements}));
    }

    /// Denies one action of all, as an organisation does.
    fn deny(&self, action: &str) {
        self.control("permissions", json!({"allow": null, "deny": [action]}));
    }

    fn allow_all(&self) {
        self.control("permissions", json!({"allow": null}));
    }

    /// Returns the calls that were refused for want of a permission.
    fn refused(&self) -> Vec<String> {
        let denials = [
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
        ];
        let refused = self.requests().into_iter().filter(|call| {
            let code = call["code"].as_str();
            code.is_some_and(|code| denials.contains(&code))
        });
        refused.map(|call| call["operation"].to_string()).collect()
    }
}
