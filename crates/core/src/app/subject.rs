//! Whom a command that reads or rescues is about, and nothing else of a manifest: what can't be
//! asked for can't stand in the way. Writing takes a `Cleared`, which nobody gets without the place
//! being said and the account being the right one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::registry_update::{RegistryUpdate, is_news};
use super::{Address, Context, RegistryRecord, Report, ResultRecord, results};
use crate::cloud::{Cloud, CloudError};
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;
use crate::release::ids::{Caller, ClusterName, ServiceId, ServiceName};
use crate::release::{NamedPlace, service_of};
use mlship_manifest::{Destination, Identity, Manifest, UsedDefault};

/// Whom a command is about.
#[derive(Debug)]
pub struct Subject {
    service: ServiceId,
    address: Address,
    /// The only account in which it may be changed.
    account: Option<String>,
    /// The only region in which it may be changed.
    region: Option<String>,
    /// Where to ask for it, as far as that is said.
    said: Destination,
    defaults: Vec<UsedDefault>,
    /// The environments of its manifest that would lead elsewhere, where none was chosen.
    environments: Vec<String>,
    /// Whether a model registry has to do with it.
    has_reference: bool,
    /// The manifest, where all of it can be read: for what only adds to a command.
    whole: Option<Box<Manifest>>,
}

impl Subject {
    /// Takes whom a manifest is about, with all of it where all of it can be read.
    #[must_use]
    pub fn of_manifest(identity: &Identity, whole: Option<Box<Manifest>>) -> Self {
        Self {
            service: ServiceId {
                cluster: ClusterName::new(&identity.cluster),
                name: ServiceName::new(&identity.service),
                place: None,
            },
            address: Address::Manifest(identity.source.name().to_owned()),
            account: identity.account.clone(),
            region: identity.destination().region,
            said: identity.destination(),
            defaults: identity.defaults.clone(),
            environments: identity.environments.clone(),
            has_reference: identity.has_reference,
            whole,
        }
    }

    /// Takes whom a manifest is about that could be read whole, and whose defaults were told.
    #[must_use]
    pub fn of_release(manifest: &Manifest) -> Self {
        Self {
            service: service_of(&manifest.release),
            address: Address::Manifest(manifest.source.name().to_owned()),
            account: manifest.release.account.clone(),
            region: manifest.release.destination().region,
            said: manifest.release.destination(),
            defaults: Vec::new(),
            environments: Vec::new(),
            has_reference: manifest.release.model.reference.is_some(),
            whole: Some(Box::new(manifest.clone())),
        }
    }

    /// Takes a service without its manifest, and the region and account that its ARN named.
    #[must_use]
    pub fn of_service(service: ServiceId, place: Option<(String, String)>) -> Self {
        let (region, account) = place.unzip();
        Self {
            said: Destination {
                account: account.clone(),
                region: region.clone(),
            },
            address: Address::Service(service.clone()),
            service,
            account,
            region,
            defaults: Vec::new(),
            environments: Vec::new(),
            has_reference: false,
            whole: None,
        }
    }

    /// Returns the service.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// Returns where to ask for it, as far as that is said.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.said
    }

    /// Says where it is among the others of a run, for whoever reads of it.
    pub fn place(&mut self, place: Arc<NamedPlace>) {
        self.service.place = Some(place);
    }

    /// Returns how the command was told of it.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the environments of its manifest that would lead elsewhere, where none was chosen.
    #[must_use]
    pub fn environments(&self) -> &[String] {
        &self.environments
    }

    /// Returns the account that it must be in, if any.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Says whether both are one service, where both were placed.
    pub(super) fn is_same_service(&self, other: &Self) -> bool {
        let place = |subject: &Self| subject.service.place.as_ref().map(|it| it.place.clone());
        let (own, others) = (&self.service, &other.service);
        let is_there = match (place(self), place(other)) {
            (Some(own), Some(others)) => own.may_be(&others),
            (None, _) | (_, None) => true,
        };
        is_there && own.cluster.short() == others.cluster.short() && own.name == others.name
    }

    /// Takes over the account that another manifest of the same service names, or says that it is
    /// another one.
    pub(super) fn joins(&mut self, other: &Self) -> bool {
        match (&self.account, &other.account) {
            (Some(own), Some(others)) => own == others,
            (None, account) => {
                self.account.clone_from(account);
                true
            }
            (Some(_), None) => true,
        }
    }

    /// Returns the manifest, where all of it can be read: for what only adds to a command.
    #[must_use]
    pub fn whole(&self) -> Option<&Manifest> {
        self.whole.as_deref()
    }

    /// Clears it for writing: says where that will be and which defaults led there, and refuses
    /// another account or region than was asked for. Without an answer to who calls the account is
    /// not known: that is said, and an account that was asked for is then no other's to change.
    ///
    /// # Errors
    /// The result of a command that is refused.
    pub fn clear(
        &self,
        caller: Result<&Caller, &CloudError>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Cleared<'_>, Box<ResultRecord>> {
        let ServiceId { cluster, name, .. } = &self.service;
        match caller {
            Ok(Caller {
                account, region, ..
            }) => tell(&format!(
                "account {account}, region {region}, cluster {cluster}, service {name}"
            )),
            Err(error) => tell(&format!(
                "cluster {cluster}, service {name}; the account was not checked: {error}"
            )),
        }
        tell_defaults(&self.defaults, tell);
        let refusal = match caller {
            Ok(caller) => self.misplaced(caller),
            Err(error) if self.account.is_some() => {
                let mut result = results::aws_error(&self.service, error);
                let around = Address::Service(self.service.clone());
                result.hint = Some(format!(
                    "without the manifest's account to check it works, too: {}",
                    around.words()
                ));
                return Err(Box::new(result));
            }
            Err(_) => None,
        };
        match refusal {
            Some((error, hint)) => {
                let refused = Conclusion::Refused(Refusal::Check);
                let mut result = ResultRecord::new(&self.service, refused);
                result.error = Some(error);
                result.hint = Some(hint.to_owned());
                Err(Box::new(result))
            }
            None => Ok(Cleared { subject: self }),
        }
    }

    /// Tells the model registry how a command ended, where the manifest names one.
    pub(super) async fn tell_registry<C: Cloud + Registries>(
        &self,
        context: &Context<'_, C>,
        result: &mut ResultRecord,
        report: &mut dyn Report,
    ) {
        if let Some(manifest) = self.whole() {
            let registry = RegistryUpdate {
                context,
                service: &self.service,
                manifest,
            };
            registry.write(result, report).await;
        } else if self.has_reference && is_news(result) {
            let again = context.invocation.command_for("watch", &self.address);
            result.registry = Some(RegistryRecord {
                error: Some("not all of the manifest can be read".to_owned()),
                retry: Some(format!("{again} --record")),
                ..RegistryRecord::default()
            });
        }
    }

    fn misplaced(&self, caller: &Caller) -> Option<(String, &'static str)> {
        let what = match &self.address {
            Address::Manifest(_) => "manifest is for",
            Address::Service(_) => "service is of",
        };
        if let Some(account) = self.account().filter(|own| *own != caller.account.as_str()) {
            let error = format!(
                "the {what} account {account}, the caller is in {}",
                caller.account
            );
            let hint = "log in to that account, or choose its overlay with --env";
            return Some((error, hint));
        }
        let region = self.region.as_deref();
        let region = region.filter(|own| *own != caller.region)?;
        let error = format!(
            "the {what} region {region}, the caller is in {}",
            caller.region
        );
        Some((error, "choose its region with --region"))
    }
}

/// Says of each default once that it stands in for a variable.
pub(super) fn tell_defaults(defaults: &[UsedDefault], tell: &mut dyn FnMut(&str)) {
    let mut told = BTreeSet::new();
    for used in defaults {
        let (variable, value) = (&used.variable, &used.value);
        if told.insert((variable, value)) {
            tell(&format!(
                "variable {variable} is not set: its default `{value}` is used"
            ));
        }
    }
}

/// A service that a command may write to.
#[derive(Debug, Clone, Copy)]
pub struct Cleared<'a> {
    subject: &'a Subject,
}

impl std::ops::Deref for Cleared<'_> {
    type Target = Subject;

    fn deref(&self) -> &Subject {
        self.subject
    }
}

#[cfg(test)]
mod tests;
