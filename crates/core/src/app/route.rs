//! Which of a run's ways to AWS each service is asked by: the profile of its account, the region
//! that it says. A service gets exactly those, or a refusal.

use std::collections::BTreeMap;

use crate::cloud::{Answer, CloudError, ErrorKind};
use crate::release::ids::Caller;
use mlship_manifest::Destination;

/// Whose credentials a profile has.
#[derive(Debug, Clone)]
pub struct Login {
    /// Its name; none where nobody named one.
    pub profile: Option<String>,
    /// Who that is, where it had to be asked: with a single profile nobody is chosen by it.
    pub caller: Option<Answer<Caller>>,
}

/// What there is to choose from.
#[derive(Debug, Clone)]
pub struct Choices {
    /// `--region`, which nobody may contradict.
    pub region: Option<String>,
    /// The region of whoever says none, by profile.
    pub default_regions: Vec<Answer<String>>,
    /// The profiles.
    pub logins: Vec<Login>,
}

/// The way to one account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// By which of the profiles.
    pub login: usize,
    /// To which region.
    pub region: String,
}

impl Choices {
    /// Says which profiles are of one account, of which nobody could choose one.
    #[must_use]
    pub fn doubled(&self) -> Option<String> {
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for (profile, account) in self.known() {
            if let Some(other) = first.insert(account, profile) {
                return Some(format!(
                    "the profiles {other} and {profile} are both of account {account}"
                ));
            }
        }
        None
    }

    /// Returns the way to where a service, or what else is asked for, says it is.
    ///
    /// # Errors
    /// For one that says no account where there are several, an account of none of the profiles or
    /// another region than `--region`, and for a profile without credentials that may be the one.
    pub fn route(&self, wanted: &Destination) -> Answer<Route> {
        if let (Some(region), Some(own)) = (&self.region, &wanted.region)
            && region != own
        {
            return Err(CloudError::elsewhere(
                format!("it is for region {own}, and --region says {region}"),
                "leave --region out, or choose the overlay of that region with --env".to_owned(),
            ));
        }
        let login = match &self.logins[..] {
            // Whether it is the right one is held against the plan, as without a profile.
            [_] => 0,
            _ => self.of_account(wanted.account.as_deref())?,
        };
        let region = match &wanted.region {
            Some(region) => region.clone(),
            None => self.default_regions[login].clone()?,
        };
        Ok(Route { login, region })
    }

    /// Returns the way to where each profile leads by itself, or why there is none.
    #[must_use]
    pub fn everywhere(&self) -> Vec<Answer<Route>> {
        let each = self.logins.iter().enumerate();
        let each = each.map(|(login, known)| {
            if let Some(Err(error)) = &known.caller {
                return Err(known.refused(error));
            }
            let region = self.default_regions[login].clone();
            let region = region.map_err(|error| known.refused(&error))?;
            Ok(Route { login, region })
        });
        each.collect()
    }

    fn of_account(&self, wanted: Option<&str>) -> Answer<usize> {
        let Some(wanted) = wanted else {
            return Err(CloudError::elsewhere(
                format!(
                    "it names no account, and there are several profiles: {}",
                    self.profiles()
                ),
                "write `account` into the manifest, or leave one --profile".to_owned(),
            ));
        };
        let accounts = self.logins.iter().map(Login::account);
        if let Some(found) = accounts.clone().position(|account| account == Some(wanted)) {
            return Ok(found);
        }
        // Whoever gave no credentials may be the one.
        for login in &self.logins {
            match &login.caller {
                Some(Err(error)) => return Err(login.refused(error)),
                Some(Ok(caller)) if !caller.account.is_checked() => {
                    return Err(login.refused(&not_told()));
                }
                Some(Ok(_)) | None => {}
            }
        }
        Err(CloudError::elsewhere(
            format!(
                "it is for account {wanted}, which none of the profiles is of: {}",
                self.profiles()
            ),
            "name a profile of that account with --profile, too".to_owned(),
        ))
    }

    /// Returns the profiles of which it is known whose they are, with their accounts.
    fn known(&self) -> impl Iterator<Item = (&str, &str)> {
        let logins = self.logins.iter();
        logins.filter_map(|login| Some((login.name(), login.account()?)))
    }

    fn profiles(&self) -> String {
        let each = self.logins.iter().map(|login| match login.account() {
            Some(account) => format!("{} ({account})", login.name()),
            None => format!("{} (account unknown)", login.name()),
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

impl Login {
    fn name(&self) -> &str {
        self.profile.as_deref().unwrap_or("default")
    }

    fn account(&self) -> Option<&str> {
        self.caller.as_ref()?.as_ref().ok()?.account.known()
    }

    fn refused(&self, error: &CloudError) -> CloudError {
        // Where nobody named one, nobody is told apart by it.
        if self.profile.is_none() {
            return error.clone();
        }
        CloudError {
            message: format!("the profile {}: {}", self.name(), error.message),
            ..error.clone()
        }
    }
}

fn not_told() -> CloudError {
    CloudError::no_answer("GetCallerIdentity", ErrorKind::Unreachable)
}

#[cfg(test)]
mod tests;
