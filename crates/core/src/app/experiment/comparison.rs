//! The experiment of a command: its definition, its releases, and their state in AWS.

use super::outcome::Outcome;
use crate::app::Address;
use crate::app::manifests::MEASURED;
use crate::app::subject::tell_defaults;
use crate::cloud::CloudError;
use crate::experiment::{Definition, Record, Refusal};
use crate::release::ids::{Caller, RuleArn, ServiceId, TargetGroupArn};
use crate::release::{as_tag, service_of};
use mlship_manifest::schema::Experiment;
use mlship_manifest::{
    Destination, Diagnostic, ExperimentManifest, Manifest, RecordPlace, UsedDefault,
};

/// An experiment, and how it is known.
#[derive(Debug)]
pub struct Comparison {
    /// How it is known.
    pub origin: Origin,
    /// What follows from that.
    pub definition: Definition,
}

/// How an experiment is known.
#[derive(Debug)]
pub enum Origin {
    /// By its manifest.
    Manifest(Box<WrittenExperiment>),
    /// By the service of a variant, whose tag leads to the rule: nobody says what is measured.
    Service(NamedVariant),
}

/// An experiment as it was written.
#[derive(Debug)]
pub struct WrittenExperiment {
    /// What was written of it.
    pub manifest: ExperimentManifest,
    /// The releases of its variants, in their order.
    pub releases: Vec<Manifest>,
    /// The defaults of variables that say where all that is.
    pub defaults: Vec<UsedDefault>,
}

/// A variant's service as it was named.
#[derive(Debug, Clone)]
pub struct NamedVariant {
    /// The service.
    pub service: ServiceId,
    /// The only region and account in which it may be changed.
    pub place: Option<(String, String)>,
}

impl NamedVariant {
    /// Returns where to ask for it, as far as its ARN says that.
    #[must_use]
    pub fn destination(&self) -> Destination {
        let (region, account) = self.place.clone().unzip();
        Destination { account, region }
    }
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
            origin: Origin::Manifest(Box::new(WrittenExperiment {
                manifest,
                releases,
                defaults,
            })),
            definition,
        }
    }

    /// Returns where to ask for it: where its rule is, or the service it was found by.
    #[must_use]
    pub fn destination(&self) -> Destination {
        match &self.origin {
            Origin::Manifest(_) => Destination::of_arn(self.definition.rule.as_str()),
            Origin::Service(named) => named.destination(),
        }
    }

    /// Returns the experiment that a rule speaks of, where that says whose traffic it shares.
    #[must_use]
    pub fn of_rule(rule: &RuleArn, record: &Record) -> Option<Self> {
        let definition = Definition::of_record(rule, record)?;
        let variant = definition.arms.first()?;
        Some(Self {
            origin: Origin::Service(NamedVariant {
                service: variant.service.clone(),
                place: None,
            }),
            definition,
        })
    }

    /// Has it recorded in another ledger than the one that its manifest or its rule names.
    #[must_use]
    pub fn recorded_in(mut self, place: Option<RecordPlace>) -> Self {
        self.definition.ledger = place.or(self.definition.ledger);
        self
    }

    /// Clears it for writing: says where that will be and which defaults led there, and refuses
    /// another account than that of a variant's manifest, or another place than that of the
    /// service's ARN. Without an answer to who calls, that is
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
        match (&self.origin, caller) {
            // Account and region were said when it was looked for.
            (Origin::Service(_), _) => tell(&format!("services {services}, rule {rule}")),
            (
                Origin::Manifest(_),
                Ok(Caller {
                    account, region, ..
                }),
            ) => tell(&format!(
                "account {account}, region {region}, services {services}, rule {rule}"
            )),
            (Origin::Manifest(_), Err(error)) => tell(&format!(
                "services {services}, rule {rule}; the account was not checked: {error}"
            )),
        }
        let mut wanted = Vec::new();
        match &self.origin {
            Origin::Manifest(written) => {
                tell_defaults(&written.defaults, tell);
                let accounts = written.releases.iter().enumerate();
                wanted.extend(accounts.filter_map(|(at, manifest)| {
                    let account = manifest.release.account.as_deref()?;
                    Some((at, None, account))
                }));
            }
            Origin::Service(NamedVariant { place, .. }) => {
                let place = place.as_ref();
                wanted.extend(place.map(|(region, account)| (0, Some(&**region), &**account)));
            }
        }
        let is_elsewhere = |caller: &Caller, region: Option<&str>, account: &str| {
            account != caller.account.as_str() || region.is_some_and(|own| own != caller.region)
        };
        match caller {
            Ok(caller) => {
                let mut wanted = wanted.into_iter();
                let elsewhere =
                    wanted.find(|(_, region, account)| is_elsewhere(caller, *region, account));
                if let Some((at, region, account)) = elsewhere {
                    let refusal = match region {
                        None => Refusal::of_another_account(at, account, caller.account.as_str()),
                        Some(region) => Refusal::of_another_place((region, account), caller),
                    };
                    return Err(self.refused(vec![refusal]));
                }
            }
            Err(error) if !wanted.is_empty() => return Err(error.clone().into()),
            Err(_) => {}
        }
        Ok(ClearedExperiment { comparison: self })
    }

    /// Returns what was written of it, where that can be read so far that it is known what is
    /// measured, and what of it decides.
    #[must_use]
    pub fn measured(&self) -> Option<&Experiment> {
        match &self.origin {
            Origin::Manifest(written) if written.manifest.errors_in(&MEASURED).is_empty() => {
                Some(&written.manifest.experiment)
            }
            Origin::Manifest(_) | Origin::Service(_) => None,
        }
    }

    /// Returns the releases of its variants, in their order; none without a manifest.
    #[must_use]
    pub fn releases(&self) -> &[Manifest] {
        match &self.origin {
            Origin::Manifest(written) => &written.releases,
            Origin::Service(_) => &[],
        }
    }

    /// Returns how a command was told of it.
    pub(super) fn address(&self) -> Address {
        match &self.origin {
            Origin::Manifest(written) => {
                Address::Manifest(written.manifest.source.name().to_owned())
            }
            Origin::Service(named) => Address::Service(named.service.clone()),
        }
    }

    /// Returns what was expected when the experiment began: in the manifest's own words, unless
    /// they are others by now.
    #[must_use]
    pub fn hypothesis<'a>(&'a self, record: &'a Record) -> Option<&'a str> {
        let recorded = record.hypothesis.as_deref();
        let written = match &self.origin {
            Origin::Manifest(written) => written.manifest.experiment.hypothesis.as_deref(),
            Origin::Service(_) => None,
        };
        written
            .filter(|written| recorded == Some(&*as_tag(written)))
            .or(recorded)
    }

    /// Returns refusals where the manifest is at fault, if there is one.
    #[must_use]
    pub fn findings(&self, refusals: Vec<Refusal>) -> Vec<Diagnostic> {
        let finding = |refusal: Refusal| match &self.origin {
            Origin::Manifest(written) => {
                let manifest = &written.manifest;
                let problem = manifest.problem(&refusal.path, refusal.code, refusal.message);
                problem.help(refusal.help)
            }
            Origin::Service(_) => refusal.without_place(),
        };
        refusals.into_iter().map(finding).collect()
    }

    /// Ends a command that a check said no to.
    #[must_use]
    pub fn refused(&self, refusals: Vec<Refusal>) -> Outcome {
        Outcome::refused(self.findings(refusals))
    }
}
