//! Whether ECS may take on the roles, and what they may do.

use super::trust::{ECS, TASKS, Trust, trust};
use crate::cloud::preconditions::{Decision, Question, Verdict};
use crate::preflight::answers::{Answers, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::grants::{Grant, HOOKS, TRAFFIC, grants};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Function, RoleUse, Surroundings};

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
        Some(trusts(
            &About::new(check, role, fields),
            role,
            TASKS,
            answers,
        ))
    });
    each.collect()
}

/// Looks at the roles that ECS itself takes on: to move traffic, and to call functions.
pub(in crate::preflight) fn service_roles(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for role in &release.service_roles {
        let about = match &role.used {
            RoleUse::Traffic(_) => About::new(Check::TrafficRole, &role.arn, TRAFFIC),
            RoleUse::Hook(function) => {
                let about = About::new(Check::Hook, &function.arn, HOOKS);
                found.extend(elsewhere(&about, function, release));
                About::new(Check::Hook, &role.arn, HOOKS)
            }
        };
        let finding = trusts(&about, &role.arn, ECS, answers);
        if !found.contains(&finding) {
            found.push(finding);
        }
    }
    found
}

/// Says where a function is, if that is not where the service is.
fn elsewhere(about: &About, function: &Function, release: &Surroundings) -> Option<Finding> {
    let (region, account) = function.home()?;
    if region != release.caller.region {
        return Some(about.warn(
            format!(
                "is a function in {region}, and the service is in {}",
                release.caller.region
            ),
            "name a function of the service's region",
        ));
    }
    let own = release.caller.account.known()?;
    (account != own).then(|| {
        about.warn(
            format!("is a function of account {account}, and the service is in {own}"),
            "see that the function's own policy lets the hook's role call it",
        )
    })
}

fn trusts(about: &About, role: &str, whom: &str, answers: &Answers) -> Finding {
    let policy = match told!(answers, Question::Role(role.to_owned()), Role) {
        Err(untold) => return about.untold(&untold),
        Ok(None) => return about.fail("is not there", "make the role, or correct its ARN"),
        Ok(Some(policy)) => policy,
    };
    let help = format!("let its trust policy allow sts:AssumeRole to {whom}");
    match trust(policy, whom) {
        Trust::Given => about.pass(format!("trusts {whom}")),
        Trust::Conditional => about.warn(
            format!("trusts {whom} under conditions, which only its own request can meet"),
            "check that they hold for this account and cluster",
        ),
        Trust::Unclear => about.warn(
            "has a trust policy with exceptions, of which it is not clear whom they are for",
            &help,
        ),
        Trust::Refused => about.fail(format!("does not trust {whom}"), &help),
    }
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
