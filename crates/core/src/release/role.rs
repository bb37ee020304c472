//! The two ways to write an IAM role: by name and by ARN.

use mlship_text::arn::Arn;

/// Returns whether two texts name one role to ECS, in the account that it runs in.
///
/// ECS makes an ARN of a name by putting its own account before it, so a bare name stands for the
/// role at the path `/`, and a role elsewhere goes by its path and name.
#[must_use]
pub fn is_same_role(first: &str, other: &str, account: &str) -> bool {
    first == other || named(first, account) == named(other, account)
}

/// Returns path and name of a role of the account, and any other role's ARN as it is.
fn named<'a>(role: &'a str, account: &str) -> &'a str {
    let arn = Arn::parse(role).filter(|arn| arn.is("iam", "role") && arn.account == account);
    arn.map_or_else(|| role.strip_prefix('/').unwrap_or(role), |arn| arn.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, other: &str, expected: bool) {
        for (first, other) in [(first, other), (other, first)] {
            assert_eq!(is_same_role(first, other, "111122223333"), expected);
        }
    }

    #[test]
    fn a_name_is_the_arn_that_ecs_makes_of_it() {
        check("ml", "ml", true);
        check("ml", "arn:aws:iam::111122223333:role/ml", true);
        check("ml", "arn:aws-cn:iam::111122223333:role/ml", true);
        check("ml", "arn:aws:iam::111122223333:role/other", false);
        check("ml", "arn:aws:iam::444455556666:role/ml", false);
        check("ml", "arn:aws:iam::111122223333:user/ml", false);
    }

    #[test]
    fn a_role_at_a_path_goes_by_path_and_name() {
        let there = "arn:aws:iam::111122223333:role/team/ml";
        check("ml", there, false);
        check("team/ml", there, true);
        check("/team/ml", there, true);
        check("other/ml", there, false);
        check("arn:aws:iam::111122223333:role/ml", there, false);
    }
}
