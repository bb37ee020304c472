//! The parameters that plans were made with, so that they are applied with the same: by their
//! values, and what may be a secret by its version alone.

use serde::{Deserialize, Serialize};

use super::SavedPlans;
use crate::cloud::StoredParameter;
use crate::release::Place;
use mlship_manifest::Unresolved;
use mlship_text::secrets::{is_secret_name, is_secret_under, is_secret_value};

/// A parameter as it was when plans were saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedParameter {
    region: Option<String>,
    account: Option<String>,
    /// The parameter, as manifests name it.
    pub name: String,
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl SavedPlans {
    /// Keeps the parameters that were asked for somewhere, given in which fields they stand: what a
    /// diff hides there is no value to keep.
    #[must_use]
    pub fn made_with(
        mut self,
        place: &Place,
        told: Vec<(String, StoredParameter)>,
        fields: &[Unresolved],
    ) -> Self {
        let saved = told.into_iter().filter_map(|(name, told)| match told {
            StoredParameter::Text { value, version } => Some(SavedParameter {
                region: place.region.clone(),
                account: place.account.clone(),
                value: (!may_be_secret(&name, &value, fields)).then_some(value),
                name,
                version,
            }),
            StoredParameter::List | StoredParameter::Secure => None,
        });
        self.parameters.extend(saved);
        self
    }

    /// Returns the parameters that were asked for there.
    pub fn parameters_of(&self, place: &Place) -> impl Iterator<Item = &SavedParameter> {
        let is_there = move |saved: &&SavedParameter| {
            (&saved.region, &saved.account) == (&place.region, &place.account)
        };
        self.parameters.iter().filter(is_there)
    }
}

impl SavedParameter {
    /// Returns what it held, where that is kept.
    #[must_use]
    pub fn stored(&self) -> Option<StoredParameter> {
        let value = self.value.clone()?;
        let version = self.version;
        Some(StoredParameter::Text { value, version })
    }

    /// Returns how its version of then is named.
    #[must_use]
    pub fn as_of_then(&self) -> String {
        format!("{}:{}", path(&self.name), self.version)
    }
}

fn path(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

fn may_be_secret(name: &str, value: &str, fields: &[Unresolved]) -> bool {
    let last = path(name).rsplit('/').next().unwrap_or_default();
    let mut fields = fields.iter().filter(|one| one.name == name);
    let is_hidden = |one: &Unresolved| {
        let field = one.field.rsplit('.').next().unwrap_or_default();
        is_secret_name(field) || is_secret_under(field, value)
    };
    is_secret_value(value) || is_secret_under(last, value) || fields.any(is_hidden)
}

#[cfg(test)]
mod tests {
    use super::super::SavedPlans;
    use super::*;
    use mlship_manifest::VariableFiles;

    #[test]
    fn a_plan_keeps_what_parameters_held_and_of_what_may_be_secret_the_version() {
        let place = |region: &str| Place {
            region: Some(region.to_owned()),
            account: Some("111122223333".to_owned()),
        };
        let text = |value: &str| StoredParameter::Text {
            value: value.to_owned(),
            version: 7,
        };
        let told = vec![
            ("/ml/tag".to_owned(), text("v8")),
            ("/ml/password:3".to_owned(), text("hunter2hunter2")),
            ("/ml/url".to_owned(), text("postgres://me:hunter2@db/x")),
        ];
        let saved = SavedPlans::of(&[], &VariableFiles::none()).unwrap();
        let saved = saved.made_with(&place("eu-west-1"), told, &[]);
        let text = serde_json::to_string(&saved).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let read: SavedPlans = serde_json::from_str(&text).unwrap();
        assert_eq!(read.parameters_of(&place("us-east-1")).count(), 0);
        let all = place("eu-west-1");
        let all: Vec<_> = read.parameters_of(&all).collect();
        let of = |at: usize| (all[at].stored().is_some(), all[at].as_of_then());
        assert_eq!(of(0), (true, "/ml/tag:7".to_owned()));
        assert_eq!(of(1), (false, "/ml/password:7".to_owned()));
        assert_eq!(of(2), (false, "/ml/url:7".to_owned()));
    }
}
