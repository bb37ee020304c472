//! The experiment that a command is about, and what AWS has of it.

use futures_util::future::{join_all, try_join3};

use crate::cli::load::{Loaded, LoadedExperiment, Need, load_all, load_experiments};
use crate::cli::{Global, output};
use mlship_core::cloud::{Answer, Balancing, Cloud};
use mlship_core::experiment::start::Situation;
use mlship_core::experiment::{Definition, Refusal};
use mlship_core::progress::ExitCode;
use mlship_core::release::ListenerRule;
use mlship_core::release::ids::TargetGroupArn;
use mlship_manifest::schema::Experiment;
use mlship_manifest::{Diagnostic, ExperimentManifest};

/// An experiment, with the releases of its variants.
#[derive(Debug)]
pub(in crate::cli) struct Subject {
    pub(in crate::cli) manifest: ExperimentManifest,
    pub(in crate::cli) releases: Vec<Loaded>,
    pub(in crate::cli) definition: Definition,
}

impl Subject {
    /// Reads the one experiment that a path names, with what a command needs of its releases.
    pub(super) fn load(
        path: &str,
        command: &str,
        need: Need,
        global: &Global,
    ) -> Result<Self, ExitCode> {
        let mut experiments = match need {
            Need::All => load_all(&[path.to_owned()], global)?.into_parts().1,
            Need::Places => load_experiments(path, global)?,
        };
        match experiments.pop() {
            Some(one) if experiments.is_empty() => Ok(one.into()),
            Some(_) => {
                let message = format!("experiment {command} takes the manifest of one experiment");
                Err(output::usage(&message, global))
            }
            None => {
                let path = if path == "-" { "standard input" } else { path };
                let message = format!(
                    "{path} has no manifest of `kind: Experiment`, which experiment {command} takes"
                );
                Err(output::usage(&message, global))
            }
        }
    }

    pub(super) fn experiment(&self) -> &Experiment {
        &self.manifest.experiment
    }

    /// Returns refusals where the manifest is at fault.
    pub(in crate::cli) fn findings(&self, refusals: Vec<Refusal>) -> Vec<Diagnostic> {
        let finding = |refusal: Refusal| {
            let problem = self
                .manifest
                .problem(&refusal.path, refusal.code, refusal.message);
            problem.help(refusal.help)
        };
        refusals.into_iter().map(finding).collect()
    }
}

impl From<LoadedExperiment> for Subject {
    fn from(loaded: LoadedExperiment) -> Self {
        let LoadedExperiment { manifest, releases } = loaded;
        let home = |release: &Loaded| {
            let traffic = release.manifest.release.traffic.as_ref();
            let group = traffic.and_then(|traffic| traffic.target_group.clone());
            // Without one the manifest would not be valid.
            (
                release.service(),
                TargetGroupArn::new(group.unwrap_or_default()),
            )
        };
        let homes: Vec<_> = releases.iter().map(home).collect();
        let definition = Definition::new(&manifest.experiment, &homes);
        Self {
            manifest,
            releases,
            definition,
        }
    }
}

/// Looks at everything that takes part.
pub(in crate::cli) async fn observe<C: Balancing + Cloud>(
    cloud: &C,
    definition: &Definition,
) -> Answer<Situation> {
    let groups: Vec<TargetGroupArn> = definition
        .arms
        .iter()
        .map(|arm| arm.group.clone())
        .collect();
    let services = async {
        let services = definition
            .arms
            .iter()
            .map(|arm| cloud.service(&arm.service));
        let services = join_all(services).await.into_iter();
        services.collect::<Answer<Vec<_>>>()
    };
    let (rules, groups, services) = try_join3(
        rules(cloud, definition),
        cloud.target_groups(&groups),
        services,
    )
    .await?;
    let (rule, siblings) = rules;
    let is_live = mlship_core::release::LiveService::is_active;
    Ok(Situation {
        rule,
        siblings,
        groups,
        services: services
            .into_iter()
            .map(|service| service.filter(is_live))
            .collect(),
    })
}

/// Looks at the experiment's rule and those beside it.
pub(super) async fn rules<C: Balancing>(
    cloud: &C,
    definition: &Definition,
) -> Answer<(Option<ListenerRule>, Vec<ListenerRule>)> {
    let Some(rule) = cloud.listener_rule(&definition.rule).await? else {
        return Ok((None, Vec::new()));
    };
    let siblings = cloud.rules_of(&rule.listener()).await?;
    Ok((Some(rule), siblings))
}
