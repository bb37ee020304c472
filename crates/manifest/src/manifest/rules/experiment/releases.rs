//! The releases of an experiment's variants: each needs a service and a target group of its own.

use super::super::super::diagnostic::Diagnostic;
use super::super::super::experiment::ExperimentManifest;
use super::super::super::read::Manifest;
use crate::manifest::Code;
use mlship_text::arn::Arn;

/// Checks the releases of an experiment's variants, in their order; none where a release could
/// not be read, which was told.
#[must_use]
pub fn check_releases(
    manifest: &ExperimentManifest,
    releases: &[Option<&Manifest>],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, release) in releases.iter().enumerate() {
        let Some(release) = release else {
            continue;
        };
        let at = At {
            manifest,
            path: format!("variants[{index}].release"),
            release,
        };
        let before = &releases[..index];
        found.extend(at.target_group(before));
        found.extend(at.service(before));
        found.extend(at.elsewhere());
    }
    found
}

struct At<'a> {
    manifest: &'a ExperimentManifest,
    path: String,
    release: &'a Manifest,
}

impl At<'_> {
    fn problem(&self, code: Code, message: String, help: &str) -> Diagnostic {
        let problem = self.manifest.problem(&self.path, code, message);
        problem.help(help)
    }

    /// Returns the name of the earlier variant of which something holds.
    fn earlier(
        &self,
        before: &[Option<&Manifest>],
        is_same: impl Fn(&Manifest) -> bool,
    ) -> Option<&str> {
        let at = before
            .iter()
            .position(|release| release.is_some_and(&is_same))?;
        let variant = self.manifest.experiment.variants.get(at)?;
        Some(&variant.name)
    }

    fn service(&self, before: &[Option<&Manifest>]) -> Option<Diagnostic> {
        let id = |release: &Manifest| {
            let service = &release.release.service;
            (service.cluster.clone(), service.name.clone())
        };
        let own = id(self.release);
        let other = self.earlier(before, |release| id(release) == own)?;
        let message = format!("service {}/{} is that of `{other}` too", own.0, own.1);
        let help = "give the release a service of its own: variants run side by side";
        Some(self.problem(Code::VARIANT_SERVICE_TWICE, message, help))
    }

    /// Holds where a release says it is for against where the rule is, which forwards no further.
    fn elsewhere(&self) -> Option<Diagnostic> {
        let said = self.release.release.destination();
        let (region, account) = place(&self.manifest.experiment.listener_rule)?;
        let is_other = |said: &String, own: &str| said != own;
        let other_region = said.region.filter(|said| is_other(said, region));
        let other_account = said.account.filter(|said| is_other(said, account));
        let name = self.release.source.name();
        let message = match (other_region, other_account) {
            (Some(other), _) => format!("{name} is for {other}, and `listenerRule` is in {region}"),
            (None, Some(other)) => {
                format!("{name} is for account {other}, and `listenerRule` is in {account}")
            }
            (None, None) => return None,
        };
        let help = "a rule forwards to services of its own region and account";
        Some(self.problem(Code::VARIANT_ELSEWHERE, message, help))
    }

    fn target_group(&self, before: &[Option<&Manifest>]) -> Option<Diagnostic> {
        let name = self.release.source.name();
        let Some(own) = group(self.release) else {
            let message = format!("{name} has no `traffic.targetGroup`");
            let help = "add the target group that the rule sends this variant's traffic to";
            return Some(self.problem(Code::VARIANT_WITHOUT_TARGET_GROUP, message, help));
        };
        if let Some(other) = self.earlier(before, |release| group(release) == Some(own)) {
            let message = format!("the target group of {name} is that of `{other}` too");
            let help = "give the release a target group of its own: the rule tells variants apart \
                        by it";
            return Some(self.problem(Code::TARGET_GROUP_TWICE, message, help));
        }
        let rule = place(&self.manifest.experiment.listener_rule)?;
        let theirs = place(own).filter(|place| *place != rule)?;
        let message = format!(
            "the target group of {name} is in {} of account {}, and `listenerRule` in {} of {}",
            theirs.0, theirs.1, rule.0, rule.1
        );
        let help = "a rule forwards to target groups of its own region and account";
        Some(self.problem(Code::TARGET_GROUP_ELSEWHERE, message, help))
    }
}

fn group(manifest: &Manifest) -> Option<&str> {
    manifest.release.traffic.as_ref()?.target_group()
}

/// Returns the region and the account of an ARN.
fn place(arn: &str) -> Option<(&str, &str)> {
    Arn::parse(arn).map(|arn| (arn.region, arn.account))
}
