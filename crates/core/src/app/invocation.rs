//! Builds the commands that hints suggest, quoted so that they can be pasted into a shell.

use crate::release::ids::ServiceId;

/// The flags that say where to look, as mlship was called with them.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    /// The overlay.
    pub environment: Option<String>,
    /// The files of variables.
    pub variable_files: Vec<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The region that a service has to be asked in, where only its manifest leads there.
    pub region_of_service: Option<String>,
    /// The AWS profiles.
    pub profiles: Vec<String>,
    /// Where requests go instead of to AWS.
    pub endpoint_url: Option<String>,
}

/// How a command was told whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// By the manifest that was read here.
    Manifest(String),
    /// By the service itself.
    Service(ServiceId),
}

impl Address {
    /// Returns the words of a command line that say so.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Manifest(manifest) => path(manifest),
            Self::Service(service) => format!("--service {}", quoted(&service.path())),
        }
    }
}

impl Invocation {
    /// Returns a command for the service of a manifest, as it can be pasted.
    #[must_use]
    pub fn command_line(&self, name: &str, manifest: &str) -> String {
        self.command_for(name, &Address::Manifest(manifest.to_owned()))
    }

    /// Returns a command for the same service, as it can be pasted.
    #[must_use]
    pub fn command_for(&self, name: &str, address: &Address) -> String {
        let flag = self.region.as_ref();
        let (environment, files, region) = match address {
            Address::Manifest(_) => (self.environment.as_ref(), &self.variable_files[..], flag),
            // Only a manifest has overlays and variables, and says a region.
            Address::Service(_) => (None, &[][..], flag.or(self.region_of_service.as_ref())),
        };
        let mut words = vec!["mlship".to_owned(), name.to_owned(), address.words()];
        let environment = environment.map(|it| ("--env", it)).into_iter();
        let files = files.iter().map(|it| ("--vars", it));
        let region = region.map(|it| ("--region", it));
        let profiles = self.profiles.iter().map(|it| ("--profile", it));
        let endpoint = self.endpoint_url.as_ref().map(|it| ("--endpoint-url", it));
        let where_to = region.into_iter().chain(profiles).chain(endpoint);
        for (flag, value) in environment.chain(files).chain(where_to) {
            // As a word of its own such a value would be taken for a flag.
            if value.starts_with('-') {
                words.push(quoted(&format!("{flag}={value}")));
            } else {
                words.extend([flag.to_owned(), quoted(value)]);
            }
        }
        words.join(" ")
    }
}

/// Returns a command of these words, as it can be pasted.
#[must_use]
pub fn pasted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

fn path(manifest: &str) -> String {
    match manifest {
        "<stdin>" => "-".to_owned(),
        // Else it would be taken for a flag.
        path if path.starts_with('-') => quoted(&format!("./{path}")),
        path => quoted(path),
    }
}

/// Quotes a word for a POSIX shell, where it needs that.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=+,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Address, Invocation};
    use crate::release::ids::{ClusterName, ServiceId, ServiceName};

    /// Checks what is written, and that a shell reads it as it was meant.
    fn check(manifest: &str, invocation: &Invocation, expected: &str, words: &[&str]) {
        let line = invocation.command_line("watch", manifest);
        assert_eq!(line, expected);
        let show = format!("mlship() {{ printf '%s\\n' \"$@\"; }}\n{line}");
        let shell = Command::new("sh").args(["-c", &show]).output().unwrap();
        let read = String::from_utf8(shell.stdout).unwrap();
        assert_eq!(read.lines().collect::<Vec<_>>(), words);
    }

    #[test]
    fn a_plain_path_stands_as_it_is() {
        let expected = "mlship watch manifests/fraud-scorer.yaml";
        let words = ["watch", "manifests/fraud-scorer.yaml"];
        let plain = Invocation::default();
        check("manifests/fraud-scorer.yaml", &plain, expected, &words);
        check("<stdin>", &plain, "mlship watch -", &["watch", "-"]);
    }

    #[test]
    fn what_says_where_to_look_comes_along() {
        let url = "http://127.0.0.1:4566/?a&b";
        let given = Invocation {
            environment: Some("staging".to_owned()),
            region: Some("eu-west-1".to_owned()),
            profiles: vec!["ops team".to_owned()],
            endpoint_url: Some(url.to_owned()),
            ..Invocation::default()
        };
        check(
            "a.yaml",
            &given,
            "mlship watch a.yaml --env staging --region eu-west-1 --profile 'ops team' \
             --endpoint-url 'http://127.0.0.1:4566/?a&b'",
            &[
                "watch",
                "a.yaml",
                "--env",
                "staging",
                "--region",
                "eu-west-1",
                "--profile",
                "ops team",
                "--endpoint-url",
                url,
            ],
        );
    }

    #[test]
    fn a_service_that_was_named_itself_is_named_again() {
        let given = Invocation {
            environment: Some("staging".to_owned()),
            region: Some("eu-west-1".to_owned()),
            ..Invocation::default()
        };
        let service = ServiceId {
            cluster: ClusterName::new("ml-prod"),
            name: ServiceName::new("fraud"),
            place: None,
        };
        assert_eq!(
            given.command_for("watch", &Address::Service(service)),
            "mlship watch --service ml-prod/fraud --region eu-west-1"
        );
    }

    #[test]
    fn a_service_is_looked_for_in_the_region_that_its_manifest_led_to() {
        let given = Invocation {
            region_of_service: Some("us-east-1".to_owned()),
            profiles: vec!["prod".to_owned()],
            ..Invocation::default()
        };
        let service = ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new("fraud"),
            place: None,
        };
        let expected = "mlship watch --service ml/fraud --region us-east-1 --profile prod";
        assert_eq!(
            given.command_for("watch", &Address::Service(service)),
            expected
        );
        let manifest = given.command_line("watch", "a.yaml");
        assert_eq!(manifest, "mlship watch a.yaml --profile prod");
    }

    #[test]
    fn no_character_of_a_path_means_something_to_the_shell() {
        let quoted = |path: &str, written: &str| {
            let expected = format!("mlship watch {written}");
            check(path, &Invocation::default(), &expected, &["watch", path]);
        };
        quoted("my models/fraud.yaml", "'my models/fraud.yaml'");
        quoted("it's.yaml", r"'it'\''s.yaml'");
        quoted("'", r"''\'''");
        quoted("$(touch x)`id`.yaml", "'$(touch x)`id`.yaml'");
        quoted("~/*?[a]{b}!#;|&<>\\\".yaml", "'~/*?[a]{b}!#;|&<>\\\".yaml'");
        quoted("modèle.yaml", "'modèle.yaml'");
    }

    #[test]
    fn nothing_is_taken_for_a_flag() {
        let words = ["watch", "./-e.yaml", "--profile=-ops"];
        let expected = "mlship watch ./-e.yaml --profile=-ops";
        let given = Invocation {
            profiles: vec!["-ops".to_owned()],
            ..Invocation::default()
        };
        check("-e.yaml", &given, expected, &words);
    }
}
