//! The experiment of a command: its definition, its releases, and their state in AWS.

use futures_util::future::{join_all, try_join3};

use super::outcome::Outcome;
use crate::app::manifests::MEASURED;
use crate::app::subject::tell_defaults;
use crate::cloud::{Answer, Balancing, Cloud, CloudError};
use crate::experiment::start::Situation;
use crate::experiment::{Definition, Record, Refusal};
use crate::release::ids::{Caller, TargetGroupArn};
use crate::release::{ListenerRule, LiveService, as_tag, service_of};
use mlship_manifest::schema::Experiment;
use mlship_manifest::{Diagnostic, ExperimentManifest, Manifest, UsedDefault};

/// An experiment, with the releases of its variants in their order.
#[derive(Debug)]
pub struct Comparison {
    /// What was written of it.
    pub manifest: ExperimentManifest,
    /// What is compared.
    pub releases: Vec<Manifest>,
    /// What follows from both.
    pub definition: Definition,
    /// The defaults of variables that say where all that is.
    pub defaults: Vec<UsedDefault>,
}

/// An experiment whose traffic a command may move: nobody gets one without the place being said
/// and the account being the right one.
#[derive(Debug, Clone, Copy)]
pub struct ClearedExperiment<'a> {
    comparison: &'a Comparison,
}

impl std::ops::Deref for ClearedExperiment<'_> {
    type Target = Comparison;

    fn deref(&self) -> &Comparison {
        self.comparison
    }
}

impl Comparison {
    /// Takes an experiment together with the releases that its manifest names.
    #[must_use]
    pub fn new(
        manifest: ExperimentManifest,
        releases: Vec<Manifest>,
        defaults: Vec<UsedDefault>,
    ) -> Self {
        let home = |release: &Manifest| {
            let traffic = release.release.traffic.as_ref();
            let group = traffic.and_then(|traffic| traffic.target_group().map(str::to_owned));
            // Without one the manifest would not be valid.
            (
                service_of(&release.release),
                TargetGroupArn::new(group.unwrap_or_default()),
            )
        };
        let homes: Vec<_> = releases.iter().map(home).collect();
        let definition = Definition::new(&manifest.experiment, &homes);
        Self {
            manifest,
            releases,
            definition,
            defaults,
        }
    }

    /// Clears it for writing: says where that will be and which defaults led there, and refuses
    /// another account than that of a variant's manifest. Without an answer to who calls, that is
    /// said, and an account that was asked for is then no other's to change.
    ///
    /// # Errors
    /// How a command ends that is refused.
    pub fn clear(
        &self,
        caller: Result<&Caller, &CloudError>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<ClearedExperiment<'_>, Outcome> {
        let services = self
            .definition
            .arms
            .iter()
            .map(|arm| arm.service.to_string());
        let services = services.collect::<Vec<_>>().join(", ");
        let rule = &self.definition.rule;
        match caller {
            Ok(Caller {
                account, region, ..
            }) => tell(&format!(
                "account {account}, region {region}, services {services}, rule {rule}"
            )),
            Err(error) => tell(&format!(
                "services {services}, rule {rule}; the account was not checked: {error}"
            )),
        }
        tell_defaults(&self.defaults, tell);
        let accounts = self.releases.iter().enumerate();
        let mut accounts = accounts.filter_map(|(at, manifest)| {
            let account = manifest.release.account.as_deref()?;
            Some((at, account))
        });
        let misplaced = match caller {
            Ok(caller) => accounts.find(|(_, account)| *account != caller.account.as_str()),
            Err(error) if accounts.next().is_some() => return Err(error.clone().into()),
            Err(_) => None,
        };
        match (misplaced, caller) {
            (Some((at, account)), Ok(caller)) => {
                let refusal = Refusal::of_another_account(at, account, caller.account.as_str());
                Err(self.refused(vec![refusal]))
            }
            (Some(_) | None, _) => Ok(ClearedExperiment { comparison: self }),
        }
    }

    /// Says whether it is known what is measured, and what of it decides.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.manifest.errors_in(&MEASURED).is_empty()
    }

    /// Returns what was written of it.
    #[must_use]
    pub fn experiment(&self) -> &Experiment {
        &self.manifest.experiment
    }

    /// Returns where its manifest was read.
    pub(super) fn path(&self) -> &str {
        self.manifest.source.name()
    }

    /// Returns what was expected when the experiment began: in the manifest's own words, unless
    /// they are others by now.
    #[must_use]
    pub fn hypothesis<'a>(&'a self, record: &'a Record) -> Option<&'a str> {
        let recorded = record.hypothesis.as_deref();
        let written = self.experiment().hypothesis.as_deref();
        written
            .filter(|written| recorded == Some(&*as_tag(written)))
            .or(recorded)
    }

    /// Returns refusals where the manifest is at fault.
    #[must_use]
    pub fn findings(&self, refusals: Vec<Refusal>) -> Vec<Diagnostic> {
        let finding = |refusal: Refusal| {
            let problem = self
                .manifest
                .problem(&refusal.path, refusal.code, refusal.message);
            problem.help(refusal.help)
        };
        refusals.into_iter().map(finding).collect()
    }

    /// Ends a command that a check said no to.
    #[must_use]
    pub fn refused(&self, refusals: Vec<Refusal>) -> Outcome {
        Outcome::refused(self.findings(refusals))
    }
}

/// Looks at everything that takes part.
///
/// # Errors
/// When AWS gives no usable answer.
pub async fn observe<C: Balancing + Cloud>(
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
    Ok(Situation {
        rule,
        siblings,
        groups,
        services: services
            .into_iter()
            .map(|service| service.filter(LiveService::is_active))
            .collect(),
    })
}

/// Looks at the experiment's rule and those beside it.
async fn rules<C: Balancing>(
    cloud: &C,
    definition: &Definition,
) -> Answer<(Option<ListenerRule>, Vec<ListenerRule>)> {
    let Some(rule) = cloud.listener_rule(&definition.rule).await? else {
        return Ok((None, Vec::new()));
    };
    let siblings = cloud.rules_of(&rule.listener()).await?;
    Ok((Some(rule), siblings))
}
