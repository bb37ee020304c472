//! Where an experiment is recorded: by the flag, the manifest, the rule, or the model registry of
//! its variants, in this order.

use super::super::comparison::{Comparison, Origin};
use crate::experiment::Record;
use crate::ledger::LedgerPlace;
use mlship_manifest::RecordPlace;

/// Returns where it is recorded; none where nobody says, and no variant comes from a registry.
///
/// # Errors
/// Why what was written leads nowhere.
pub(super) fn place(
    comparison: &Comparison,
    record: &Record,
) -> Result<Option<LedgerPlace>, String> {
    if let Some(place) = &comparison.definition.ledger {
        return Ok(Some(LedgerPlace::At(place.clone())));
    }
    if let Some(mistake) = mistake(comparison) {
        return Err(mistake);
    }
    if let Some(place) = of_rule(record) {
        return Ok(Some(LedgerPlace::At(place)));
    }
    let models = comparison.releases().iter();
    let mut models = models.map(|release| &release.release.model);
    let registered = models.find(|model| model.reference.is_some());
    Ok(registered.map(|model| LedgerPlace::OfRegistry(model.registry.clone())))
}

/// Returns the place that a flag named, which only a flag can name again.
pub(super) fn by_flag(comparison: &Comparison, record: &Record) -> Option<RecordPlace> {
    let own = match &comparison.origin {
        Origin::Manifest(written) => written.manifest.experiment.record.as_deref(),
        Origin::Service(_) => record.ledger.as_deref(),
    };
    let own = own.and_then(|written| RecordPlace::parse(written).ok());
    let place = comparison.definition.ledger.clone();
    place.filter(|place| own.as_ref() != Some(place))
}

fn of_rule(record: &Record) -> Option<RecordPlace> {
    RecordPlace::parse(record.ledger.as_deref()?).ok()
}

/// What somebody wrote and nobody can use is not made up for by another place.
fn mistake(comparison: &Comparison) -> Option<String> {
    match &comparison.origin {
        Origin::Manifest(written) => {
            let manifest = &written.manifest;
            let is_told =
                manifest.experiment.record.is_some() || !manifest.errors_in(&["record"]).is_empty();
            is_told.then(|| "`record` of the manifest leads to no ledger".to_owned())
        }
        Origin::Service(_) => None,
    }
}
