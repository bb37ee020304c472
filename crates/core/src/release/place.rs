//! Where a service is, and how it is told apart from one of the same name elsewhere.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::ids::Caller;
use mlship_manifest::Destination;

/// Where a service is, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Place {
    /// The region.
    pub region: Option<String>,
    /// The account.
    pub account: Option<String>,
}

impl Place {
    /// Returns where calls go to.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        Self {
            region: Some(caller.region.clone()),
            account: caller.account.known().map(str::to_owned),
        }
    }

    /// Says whether something can be in both: an account that is not known may be any.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let is_one_account = match (&self.account, &other.account) {
            (Some(own), Some(others)) => own == others,
            (None, _) | (_, None) => true,
        };
        self.region == other.region && is_one_account
    }
}

impl From<Destination> for Place {
    fn from(said: Destination) -> Self {
        Self {
            region: said.region,
            account: said.account,
        }
    }
}

impl From<Place> for Destination {
    fn from(place: Place) -> Self {
        Self {
            account: place.account,
            region: place.region,
        }
    }
}

/// A place among others of one run, by what tells it apart from them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct NamedPlace {
    /// Where it is.
    pub place: Place,
    name: String,
}

impl NamedPlace {
    /// Names the places of one run: by their regions, their accounts or both, as far as these are
    /// not the same. A single one needs no name.
    #[must_use]
    pub fn among(places: Vec<Place>) -> Vec<Arc<Self>> {
        let count = |part: fn(&Place) -> &Option<String>| {
            let known: BTreeSet<_> = places.iter().filter_map(|it| part(it).as_ref()).collect();
            known.len()
        };
        let in_regions = count(|place| &place.region) > 1;
        let in_accounts = count(|place| &place.account) > 1;
        let named = places.into_iter().map(|place| {
            let account = place.account.as_deref().filter(|_| in_accounts);
            let region = place.region.as_deref().filter(|_| in_regions);
            let parts: Vec<&str> = [account, region].into_iter().flatten().collect();
            let name = parts.join(":");
            Arc::new(Self { place, name })
        });
        named.collect()
    }

    /// Returns what it goes by; nothing where all of the run is in one place.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        Some(&*self.name).filter(|name| !name.is_empty())
    }
}

impl fmt::Display for NamedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(places: &[(&str, &str)], expected: &[&str]) {
        let known = |part: &str| Some(part.to_owned()).filter(|part| !part.is_empty());
        let place = |(region, account): &(&str, &str)| Place {
            region: known(region),
            account: known(account),
        };
        let found = NamedPlace::among(places.iter().map(place).collect());
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_place_goes_by_what_tells_it_apart_from_the_others() {
        check(&[("eu-west-1", "1"), ("eu-west-1", "1")], &["", ""]);
        let regions = [("eu-west-1", "1"), ("us-east-1", "1")];
        check(&regions, &["eu-west-1", "us-east-1"]);
        check(&[("eu-west-1", "1"), ("eu-west-1", "2")], &["1", "2"]);
        let both = [("eu-west-1", "1"), ("us-east-1", "2")];
        check(&both, &["1:eu-west-1", "2:us-east-1"]);
    }

    #[test]
    fn what_is_not_known_tells_nothing_apart() {
        check(&[("eu-west-1", "1"), ("eu-west-1", "")], &["", ""]);
        check(&[("eu-west-1", ""), ("", "")], &["", ""]);
    }
}
