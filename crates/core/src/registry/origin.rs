//! Builds a release's origin from a registered version.

use std::collections::BTreeMap;

use super::RegisteredVersion;
use super::truncate::truncated;
use crate::release::{Origin, PreviousVersion};

impl Origin {
    /// Tells of a version that a reference named.
    #[must_use]
    pub fn new(
        reference: &str,
        version: &RegisteredVersion,
        before: Option<&RegisteredVersion>,
    ) -> Self {
        let finite = |metrics: &BTreeMap<String, f64>| {
            // JSON has no other numbers.
            let all = metrics.iter().filter(|(_, value)| value.is_finite());
            all.map(|(name, value)| (truncated(name), *value)).collect()
        };
        Self {
            reference: reference.to_owned(),
            model: version.name.clone(),
            version: version.version.clone(),
            run_id: version.run_id.as_deref().map(truncated),
            git_sha: version.git_sha.as_deref().map(truncated),
            metrics: finite(&version.metrics),
            before: before.map(|before| PreviousVersion {
                version: before.version.clone(),
                metrics: finite(&before.metrics),
            }),
            page: version.page.clone(),
            overridden: BTreeMap::new(),
            required: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_json_does_not_have_is_left_out() {
        let metrics = [("auc", 0.931), ("odd", f64::NAN)];
        let metrics = metrics.map(|(name, value)| (name.to_owned(), value));
        let version = RegisteredVersion {
            metrics: metrics.into_iter().collect(),
            ..RegisteredVersion::default()
        };
        let origin = Origin::new("models:/fraud@champion", &version, None);
        assert_eq!(origin.metrics.keys().collect::<Vec<_>>(), ["auc"]);
    }
}
