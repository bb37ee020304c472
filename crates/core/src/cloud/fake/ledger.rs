//! A fake ledger of experiments.

use std::cell::RefCell;
use std::rc::Rc;

use super::{FakeCloud, FakeFleet, Fault};
use crate::ledger::{
    Entries, Entry, ExperimentRecord, Ledger, LedgerPlace, Ledgers, StartId, Written,
};
use crate::registry::{Answer, Pending, RegistryError, RegistryErrorKind};

/// A ledger, which all that hold it share.
#[derive(Clone, Default)]
pub struct FakeLedger(Rc<RefCell<LedgerState>>);

#[derive(Default)]
struct LedgerState {
    /// By the id of the start, the document and the page.
    kept: Vec<(StartId, String, String)>,
    asked_for: Vec<LedgerPlace>,
    faults: Vec<Fault>,
    writes: usize,
}

impl FakeLedger {
    /// Lets the next writes go wrong, one after the other.
    pub fn fail(&self, faults: &[Fault]) {
        self.0.borrow_mut().faults.extend(faults);
    }

    /// Returns the records that it has.
    #[must_use]
    pub fn records(&self) -> Vec<ExperimentRecord> {
        let state = self.0.borrow();
        let kept = state.kept.iter();
        kept.map(|(_, text, _)| ExperimentRecord::parse(text).unwrap())
            .collect()
    }

    /// Returns the pages that it has.
    #[must_use]
    pub fn pages(&self) -> Vec<String> {
        let state = self.0.borrow();
        state.kept.iter().map(|(_, _, page)| page.clone()).collect()
    }

    /// Returns which ledgers were asked for.
    #[must_use]
    pub fn asked_for(&self) -> Vec<LedgerPlace> {
        self.0.borrow().asked_for.clone()
    }

    /// Returns how often it was written to.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.0.borrow().writes
    }
}

impl Ledger for FakeLedger {
    fn address(&self) -> String {
        "the ledger".to_owned()
    }

    fn write<'a>(&'a self, entry: &'a Entry<'a>) -> Pending<'a, Written> {
        let mut state = self.0.borrow_mut();
        state.writes += 1;
        let fault = (!state.faults.is_empty()).then(|| state.faults.remove(0));
        let id = &entry.record.id;
        if fault.is_none_or(Fault::takes_effect) {
            state.kept.retain(|(known, _, _)| known != id);
            let kept = (id.clone(), entry.record.text(), entry.page.to_owned());
            state.kept.push(kept);
        }
        let written = Written {
            place: format!("the ledger, {}", entry.record.experiment),
            lacks: None,
        };
        Box::pin(async move {
            match fault {
                None => Ok(written),
                Some(Fault::Denied) => Err(RegistryError::new(
                    RegistryErrorKind::Refused,
                    "the ledger takes nothing from you",
                )),
                Some(_) => Err(RegistryError::new(
                    RegistryErrorKind::Unreachable,
                    "no answer",
                )),
            }
        })
    }

    fn read<'a>(&'a self, experiment: Option<&'a str>) -> Pending<'a, Entries> {
        Box::pin(async move {
            let mut entries = Entries::default();
            for (id, text, _) in &self.0.borrow().kept {
                entries.take(id.as_str(), text);
            }
            entries
                .records
                .retain(|record| experiment.is_none_or(|name| name == record.experiment));
            entries.sort();
            Ok(entries)
        })
    }
}

impl Ledgers for FakeCloud {
    async fn ledger(&self, place: &LedgerPlace) -> Answer<Option<Box<dyn Ledger>>> {
        let Some(ledger) = self.ledger.borrow().clone() else {
            return Ok(None);
        };
        ledger.0.borrow_mut().asked_for.push(place.clone());
        Ok(Some(Box::new(ledger)))
    }
}

impl Ledgers for FakeFleet {
    async fn ledger(&self, _: &LedgerPlace) -> Answer<Option<Box<dyn Ledger>>> {
        Ok(None)
    }
}
