//! Whose account it is when nobody could be asked.

use super::*;
use crate::release::ids::Account;

fn unchecked() -> Caller {
    Caller {
        account: Account::not_checked(),
        ..caller()
    }
}

fn plan_unchecked(
    manifest: &str,
    observed: impl Fn(&Release) -> Observed,
) -> Result<Plan, Vec<Refusal>> {
    let release = release(manifest);
    let observed = observed(&release);
    plan(&release, &observed, &unchecked(), Redeploy::WhenChanged)
}

fn nothing(_: &Release) -> Observed {
    Observed::default()
}

#[test]
fn a_service_that_is_shown_tells_the_account() {
    let ours = format!("{BASE}account: \"111122223333\"\n");
    let planned = plan_unchecked(&ours, deployed).unwrap();
    assert_eq!(planned.caller.account.as_str(), "111122223333");
    let others = format!("{BASE}account: \"999999999999\"\n");
    assert_eq!(
        refused(plan_unchecked(&others, deployed)),
        ["wrong-account"]
    );
}

#[test]
fn a_manifest_that_names_its_account_creates_nothing_in_one_that_was_not_checked() {
    let guarded = format!("{BASE}account: \"111122223333\"\n");
    assert_eq!(
        refused(plan_unchecked(&guarded, nothing)),
        ["wrong-account"]
    );
    let planned = plan_unchecked(BASE, nothing).unwrap();
    assert!(!planned.caller.account.is_checked());
}
