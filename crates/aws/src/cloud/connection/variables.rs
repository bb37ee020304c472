//! The environment as a connection reads it: once, and without what is empty.

use std::collections::HashMap;

use aws_types::os_shim_internal::Env;

/// The variables by which credentials are given, which a profile that was named goes before.
const GIVING: [&str; 9] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Environment variables. One that is empty or blank is not there, as to every other tool of AWS:
/// the SDK takes some for settings, and panics at the first request.
#[derive(Debug, Clone, Default)]
pub struct Variables(HashMap<String, String>);

impl Variables {
    /// Takes those of the process.
    #[must_use]
    pub fn of_process() -> Self {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        std::env::vars_os().filter_map(readable).collect()
    }

    /// Returns the value of one that is set.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the first that is set, with its name.
    pub(super) fn first<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Option<(&'static str, &str)> {
        let set = |name| Some((name, self.get(name)?));
        names.into_iter().find_map(set)
    }

    /// Returns a value without what a paste leaves around it.
    pub(super) fn trimmed(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim)
    }

    /// Returns them as the SDK takes them, for whom `profile` alone gives credentials.
    pub(super) fn for_profile(&self, profile: &str) -> Env {
        let mut kept = self.0.clone();
        kept.retain(|name, _| !GIVING.contains(&name.as_str()));
        kept.insert("AWS_PROFILE".to_owned(), profile.to_owned());
        Self::without_instance(kept)
    }

    /// Returns them as the SDK takes them, for whom they alone give credentials.
    pub(super) fn for_themselves(&self) -> Env {
        Self::without_instance(self.0.clone())
    }

    /// The instance is asked elsewhere, and not for seconds where there is none.
    fn without_instance(mut kept: HashMap<String, String>) -> Env {
        kept.insert("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned());
        Env::from(kept)
    }

    /// Returns whether the instance may be asked.
    pub(super) fn allow_instance(&self) -> bool {
        let is_off = |value: &str| value.trim().eq_ignore_ascii_case("true");
        !self.get("AWS_EC2_METADATA_DISABLED").is_some_and(is_off)
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        let set = variables
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty());
        Self(set.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Variables {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    }

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let variables = of(&[("AWS_REGION", ""), ("AWS_ENDPOINT_URL", " \n"), ("A", "b")]);
        assert_eq!(variables.get("AWS_REGION"), None);
        let env = variables.for_themselves();
        assert!(env.get("AWS_ENDPOINT_URL").is_err());
        assert_eq!(env.get("A").as_deref(), Ok("b"));
    }

    #[test]
    fn a_profile_that_was_named_goes_before_every_variable_that_gives_credentials() {
        let all: Vec<_> = GIVING.iter().map(|name| (*name, "x")).collect();
        let env = of(&all).for_profile("prod");
        for name in GIVING {
            assert!(env.get(name).is_err(), "{name}");
        }
        assert_eq!(env.get("AWS_PROFILE").as_deref(), Ok("prod"));
    }
}
