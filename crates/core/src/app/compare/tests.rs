use serde_json::Value;

use super::*;
use crate::cloud::fake::{FakeCloud, FakeLedger, FakeRegistry, World};
use crate::ledger::{Entry, ExperimentRecord, Ledger};
use crate::versions::testing::record;
use crate::versions::{FactSource, NoEffect};
use mlship_manifest::RecordPlace;

/// A ledger with the test of two versions of a model, in a cloud with a registry of both.
async fn cloud(records: &[ExperimentRecord]) -> (FakeCloud, FakeRegistry, FakeLedger) {
    let cloud = FakeCloud::new(World::default());
    let registry = FakeRegistry::default().with("7", 0.9).with("8", 0.95);
    let ledger = FakeLedger::default();
    for record in records {
        let entry = Entry { record, page: "" };
        ledger.write(&entry).await.unwrap();
    }
    cloud.registry.replace(Some(registry.clone()));
    *cloud.ledger.borrow_mut() = Some(ledger.clone());
    (cloud, registry, ledger)
}

fn tested(versions: &[&str]) -> ExperimentRecord {
    record("v8", versions, Value::Null)
}

fn compare(first: &str, second: &str) -> Compare {
    Compare {
        model: "fraud".to_owned(),
        versions: [first.to_owned(), second.to_owned()],
        ledgers: LedgerSearch {
            named: Some(RecordPlace::parse("s3://ml-ledger").unwrap()),
            of_environment: false,
        },
        registry: RegistryPlace::OfEnvironment,
        better: BTreeMap::new(),
    }
}

fn sources(found: &Compared) -> [FactSource; 2] {
    let versions = found.comparison.versions.each_ref();
    versions.map(|facts| facts.source.clone())
}

fn of_record() -> FactSource {
    FactSource::Record("v8".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_registry_and_a_ledger_are_put_beside_each_other() {
    let (cloud, _, _) = cloud(&[tested(&["7", "8"])]).await;
    let found = compare("7", "8").run(&cloud).await.unwrap();
    assert_eq!(
        sources(&found),
        [FactSource::Registry, FactSource::Registry]
    );
    assert_eq!(found.comparison.offline[0].difference, Some(0.05));
    assert_eq!(found.comparison.tests[0].effect, Err(NoEffect::NotRecorded));
    assert_eq!((found.notes, found.unreadable), (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn what_a_registry_does_not_tell_is_told_by_what_was_released_and_said() {
    let (cloud, registry, _) = cloud(&[tested(&["8", "9"])]).await;
    let found = compare("8", "9").run(&cloud).await.unwrap();
    assert_eq!(sources(&found), [FactSource::Registry, of_record()]);
    let [note] = &found.notes[..] else {
        panic!("{:?}", found.notes);
    };
    assert!(
        note.starts_with("the model registry has no version 9 of fraud;"),
        "{note}"
    );

    registry.is_down(true);
    let found = compare("8", "9").run(&cloud).await.unwrap();
    assert_eq!(sources(&found), [of_record(), of_record()]);
    let [note] = &found.notes[..] else {
        panic!("{:?}", found.notes);
    };
    assert!(
        note.starts_with("the model registry does not answer: no answer;"),
        "{note}"
    );

    let nowhere = Compare {
        registry: RegistryPlace::Nowhere,
        ..compare("8", "9")
    };
    let found = nowhere.run(&cloud).await.unwrap();
    assert_eq!(sources(&found), [of_record(), of_record()]);
    assert!(
        found.notes[0].starts_with("no model registry is known;"),
        "{:?}",
        found.notes
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_nobody_knows_is_no_comparison() {
    let (cloud, registry, _) = cloud(&[tested(&["7", "8"])]).await;
    let error = compare("8", "9").run(&cloud).await.unwrap_err();
    let CompareError::UnknownVersions {
        versions,
        is_registry_known: true,
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(versions, ["9"]);
    // One that can't be asked may know it.
    registry.is_down(true);
    let error = compare("8", "9").run(&cloud).await.unwrap_err();
    assert!(matches!(error, CompareError::Registry(_)), "{error:?}");
    // A name is none of a registry's versions.
    registry.is_down(false);
    let error = compare("8", "v9").run(&cloud).await.unwrap_err();
    assert!(
        matches!(error, CompareError::UnknownVersions { .. }),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_ledger_there_is_no_word_of_production() {
    let (cloud, _, _) = cloud(&[]).await;
    let nowhere = Compare {
        ledgers: LedgerSearch::default(),
        ..compare("7", "8")
    };
    let error = nowhere.run(&cloud).await.unwrap_err();
    let is_nowhere = matches!(error, CompareError::Ledger(LedgerSearchError::Nowhere));
    assert!(is_nowhere, "{error:?}");
    // One without a test of the two is read, and says so.
    let found = compare("7", "8").run(&cloud).await.unwrap();
    assert_eq!(found.comparison.tests, []);
}
