//! Compares two versions of a model: asks their registry what was measured in training, and ledgers
//! what production said. Writes nothing.

use std::collections::BTreeMap;

use super::ledgers::{LedgerSearch, LedgerSearchError};
use crate::cloud::Balancing;
use crate::ledger::{Entries, Ledgers};
use crate::registry::{Answer, RegisteredVersion, Registries, RegistryError, RegistryErrorKind};
use crate::versions::{Material, VersionComparison, VersionFacts};
use mlship_manifest::Reference;
use mlship_manifest::schema::{self, Better};

/// What is compared, and where that is looked up.
#[derive(Debug, Clone)]
pub struct Compare {
    /// The model, by its name in the registry or its own.
    pub model: String,
    /// The versions, of which the second is held against the first.
    pub versions: [String; 2],
    /// Where the records of experiments are.
    pub ledgers: LedgerSearch,
    /// The model registry.
    pub registry: RegistryPlace,
    /// Which values of metrics are better, where somebody says so.
    pub better: BTreeMap<String, Better>,
}

/// Which model registry is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryPlace {
    /// None is known.
    Nowhere,
    /// The one that the environment names.
    OfEnvironment,
    /// This one.
    At(schema::Registry),
}

/// Two versions compared, with what was not there to compare them by.
#[derive(Debug)]
pub struct Compared {
    /// The comparison.
    pub comparison: VersionComparison,
    /// What a reader should know before believing it.
    pub notes: Vec<String>,
    /// What ledgers have that could not be read.
    pub unreadable: Vec<String>,
}

/// Why there is no comparison.
#[derive(Debug)]
pub enum CompareError {
    /// No ledger was read.
    Ledger(LedgerSearchError),
    /// The registry gives no usable answer about a version that no record knows either.
    Registry(RegistryError),
    /// Nobody knows these versions.
    UnknownVersions {
        /// Which.
        versions: Vec<String>,
        /// Whether a registry was asked.
        is_registry_known: bool,
    },
}

impl Compare {
    /// Compares the versions.
    ///
    /// # Errors
    /// When no ledger can be read, or a version is not known.
    pub async fn run<C: Balancing + Ledgers + Registries>(
        &self,
        cloud: &C,
    ) -> Result<Compared, CompareError> {
        let (entries, registered) =
            tokio::join!(self.ledgers.read(cloud, None), self.registered(cloud));
        let entries = entries.map_err(CompareError::Ledger)?;
        let (versions, notes) = self.facts(registered, &entries)?;
        let comparison = VersionComparison::of(Material {
            model: &self.model,
            versions,
            records: &entries.records,
            better: &self.better,
        });
        Ok(Compared {
            comparison,
            notes,
            unreadable: entries.unreadable,
        })
    }

    /// Returns what the registry says of each version; none where it has no such one.
    async fn registered<C: Registries>(&self, cloud: &C) -> [Answer<Option<RegisteredVersion>>; 2] {
        let settings = match &self.registry {
            RegistryPlace::Nowhere => return [Ok(None), Ok(None)],
            RegistryPlace::OfEnvironment => None,
            RegistryPlace::At(registry) => Some(registry),
        };
        let registry = match cloud.connect(settings).await {
            Ok(registry) => registry,
            Err(error) => return [Err(error.clone()), Err(error)],
        };
        let find = async |version: &String| {
            if !is_number(version) {
                // No registry has a version of another name.
                return Ok(None);
            }
            let reference = Reference::to_version(&self.model, version);
            match registry.find(&reference).await {
                Ok(found) => Ok(Some(found)),
                Err(error) if error.kind == RegistryErrorKind::Missing => Ok(None),
                Err(error) => Err(error),
            }
        };
        let [first, second] = &self.versions;
        let (first, second) = tokio::join!(find(first), find(second));
        [first, second]
    }

    /// Returns what is known of the versions: by the registry, else by the records.
    fn facts(
        &self,
        registered: [Answer<Option<RegisteredVersion>>; 2],
        entries: &Entries,
    ) -> Result<([VersionFacts; 2], Vec<String>), CompareError> {
        let (mut notes, mut missing, mut failed) = (Vec::new(), Vec::new(), None);
        let mut known = |version: &String, answer: Answer<Option<RegisteredVersion>>| {
            let of_records = || VersionFacts::of_records(&self.model, version, &entries.records);
            let (found, why) = match answer {
                Ok(Some(found)) => return Some(VersionFacts::of_registry(&found)),
                Ok(None) => (of_records(), self.not_registered(version)),
                Err(error) => {
                    let why = format!("the model registry does not answer: {error}");
                    failed.get_or_insert(error);
                    (of_records(), Some(why))
                }
            };
            match &found {
                Some(_) => notes.extend(why.map(|why| format!("{why}; {AS_RELEASED}"))),
                None => missing.push(version.clone()),
            }
            found
        };
        let [first, second] = &self.versions;
        let [of_first, of_second] = registered;
        let both = (known(first, of_first), known(second, of_second));
        notes.dedup();
        match (both, failed) {
            ((Some(first), Some(second)), _) => Ok(([first, second], notes)),
            (_, Some(error)) => Err(CompareError::Registry(error)),
            (_, None) => Err(CompareError::UnknownVersions {
                versions: missing,
                is_registry_known: self.registry != RegistryPlace::Nowhere,
            }),
        }
    }

    fn not_registered(&self, version: &str) -> Option<String> {
        match &self.registry {
            RegistryPlace::Nowhere => Some("no model registry is known".to_owned()),
            RegistryPlace::OfEnvironment | RegistryPlace::At(_) if is_number(version) => {
                let model = &self.model;
                Some(format!(
                    "the model registry has no version {version} of {model}"
                ))
            }
            RegistryPlace::OfEnvironment | RegistryPlace::At(_) => None,
        }
    }
}

const AS_RELEASED: &str = "its metrics are those that it was released with";

fn is_number(version: &str) -> bool {
    version.chars().all(|character| character.is_ascii_digit())
}

#[cfg(test)]
mod tests;
