//! Decides where credentials come from: one place, settled before anybody is asked. Whoever it
//! names and who then gives none is not followed by another, who may be another account.

use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;
use aws_runtime::env_config::section::Profile;

use super::Variables;
use super::profiles::{NamedBy, Profiles, set};
use super::refusal::refused;
use mlship_core::cloud::CloudError;

/// Where credentials come from.
#[derive(Debug)]
pub(super) enum Source {
    /// Keys in the environment.
    Keys(Credentials),
    /// The profile that was chosen.
    Profile(Base),
    /// A token in a file that the environment names.
    WebIdentity,
    /// Whoever runs this container.
    Container,
    /// The instance.
    Instance,
    /// Nobody says anything of them.
    Nowhere,
}

/// Who gives the credentials with which the roles of a profile are taken on.
#[derive(Debug)]
pub(super) enum Base {
    /// Single sign-on, by the SDK, roles included.
    Sso,
    /// A session of `aws login`, by the SDK, roles included.
    Login,
    /// A token in a file, by the SDK, roles included.
    WebIdentity,
    /// Somebody else, then the roles, from the first one taken on.
    Own(Giver, Vec<Role>),
}

/// Who gives credentials of a profile without the SDK's own reading of it.
#[derive(Debug)]
pub(super) enum Giver {
    /// Keys.
    Keys(Credentials),
    /// A command that prints them.
    Process(String),
    /// Whoever runs this container.
    Container,
    /// The instance.
    Instance,
}

/// A role to take on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
}

impl Source {
    /// Decides.
    ///
    /// # Errors
    /// Where what was named is half there: a key id without its secret, a token file that can't be
    /// read, a source profile that is nowhere.
    pub(super) fn of(variables: &Variables, profiles: &Profiles) -> Result<Self, CloudError> {
        if profiles.named_by != NamedBy::Flag
            && let Some(keys) = keys_of(variables)?
        {
            return Ok(Self::Keys(keys));
        }
        if let Some(base) = Walk::new(variables, profiles).base()? {
            return Ok(Self::Profile(base));
        }
        if profiles.named_by == NamedBy::Flag {
            let name = &profiles.name;
            return Err(refused(
                format!(
                    "the profile {name} says nothing of credentials in {}",
                    profiles.places()
                ),
                &format!("log in with aws login --profile {name}, or name another profile"),
            ));
        }
        if let Some(file) = variables.trimmed("AWS_WEB_IDENTITY_TOKEN_FILE") {
            readable("AWS_WEB_IDENTITY_TOKEN_FILE", Path::new(file))?;
            if variables.get("AWS_ROLE_ARN").is_none() {
                let name = "AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not";
                return Err(refused(name.to_owned(), "set both, or neither"));
            }
            return Ok(Self::WebIdentity);
        }
        let container = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ];
        Ok(if variables.first(container).is_some() {
            Self::Container
        } else if variables.allow_instance() {
            Self::Instance
        } else {
            Self::Nowhere
        })
    }
}

/// Returns the keys of the environment.
fn keys_of(variables: &Variables) -> Result<Option<Credentials>, CloudError> {
    let get = |name| match variables.get(name) {
        // A request can't be signed with it, or is signed wrong.
        Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => Err(refused(
            format!("{name} holds a blank, a line break or another character that none has"),
            "set it again, without what was pasted around it",
        )),
        value => Ok(value),
    };
    let secret = get("AWS_SECRET_ACCESS_KEY")?.or(get("SECRET_ACCESS_KEY")?);
    let half = |there: &str, missing: &str| {
        let hint = format!("set {missing} as well, or neither: another identity is never used");
        Err(refused(format!("{there} is set, {missing} is not"), &hint))
    };
    match (get("AWS_ACCESS_KEY_ID")?, secret) {
        (Some(id), Some(secret)) => {
            let token = get("AWS_SESSION_TOKEN")?.map(str::to_owned);
            Ok(Some(Credentials::new(
                id,
                secret,
                token,
                None,
                "environment",
            )))
        }
        (Some(_), None) => half("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        (None, Some(_)) => half("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        (None, None) => Ok(None),
    }
}

/// Follows a profile to who gives its credentials, as the SDK does.
struct Walk<'a> {
    variables: &'a Variables,
    profiles: &'a Profiles,
    visited: Vec<&'a str>,
    roles: Vec<Role>,
}

impl<'a> Walk<'a> {
    fn new(variables: &'a Variables, profiles: &'a Profiles) -> Self {
        Self {
            variables,
            profiles,
            visited: Vec::new(),
            roles: Vec::new(),
        }
    }

    /// Returns who gives them; nobody where the chosen profile speaks of none.
    fn base(mut self) -> Result<Option<Base>, CloudError> {
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
            readable(&place, &PathBuf::from(file))?;
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
            "ecscontainer" => Ok(Giver::Container),
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

/// Refuses a token that can't be read, by its file.
fn readable(place: &str, file: &Path) -> Result<(), CloudError> {
    let why = match std::fs::read_to_string(file) {
        Ok(token) if !token.trim().is_empty() => return Ok(()),
        Ok(_) => "it is empty".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(refused(
        format!("{place} {}: {why}", file.display()),
        "see that whoever starts this writes the token there, or unset it",
    ))
}
