//! IAM roles: names or ARNs of roles, in the account that the release goes to.

use super::check::Check;
use crate::manifest::Code;
use mlship_text::arn::{Arn, is_account, is_meant_as_arn};

pub(super) fn check(check: &mut Check<'_>) {
    let Some(roles) = &check.release.runtime.roles else {
        return;
    };
    for (field, role) in [("execution", &roles.execution), ("task", &roles.task)] {
        if let Some(role) = role.as_deref().filter(|role| !role.is_empty()) {
            one(check, &format!("runtime.roles.{field}"), role);
        }
    }
}

/// Checks one, by name or by ARN.
pub(super) fn one(check: &mut Check<'_>, path: &str, role: &str) {
    let is_good = if is_meant_as_arn(role) {
        account_of(role).is_some()
    } else {
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
        role.len() <= 64 && role.chars().all(allowed)
    };
    if !is_good {
        let role = check.quote(path, role);
        check.error(
            path,
            Code::BAD_ROLE,
            format!("{role} is not a role"),
            "write `arn:aws:iam::ACCOUNT:role/NAME`; `aws iam get-role` prints it",
        );
        return;
    }
    // One that is no account has a complaint of its own.
    let guard = check
        .release
        .account
        .as_deref()
        .filter(|guard| is_account(guard));
    if let (Some(guard), Some(account)) = (guard, account_of(role))
        && guard != account
    {
        check.error(
            path,
            Code::ROLE_ACCOUNT,
            format!("the role is of account {account}, and the release is for {guard}"),
            "ECS takes roles of its own account only; correct the role or `account`",
        );
    }
}

/// Returns the account of a role's ARN.
fn account_of(role: &str) -> Option<&str> {
    let arn = Arn::parse(role).filter(|arn| arn.is("iam", "role") && arn.region.is_empty())?;
    // A policy reads `*`, `?` and `${…}` as more than one role.
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "_+=,.@-/".contains(character);
    let path = arn.path();
    let is_named =
        arn.resource.starts_with("role/") && !path.is_empty() && path.chars().all(is_plain);
    (is_account(arn.account) && is_named).then_some(arn.account)
}

#[cfg(test)]
mod tests {
    use super::account_of;

    #[test]
    fn a_role_is_told_from_other_arns() {
        for (arn, account) in [
            ("arn:aws:iam::111122223333:role/ml", Some("111122223333")),
            (
                "arn:aws-cn:iam::111122223333:role/path/ml",
                Some("111122223333"),
            ),
            ("arn:aws:iam::111122223333:user/ml", None),
            ("arn:aws:s3:::bucket", None),
            ("arn:aws:iam::111122223333:role/", None),
            ("arn:aws:iam::1:role/ml", None),
            ("arn:aws:iam::111122223333:role/*", None),
            ("arn:aws:iam::111122223333:role/a?", None),
            ("arn:aws:iam::111122223333:role/${aws:username}", None),
        ] {
            assert_eq!(account_of(arn), account, "{arn}");
        }
    }
}
