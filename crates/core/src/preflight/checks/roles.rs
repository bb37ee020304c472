//! Whether ECS may take on the roles, and what they may do.

use super::trust::{Trust, trust};
use crate::cloud::preconditions::{Decision, Question, Verdict};
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::grants::{Grant, grants};
use crate::preflight::judge::About;
use crate::preflight::surroundings::Surroundings;

const TRUST_HELP: &str = "let its trust policy allow sts:AssumeRole to ecs-tasks.amazonaws.com";

pub(in crate::preflight) fn roles(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let execution = (Check::ExecutionRole, &release.execution_role);
    let execution_fields: &'static [&'static str] = &["runtime.roles.execution", "runtime.roles"];
    let task_fields: &'static [&'static str] = &["runtime.roles.task", "runtime.roles"];
    let both = [
        (execution, execution_fields),
        ((Check::TaskRole, &release.task_role), task_fields),
    ];
    let each = both.into_iter().filter_map(|((check, role), fields)| {
        let role = role.as_ref()?;
        let about = About::new(check, role, fields);
        let policy = match told!(answers, Question::Role(role.clone()), Role) {
            Err(untold) => return Some(about.untold(&untold)),
            Ok(None) => {
                return Some(about.fail("is not there", "make the role, or correct its ARN"));
            }
            Ok(Some(policy)) => policy,
        };
        Some(match trust(policy) {
            Trust::Given => about.pass("trusts ecs-tasks.amazonaws.com"),
            Trust::Conditional => about.warn(
                "trusts ecs-tasks.amazonaws.com under conditions, which only a task's start can \
                 meet",
                "check that they hold for this account and cluster",
            ),
            Trust::Unclear => about.warn(
                "has a trust policy with exceptions, of which it is not clear whom they are for",
                TRUST_HELP,
            ),
            Trust::Refused => about.fail("does not trust ecs-tasks.amazonaws.com", TRUST_HELP),
        })
    });
    each.collect()
}

pub(in crate::preflight) fn permissions(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for grant in grants(release, answers) {
        let about = About::new(Check::RolePermissions, &grant.role, grant.fields);
        let finding = match told!(answers, grant.question, Permissions) {
            Ok(decisions) => decided(&about, &grant, decisions),
            Err(untold) => about.untold(&untold),
        };
        // A role that nobody may ask about is told of once.
        if !found.contains(&finding) {
            found.push(finding);
        }
    }
    found
}

fn decided(about: &About, grant: &Grant, decisions: &[Decision]) -> Finding {
    let Question::Permissions {
        actions, resources, ..
    } = &grant.question
    else {
        return about.unchecked("nobody asked");
    };
    let purpose = grant.purpose;
    let of = |verdict: Verdict| decisions.iter().find(|one| one.verdict == verdict);
    let words = |decision: &Decision| format!("{} on {}", decision.action, decision.resource);
    let denied = decisions
        .iter()
        .find(|one| one.verdict == Verdict::ExplicitDeny && one.missing_keys.is_empty());
    if let Some(denied) = denied {
        let message = format!("may not {purpose}: a policy denies {}", words(denied));
        return about.fail(message, "take away the denial, or name another role");
    }
    if let Some(open) = of(Verdict::ExplicitDeny) {
        let keys = open.missing_keys.join(", ");
        return about.warn(
            format!(
                "may not {purpose} where a condition on {keys} holds: {}",
                words(open)
            ),
            "check the conditions of the policy that denies it",
        );
    }
    if let Some(open) = of(Verdict::ImplicitDeny) {
        let message = if open.missing_keys.is_empty() {
            format!("is allowed {} by no policy of its own", words(open))
        } else {
            let keys = open.missing_keys.join(", ");
            format!(
                "is allowed {} under a condition on {keys} at most",
                words(open)
            )
        };
        return about.warn(
            format!("{message}, which it takes to {purpose}"),
            "allow it to the role, unless a policy of the resource does",
        );
    }
    let is_told = |action: &String, resource: &String| {
        let mut all = decisions.iter();
        all.any(|one| one.action == *action && one.resource == *resource)
    };
    let is_whole = actions
        .iter()
        .all(|action| resources.iter().all(|resource| is_told(action, resource)));
    if is_whole {
        about.pass(format!("may {purpose}"))
    } else {
        about.unchecked(format!("it was not told whether it may {purpose}"))
    }
}
