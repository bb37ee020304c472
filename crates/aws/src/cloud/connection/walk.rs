//! Follows the chosen profile to who gives its credentials: the roles on the way, and what is wrong
//! with any of it.

use aws_credential_types::Credentials;
use aws_runtime::env_config::section::Profile;

use super::Variables;
use super::files::Named;
use super::profiles::{Profiles, set};
use super::refusal::refused;
use super::source::{Base, Giver, Role, keys_of, token_of_container};
use mlship_core::cloud::CloudError;

/// Follows a profile to who gives its credentials, as the SDK does.
pub(super) struct Walk<'a> {
    variables: &'a Variables,
    profiles: &'a Profiles,
    visited: Vec<&'a str>,
    roles: Vec<Role>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(variables: &'a Variables, profiles: &'a Profiles) -> Self {
        Self {
            variables,
            profiles,
            visited: Vec::new(),
            roles: Vec::new(),
        }
    }

    /// Returns who gives them; nobody where the chosen profile speaks of none.
    pub(super) fn base(mut self) -> Result<Option<Base>, CloudError> {
        let mut name: &str = &self.profiles.name;
        loop {
            let Some(profile) = self.profiles.profile(name) else {
                let Some(by) = self.visited.last() else {
                    return Ok(None);
                };
                let places = self.profiles.places();
                return Err(refused(
                    format!(
                        "the profile {by} names the source profile {name}, which is not in {places}"
                    ),
                    &format!("mend source_profile of {by}, or name another profile"),
                ));
            };
            if self.visited.contains(&name) {
                let round = self.visited.join(", ");
                return Err(self.mend(name, &format!("leads round in a circle: {round}, {name}")));
            }
            let is_first = self.visited.is_empty();
            self.visited.push(name);
            if !is_first && let Some(keys) = self.keys(profile)? {
                return Ok(Some(self.own(Giver::Keys(keys))));
            }
            let role = role(profile).filter(|_| set(profile, TOKEN_FILE).is_none());
            let Some(role) = role else {
                let base = self.giver(profile)?;
                if base.is_none() && !is_first {
                    return Err(self.mend(name, "says nothing of credentials"));
                }
                return Ok(base);
            };
            self.roles.insert(0, role);
            match (
                set(profile, "source_profile"),
                set(profile, "credential_source"),
            ) {
                (Some(_), Some(_)) => {
                    let what = "has both source_profile and credential_source";
                    return Err(self.mend(name, what));
                }
                (None, None) => {
                    let what = "has role_arn without source_profile or credential_source";
                    return Err(self.mend(name, what));
                }
                (None, Some(source)) => {
                    let giver = self.named(name, source)?;
                    return Ok(Some(self.own(giver)));
                }
                (Some(source), None) if source == name => {
                    let Some(keys) = self.keys(profile)? else {
                        return Err(self.mend(name, "is its own source_profile, without keys"));
                    };
                    return Ok(Some(self.own(Giver::Keys(keys))));
                }
                (Some(source), None) => name = source,
            }
        }
    }

    fn own(&mut self, giver: Giver) -> Base {
        Base::Own(giver, std::mem::take(&mut self.roles))
    }

    /// Returns who gives the credentials of a profile that takes on no role.
    fn giver(&mut self, profile: &'a Profile) -> Result<Option<Base>, CloudError> {
        let name = self.visited.last().copied().unwrap_or_default();
        if let Some(source) = set(profile, "credential_source") {
            let giver = self.named(name, source)?;
            return Ok(Some(self.own(giver)));
        }
        if let Some(file) = set(profile, TOKEN_FILE) {
            if set(profile, "role_arn").is_none() {
                return Err(self.mend(name, "has web_identity_token_file without role_arn"));
            }
            let place = format!("{TOKEN_FILE} of the profile {name}");
            Named::token(&place, file).holds_token()?;
            return Ok(Some(Base::WebIdentity));
        }
        if SSO.iter().any(|key| set(profile, key).is_some()) {
            if let Some(session) = set(profile, "sso_session")
                && !self.profiles.has_session(session)
            {
                return Err(self.mend(
                    name,
                    &format!("names the sso-session {session}, which is nowhere"),
                ));
            }
            return Ok(Some(Base::Sso));
        }
        if set(profile, "login_session").is_some() {
            return Ok(Some(Base::Login));
        }
        if let Some(command) = set(profile, "credential_process") {
            return Ok(Some(self.own(Giver::Process(command.to_owned()))));
        }
        let keys = self.keys(profile)?;
        Ok(keys.map(|keys| self.own(Giver::Keys(keys))))
    }

    fn named(&self, profile: &str, source: &str) -> Result<Giver, CloudError> {
        match &*source.to_ascii_lowercase() {
            "environment" => keys_of(self.variables)?.map(Giver::Keys).ok_or_else(|| {
                let what = "takes its credentials from the environment, where AWS_ACCESS_KEY_ID is \
                            not set";
                self.mend(profile, what)
            }),
            "ecscontainer" => {
                token_of_container(self.variables)?;
                Ok(Giver::Container)
            }
            "ec2instancemetadata" => Ok(Giver::Instance),
            _ => Err(self.mend(
                profile,
                &format!("has credential_source {source}, which is none"),
            )),
        }
    }

    fn keys(&self, profile: &Profile) -> Result<Option<Credentials>, CloudError> {
        let get = |key| set(profile, key).map(str::trim);
        let (id, secret) = (get("aws_access_key_id"), get("aws_secret_access_key"));
        match (id, secret) {
            (Some(id), Some(secret)) => {
                let token = get("aws_session_token").map(str::to_owned);
                Ok(Some(Credentials::new(id, secret, token, None, "profile")))
            }
            (None, None) => Ok(None),
            (there, _) => {
                let keys = ["aws_access_key_id", "aws_secret_access_key"];
                let [there, missing] = match there {
                    Some(_) => keys,
                    None => [keys[1], keys[0]],
                };
                Err(self.mend(profile.name(), &format!("has {there} without {missing}")))
            }
        }
    }

    fn mend(&self, profile: &str, what: &str) -> CloudError {
        let places = self.profiles.places();
        refused(
            format!("the profile {profile} {what}"),
            &format!("mend it in {places}, or name another with --profile"),
        )
    }
}

const TOKEN_FILE: &str = "web_identity_token_file";
const SSO: [&str; 5] = [
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
];

fn role(profile: &Profile) -> Option<Role> {
    let text = |key| set(profile, key).map(str::to_owned);
    Some(Role {
        arn: text("role_arn")?,
        external_id: text("external_id"),
        session_name: text("role_session_name"),
    })
}
