//! The configuration files, and the one profile in them that a connection is made by.

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::{EnvConfigSections, Profile};
use aws_types::os_shim_internal::Fs;

use super::Variables;
use super::files::Named;
use super::refusal::{no_profile, refused};
use mlship_core::cloud::CloudError;

/// Who named the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// `--profile`: credentials of others don't count.
    Flag,
    /// `AWS_PROFILE`.
    Variable,
    /// Nobody: `default`, if there is one.
    Nobody,
}

/// The configuration files with the profile that was chosen.
#[derive(Debug)]
pub(super) struct Profiles {
    sections: EnvConfigSections,
    pub(super) name: String,
    pub(super) named_by: NamedBy,
    files: [PathBuf; 2],
    /// What the files say, for the SDK, which reads them as well and passes over what it can't.
    texts: [String; 2],
}

const KINDS: [EnvConfigFileKind; 2] = [EnvConfigFileKind::Config, EnvConfigFileKind::Credentials];

impl Profiles {
    /// Reads the files.
    ///
    /// # Errors
    /// For a file or a line that can't be read, and for a profile that is in none of them: the default chain
    /// would go on to whatever comes next, which may be another account.
    pub(super) async fn load(
        flag: Option<&str>,
        variables: &Variables,
    ) -> Result<Self, CloudError> {
        let flag = flag.map(str::trim).filter(|name| !name.is_empty());
        let named = flag.map(|name| (NamedBy::Flag, name));
        let named = named.or_else(|| Some((NamedBy::Variable, variables.trimmed("AWS_PROFILE")?)));
        let (named_by, name) = named.unwrap_or((NamedBy::Nobody, "default"));
        let env = variables.for_profile(name);
        let [config, credentials] = [
            Named::shared(variables, "AWS_CONFIG_FILE", "config"),
            Named::shared(variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        ];
        let texts = [config.text_if_there()?, credentials.text_if_there()?];
        let files = [config.path().to_owned(), credentials.path().to_owned()];
        // By their paths, which errors name, and without reading them twice.
        let read = files.iter().zip(&texts).map(|(path, text)| {
            let path = path.clone().into_os_string();
            (path, text.clone().into_bytes())
        });
        let fs = Fs::from_raw_map(read.collect::<HashMap<_, _>>());
        let named = files.iter().zip(KINDS);
        let both = named.fold(EnvConfigFiles::builder(), |both, (path, kind)| {
            both.with_file(kind, path)
        });
        let loaded = aws_config::profile::load(&fs, &env, &both.build(), None).await;
        let sections = loaded.map_err(|error| {
            let why = error.source().map(ToString::to_string);
            let words = why.unwrap_or_else(|| error.to_string());
            let words: Vec<&str> = words.split_whitespace().collect();
            refused(
                format!("the AWS configuration can't be read: {}", words.join(" ")),
                "mend that line, or move the file away",
            )
        })?;
        let profiles = Self {
            sections,
            name: name.to_owned(),
            named_by,
            files,
            texts,
        };
        if profiles.profile(name).is_none() && named_by != NamedBy::Nobody {
            return Err(no_profile(name, &profiles.places()));
        }
        Ok(profiles)
    }

    /// Returns the files for the SDK, as they were read.
    pub(super) fn as_read(&self) -> EnvConfigFiles {
        let [config, credentials] = KINDS;
        EnvConfigFiles::builder()
            .with_contents(config, self.texts[0].clone())
            .with_contents(credentials, self.texts[1].clone())
            .build()
    }

    /// Returns what the chosen profile says.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        set(self.profile(&self.name)?, key)
    }

    /// Returns a profile.
    pub(super) fn profile(&self, name: &str) -> Option<&Profile> {
        self.sections.get_profile(name)
    }

    /// Returns whether a session of single sign-on is there.
    pub(super) fn has_session(&self, name: &str) -> bool {
        self.sections.sso_session(name).is_some()
    }

    /// Returns the files, for people.
    pub(super) fn places(&self) -> String {
        let [config, credentials] = &self.files;
        format!("{} and {}", config.display(), credentials.display())
    }
}

/// Returns what a profile says, unless it leaves that empty.
pub(super) fn set<'a>(profile: &'a Profile, key: &str) -> Option<&'a str> {
    profile.get(key).filter(|value| !value.trim().is_empty())
}
