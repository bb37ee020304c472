//! The experiments that the versions of a history took part in, by what ledgers have.

use crate::history::{Entry, TookPart};
use crate::ledger::{ExperimentRecord, Release};
use crate::versions::parts_of;

/// Names the experiments of each version, the newest first. Of what says no version nothing is
/// known.
pub fn name_experiments(entry: &mut Entry, records: &[ExperimentRecord]) {
    let release = Release::of(entry);
    let (Some(model), Some(version)) = (release.model, release.version) else {
        return;
    };
    let mut found: Vec<TookPart> = records
        .iter()
        .flat_map(|record| {
            let parts = parts_of(record, &model, &version).into_iter();
            parts.map(|part| TookPart {
                experiment: record.experiment.clone(),
                id: record.id.to_string(),
                ended: record.ended,
                outcome: record.outcome.clone(),
                winner: record.winner.clone(),
                variant: part.name.clone(),
            })
        })
        .collect();
    found.sort_by(|one, other| (other.ended, &other.id).cmp(&(one.ended, &one.id)));
    entry.experiments = Some(found);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::release::ids::TaskDefinitionArn;
    use crate::release::{Document, LiveTaskDefinition};
    use crate::versions::testing::record;

    /// A deployment of a version, by its model's own name and that in its registry.
    fn entry(version: Option<&str>, reference: Option<&str>) -> Entry {
        let tags = [
            ("mlship:model", Some("fraud-service")),
            ("mlship:version", version),
            ("mlship:model-ref", reference),
        ];
        let tags = tags.map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let live = LiveTaskDefinition {
            arn: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/f:3"),
            document: Document::default(),
            tags: tags.into_iter().flatten().collect(),
        };
        Entry::of_revision(&live)
    }

    fn named(mut entry: Entry) -> Option<Vec<(String, String)>> {
        let mut newer = record("newer", &["8", "9"], Value::Null);
        newer.ended = "2026-06-09T00:00:00Z".parse().unwrap();
        let records = [record("older", &["7", "8"], Value::Null), newer];
        name_experiments(&mut entry, &records);
        let all = entry.experiments?.into_iter();
        Some(all.map(|it| (it.experiment, it.variant)).collect())
    }

    #[test]
    fn a_version_is_named_with_all_that_it_took_part_in() {
        let reference = Some("models:/fraud@champion");
        let pair = |name: &str, variant: &str| (name.to_owned(), variant.to_owned());
        let both = vec![pair("newer", "a"), pair("older", "b")];
        assert_eq!(named(entry(Some("8"), reference)), Some(both));
        assert_eq!(named(entry(Some("6"), reference)), Some(Vec::new()));
        // Another model has versions of the same numbers.
        assert_eq!(named(entry(Some("8"), None)), Some(Vec::new()));
        assert_eq!(named(entry(None, reference)), None);
    }

    #[test]
    fn what_was_not_asked_is_not_told() {
        let document = json!(entry(Some("8"), None));
        assert_eq!(document.get("experiments"), None);
    }
}
