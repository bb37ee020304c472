//! Decides where credentials come from: one place, settled before anybody is asked. Whoever it
//! names and who then gives none is not followed by another, who may be another account.

use aws_credential_types::Credentials;

use super::Variables;
use super::files::Named;
use super::profiles::{NamedBy, Profiles};
use super::refusal::refused;
use super::walk::Walk;
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
            Named::token("AWS_WEB_IDENTITY_TOKEN_FILE", file).holds_token()?;
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
            token_of_container(variables)?;
            Self::Container
        } else if variables.allow_instance() {
            Self::Instance
        } else {
            Self::Nowhere
        })
    }
}

/// Refuses a token for whoever runs this container that can't be sent to it.
pub(super) fn token_of_container(variables: &Variables) -> Result<(), CloudError> {
    let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    let Some(file) = variables.get(name) else {
        return Ok(());
    };
    let file = Named::token(name, file);
    file.holds_token()?;
    // The SDK sends it as it is, and calls one that does not fit an invalid header.
    if file.text()?.chars().any(char::is_control) {
        return Err(file.refuse("it holds a line break or another character that no token has"));
    }
    Ok(())
}

/// Returns the keys of the environment.
pub(super) fn keys_of(variables: &Variables) -> Result<Option<Credentials>, CloudError> {
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
