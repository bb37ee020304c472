//! The ledger of experiments: a record of each that ended, which outlives its rule.
//!
//! A ledger is what implements [`Ledger`]; [`Ledgers`] leads there. A record leaves this crate only
//! as [`ExperimentRecord::document`], in which what is secret is hidden.

mod on_the_way;
mod part;
mod readout;
mod record;
mod start_id;
#[cfg(test)]
mod tests;

use std::future::Future;

pub use on_the_way::{DroppedEntry, PromotionEntry};
pub use part::{Part, Release};
pub use readout::{MetricFinding, Readout, VariantCounts};
pub use record::{Design, ExperimentRecord, PhaseEntry};
pub use start_id::StartId;

use crate::registry::{Answer, Pending};
use mlship_manifest::RecordPlace;
use mlship_manifest::schema::Registry;

/// Which ledger is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerPlace {
    /// The one at an address.
    At(RecordPlace),
    /// The model registry of a variant: of its manifest, or that of the environment.
    OfRegistry(Option<Registry>),
}

/// The way to ledgers.
pub trait Ledgers {
    /// Prepares a ledger; asks nothing of it. None where a registry keeps no records.
    fn ledger(&self, place: &LedgerPlace) -> impl Future<Output = Answer<Option<Box<dyn Ledger>>>>;
}

/// What is written of an experiment.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The record.
    pub record: &'a ExperimentRecord,
    /// The same as a page for people.
    pub page: &'a str,
}

/// What came of a write.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where the record is.
    pub place: String,
    /// What of it is not there, and why.
    pub lacks: Option<String>,
}

/// What a ledger has.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Entries {
    /// The records, newest first.
    pub records: Vec<ExperimentRecord>,
    /// What is there and could not be read, each with why.
    pub unreadable: Vec<String>,
}

/// Keeps the records of experiments, each by the id of its start: written twice it is there once.
pub trait Ledger {
    /// Returns its address, for people.
    fn address(&self) -> String;

    /// Writes a record, in place of one of the same start.
    fn write<'a>(&'a self, entry: &'a Entry<'a>) -> Pending<'a, Written>;

    /// Returns the records, or those of one experiment.
    fn read<'a>(&'a self, experiment: Option<&'a str>) -> Pending<'a, Entries>;
}

impl Entries {
    /// Takes in a document that a ledger has under a name.
    pub fn take(&mut self, name: &str, text: &str) {
        match ExperimentRecord::parse(text) {
            Ok(record) => self.records.push(record),
            Err(why) => self.unreadable.push(format!("{name}: {why}")),
        }
    }

    /// Takes in what another ledger has: a record that is in both counts once.
    pub fn extend(&mut self, other: Self) {
        for record in other.records {
            if !self.records.iter().any(|known| known.id == record.id) {
                self.records.push(record);
            }
        }
        self.unreadable.extend(other.unreadable);
        self.sort();
    }

    /// Puts the newest first.
    pub fn sort(&mut self) {
        self.records
            .sort_by(|one, other| (other.ended, &other.id).cmp(&(one.ended, &one.id)));
    }
}
