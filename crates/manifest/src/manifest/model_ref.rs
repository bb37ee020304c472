//! References into a model registry: `models:/NAME@ALIAS` and `models:/NAME/VERSION`.

use std::fmt;

/// What a manifest's `model.ref` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The registered model.
    pub name: String,
    /// Which of its versions.
    pub selector: Selector,
}

/// How a reference chooses a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The version that an alias names when it is asked.
    Alias(String),
    /// This version.
    Version(String),
}

/// Why a text is no reference, with the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: &'static str,
    /// What to write.
    pub help: String,
}

/// What the newest approved version is called in a reference to SageMaker's Model Registry.
pub const APPROVED: &str = "approved";

const FORMS: &str = "write `models:/NAME@ALIAS` or `models:/NAME/VERSION`";

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// Where the text names no version, or one that may be another by the time it is deployed.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mistake = |message, help: &str| Mistake {
            message,
            help: help.to_owned(),
        };
        let rest = text
            .strip_prefix("models:/")
            .ok_or_else(|| mistake("must begin with `models:/`", FORMS))?;
        if rest.starts_with('/') {
            return Err(mistake("has one slash too many after `models:`", FORMS));
        }
        if rest.starts_with("m-") && !rest.contains(['/', '@']) {
            let help = "register the model, then name its version or an alias of it";
            return Err(mistake("names a logged model, which has no version", help));
        }
        if let Some((name, version)) = rest.split_once('/') {
            return by_version(name, version);
        }
        let (name, alias) = rest
            .rsplit_once('@')
            .ok_or_else(|| mistake("names no version", FORMS))?;
        let is_plain =
            |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
        if name.is_empty() || alias.is_empty() || !alias.chars().all(is_plain) {
            let help = "an alias has letters, digits, `_` and `-`";
            return Err(mistake("is no name with an alias", help));
        }
        if alias.eq_ignore_ascii_case("latest") {
            return Err(newest(name));
        }
        Ok(Self {
            name: name.to_owned(),
            selector: Selector::Alias(alias.to_owned()),
        })
    }

    /// Returns the reference to one version.
    #[must_use]
    pub fn to_version(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            selector: Selector::Version(version.to_owned()),
        }
    }
}

fn by_version(name: &str, version: &str) -> Result<Reference, Mistake> {
    let is_number =
        !version.is_empty() && version.chars().all(|character| character.is_ascii_digit());
    if !name.is_empty() && !name.contains('@') && is_number {
        return Ok(Reference::to_version(name, version));
    }
    if name.is_empty() || version.is_empty() || version.contains(['/', '@']) {
        return Err(Mistake {
            message: "names no version",
            help: FORMS.to_owned(),
        });
    }
    if version.eq_ignore_ascii_case("latest") {
        return Err(newest(name));
    }
    Err(Mistake {
        message: "names a stage, and stages are gone from MLflow",
        help: format!("give the version an alias: `models:/{name}@{version}`"),
    })
}

/// The newest version is the one that nobody has looked at yet.
fn newest(name: &str) -> Mistake {
    Mistake {
        message: "names whatever was registered last",
        help: format!("give the version an alias: `models:/{name}@challenger`"),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.selector {
            Selector::Alias(alias) => write!(f, "models:/{name}@{alias}"),
            Selector::Version(version) => write!(f, "models:/{name}/{version}"),
        }
    }
}

/// Checks that a reference can name something in SageMaker's Model Registry.
///
/// # Errors
/// Where it names an alias that nobody can have given, or no group.
pub fn check_for_sagemaker(reference: &Reference) -> Result<(), Mistake> {
    let is_in_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let name = &reference.name;
    if name.len() > 63
        || name.starts_with('-')
        || name.ends_with('-')
        || !name.chars().all(is_in_name)
    {
        return Err(Mistake {
            message: "names no model package group",
            help: "a group's name has up to 63 letters, digits and hyphens".to_owned(),
        });
    }
    match &reference.selector {
        Selector::Alias(alias) if alias != APPROVED => Err(Mistake {
            message: "names an alias, and SageMaker's Model Registry has none but `approved`",
            help: format!(
                "write `models:/{name}@{APPROVED}` for the newest approved version, or \
                 `models:/{name}/VERSION`"
            ),
        }),
        Selector::Alias(_) | Selector::Version(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_names_an_alias_or_a_version() {
        for text in [
            "models:/fraud@champion",
            "models:/fraud/8",
            "models:/ml.prod.fraud scorer@blue-2",
            "models:/team@home@champion",
        ] {
            assert_eq!(Reference::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_fixed_version_is_refused_with_what_to_write() {
        let message = |text: &str| Reference::parse(text).unwrap_err().message;
        assert_eq!(message("fraud@champion"), "must begin with `models:/`");
        assert_eq!(
            message("models://fraud/8"),
            "has one slash too many after `models:`"
        );
        assert_eq!(message("models:/fraud"), "names no version");
        assert_eq!(message("models:/fraud/"), "names no version");
        assert_eq!(message("models:/fraud@"), "is no name with an alias");
        assert_eq!(message("models:/@champion"), "is no name with an alias");
        assert_eq!(
            message("models:/m-0123abcd"),
            "names a logged model, which has no version"
        );
        assert_eq!(
            message("models:/fraud@latest"),
            "names whatever was registered last"
        );
        let latest = Reference::parse("models:/fraud/latest").unwrap_err();
        assert_eq!(latest.message, "names whatever was registered last");
        assert!(latest.help.contains("`models:/fraud@challenger`"));
        let stage = Reference::parse("models:/fraud/Production").unwrap_err();
        assert!(stage.help.contains("`models:/fraud@Production`"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_read_is_written_as_it_was(text in "models:/[a-z@/0-9.-]{0,12}|.{0,20}") {
            if let Ok(reference) = Reference::parse(&text) {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
