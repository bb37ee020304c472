//! Reads what ledgers know of experiments: those that are named, or else those that the rules of
//! the region and the environment lead to.

use std::collections::BTreeSet;

use super::at_once::in_order;
use crate::cloud::{Balancing, CloudError};
use crate::experiment::Record;
use crate::ledger::{Entries, Ledger, LedgerPlace, Ledgers};
use crate::registry::{Answer, RegistryError};
use crate::release::ListenerRule;
use mlship_manifest::RecordPlace;

/// Which ledgers are to be read.
#[derive(Debug, Clone, Default)]
pub struct LedgerSearch {
    /// The one that was named: then it is the only one.
    pub named: Option<RecordPlace>,
    /// Whether the environment names an `MLflow` server.
    pub of_environment: bool,
}

/// Why no ledger was read.
#[derive(Debug)]
pub enum LedgerSearchError {
    /// Nobody says where one is.
    Nowhere,
    /// The rules can't be read, which would say.
    Rules(CloudError),
    /// It gives no usable answer.
    Ledger(RegistryError),
}

impl LedgerSearch {
    /// Returns what ledgers have, of all experiments or of one. What one of several can't tell
    /// keeps the others from nothing, and is said.
    ///
    /// # Errors
    /// When none is known, or none of them answers.
    pub async fn read<C: Balancing + Ledgers>(
        &self,
        cloud: &C,
        experiment: Option<&str>,
    ) -> Result<Entries, LedgerSearchError> {
        let places = match &self.named {
            Some(place) => vec![LedgerPlace::At(place.clone())],
            None => match cloud.all_rules().await {
                Ok(rules) => self.places(&rules),
                Err(_) if self.of_environment => self.places(&[]),
                Err(error) => return Err(LedgerSearchError::Rules(error)),
            },
        };
        self.read_at(cloud, &places, experiment).await
    }

    /// Returns what the ledgers have that some rules lead to.
    ///
    /// # Errors
    /// As [`read`](Self::read) does.
    pub async fn read_beside<C: Ledgers>(
        &self,
        cloud: &C,
        rules: &[ListenerRule],
    ) -> Result<Entries, LedgerSearchError> {
        self.read_at(cloud, &self.places(rules), None).await
    }

    fn places(&self, rules: &[ListenerRule]) -> Vec<LedgerPlace> {
        if let Some(place) = &self.named {
            return vec![LedgerPlace::At(place.clone())];
        }
        let records = rules.iter().filter_map(|rule| Record::read(&rule.tags));
        let addresses: BTreeSet<String> = records.filter_map(|record| record.ledger).collect();
        let places = addresses.iter().map(|address| RecordPlace::parse(address));
        let places = places.filter_map(Result::ok).map(LedgerPlace::At);
        let environment = self.of_environment.then_some(LedgerPlace::OfRegistry(None));
        places.chain(environment).collect()
    }

    async fn read_at<C: Ledgers>(
        &self,
        cloud: &C,
        places: &[LedgerPlace],
        experiment: Option<&str>,
    ) -> Result<Entries, LedgerSearchError> {
        let each = places
            .iter()
            .map(async |place| one(cloud, place, experiment).await);
        let mut all = Entries::default();
        let mut failed = Vec::new();
        let mut is_read = false;
        for (place, entries) in places.iter().zip(in_order(each).await) {
            match entries {
                Ok(entries) => {
                    is_read = true;
                    all.extend(entries);
                }
                Err(error) => failed.push((place, error)),
            }
        }
        if !is_read {
            let error = failed.into_iter().next();
            return Err(error.map_or(LedgerSearchError::Nowhere, |(_, error)| {
                LedgerSearchError::Ledger(error)
            }));
        }
        all.unreadable
            .extend(failed.into_iter().map(|(_, error)| error.to_string()));
        Ok(all)
    }
}

async fn one<C: Ledgers>(
    cloud: &C,
    place: &LedgerPlace,
    experiment: Option<&str>,
) -> Answer<Entries> {
    let ledger: Option<Box<dyn Ledger>> = cloud.ledger(place).await?;
    match ledger {
        Some(ledger) => ledger.read(experiment).await,
        None => Ok(Entries::default()),
    }
}
