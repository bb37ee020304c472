//! Refusals for the place of an experiment, and for a service that leads to none.

use super::Refusal;
use crate::release::ids::{Caller, RuleArn, ServiceId};
use mlship_manifest::{Code, Diagnostic};

impl Refusal {
    /// No experiment is on the rule that the service's tag names, or it has no such tag.
    pub(crate) fn in_no_experiment(service: &ServiceId, why: &str) -> Self {
        Self::new(
            Code::IN_NO_EXPERIMENT,
            "",
            format!("service {service} takes part in no experiment: {why}"),
            "`mlship experiment list` lists the experiments there are, and their rules",
        )
    }

    /// An mlship started it that left the variants to the manifest.
    pub(crate) fn variants_not_recorded(name: &str, rule: &RuleArn) -> Self {
        Self::new(
            Code::VARIANTS_NOT_RECORDED,
            "",
            format!(
                "the tags of rule {rule} do not say which variants experiment {name} has, since an \
                 earlier mlship started it"
            ),
            format!("give the command the manifest of experiment {name} instead of --service"),
        )
    }

    /// A variant is for another account than the caller's.
    pub(crate) fn of_another_account(variant: usize, account: &str, caller: &str) -> Self {
        Self::new(
            Code::WRONG_ACCOUNT,
            format!("variants[{variant}].release"),
            format!("the release is for account {account}, the caller is in {caller}"),
            "log in to that account, or choose its overlay with --env",
        )
    }

    /// The service is somewhere else than the caller.
    pub(crate) fn of_another_place((region, account): (&str, &str), caller: &Caller) -> Self {
        Self::new(
            Code::WRONG_ACCOUNT,
            "",
            format!(
                "the service is in {region} of account {account}, the caller in {} of {}",
                caller.region, caller.account
            ),
            "choose its region with --region, and its account with --profile",
        )
    }

    /// Returns it as what was found where no manifest was read.
    #[must_use]
    pub fn without_place(self) -> Diagnostic {
        Diagnostic::error(self.code, self.message).help(self.help)
    }
}
