//! A new manifest: from flags, from answers on a terminal, or an example.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, stdin};

use clap::{Args, ValueEnum};

use super::super::load::checked;
use super::super::{Global, output};
use crate::report::stderr_is_terminal;
use mlship_core::import::Imported;
use mlship_core::progress::ExitCode;
use mlship_core::scaffold::{Registry, Scaffold};
use mlship_manifest::{Diagnostic, ReadOptions, Source, examine};

/// What only a new manifest has.
pub(super) const FLAGS: [&str; 11] = [
    "model",
    "model_version",
    "image",
    "cluster",
    "service",
    "port",
    "cpu",
    "memory",
    "environments",
    "registry",
    "experiment",
];

/// What a new manifest says.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name the model
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Name its version (default: 1)
    #[arg(long, value_name = "VERSION", conflicts_with = "registry")]
    model_version: Option<String>,
    /// Run an image
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Run it in a cluster, that of all environments
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Name the service (default: as the model)
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Say where the model listens (default: 8080)
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Give a task so many CPU units, of which 1024 are a vCPU (default: 1024)
    #[arg(long, value_name = "UNITS")]
    cpu: Option<u32>,
    /// Give a task so much memory (default: 2048)
    #[arg(long, value_name = "MIB")]
    memory: Option<u32>,
    /// Add overlays for environments, each with a service of its own
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    environments: Vec<String>,
    /// Take versions from a model registry
    #[arg(long, value_enum, value_name = "REGISTRY")]
    registry: Option<RegistryFlag>,
    /// Write the manifest of an A/B test between two releases
    #[arg(long)]
    experiment: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RegistryFlag {
    Mlflow,
    Sagemaker,
}

/// Returns a new manifest, or says what is wrong with what was given.
pub(super) fn manifest(new: &New, global: &Global) -> Result<Imported, ExitCode> {
    if let Some(name) = new.named_twice() {
        let message = format!("--environments names {name} twice");
        return Err(output::usage_with_hint(&message, None, global));
    }
    let is_asked = stdin().is_terminal() && stderr_is_terminal();
    let mut ask = |question: &str| {
        output::complain(question);
        answer(&mut stdin().lock())
    };
    let ask: Option<Ask<'_>> = if is_asked { Some(&mut ask) } else { None };
    let scaffold = new.scaffold(ask).map_err(|missing| {
        let flags = missing.join(", ");
        let hint = "without any of these flags an example is written";
        output::usage_with_hint(&format!("a new manifest needs {flags}"), Some(hint), global)
    })?;
    let (text, environments) = if new.experiment {
        (scaffold.experiment(), &[][..])
    } else {
        (scaffold.manifest(), &new.environments[..])
    };
    match mistake(&text, environments) {
        None => Ok(Imported {
            manifest: text,
            notes: Vec::new(),
            variables: BTreeMap::new(),
        }),
        Some(error) => {
            let hint = error.help.as_deref();
            Err(output::usage_with_hint(&error.message, hint, global))
        }
    }
}

/// Asks somebody; nothing comes back where the answers have ended.
type Ask<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

fn answer(from: &mut dyn BufRead) -> Option<String> {
    let mut line = String::new();
    let read = from.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_owned())
}

/// Returns what a rule has against a manifest: of what was given, since nothing else is in it.
fn mistake(text: &str, environments: &[String]) -> Option<Diagnostic> {
    let environments = environments.iter().map(|name| Some(&**name));
    let mut all = [None].into_iter().chain(environments);
    all.find_map(|environment| {
        let options = ReadOptions {
            environment,
            variables: &|_: &str| None,
        };
        let examined = checked(examine(Source::new("the new manifest", text), &options));
        examined.findings.into_iter().find(Diagnostic::is_error)
    })
}

impl New {
    /// Returns what is known, or the flags of what is missing.
    fn scaffold(&self, mut ask: Option<Ask<'_>>) -> Result<Scaffold, Vec<&'static str>> {
        let mut model = self.model.clone();
        let mut image = self.image.clone();
        let mut cluster = self.cluster.clone();
        let needed = [
            (
                &mut model,
                "--model",
                "Which model? Its name, such as fraud-scorer:",
            ),
            (
                &mut image,
                "--image",
                "Which image? A repository with a tag or a digest:",
            ),
            (&mut cluster, "--cluster", "In which ECS cluster?"),
        ];
        let of_experiment = if self.experiment { 1 } else { needed.len() };
        let is_example = ask.is_none() && self.says_nothing();
        let mut missing = Vec::new();
        for (value, flag, question) in needed.into_iter().take(of_experiment) {
            if value.is_none()
                && let Some(ask) = &mut ask
            {
                *value = ask(question).filter(|answer| !answer.is_empty());
            }
            if value.is_none() && !is_example {
                missing.push(flag);
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let example = Scaffold::default();
        Ok(Scaffold {
            model: model.unwrap_or(example.model),
            version: self.model_version.clone().unwrap_or(example.version),
            image: image.unwrap_or(example.image),
            cluster,
            service: self.service.clone(),
            port: self.port.unwrap_or(example.port),
            cpu: self.cpu.unwrap_or(example.cpu),
            memory: self.memory.unwrap_or(example.memory),
            environments: self.environments.clone(),
            registry: self.registry.map(|registry| match registry {
                RegistryFlag::Mlflow => Registry::Mlflow,
                RegistryFlag::Sagemaker => Registry::Sagemaker,
            }),
        })
    }

    fn named_twice(&self) -> Option<&String> {
        let mut names = self.environments.iter().enumerate();
        let found = names.find(|(index, name)| self.environments[..*index].contains(name));
        found.map(|(_, name)| name)
    }

    /// Says whether no flag tells of a release; what kind of example it is, flags may tell.
    fn says_nothing(&self) -> bool {
        let texts = [&self.model, &self.image, &self.cluster, &self.service];
        texts.iter().all(|text| text.is_none())
            && self.model_version.is_none()
            && self.port.is_none()
            && self.cpu.is_none()
            && self.memory.is_none()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        new: New,
    }

    fn new(flags: &[&str]) -> New {
        Command::try_parse_from([&["init"], flags].concat())
            .unwrap()
            .new
    }

    #[test]
    fn without_a_word_it_is_an_example() {
        for flags in [
            &[][..],
            &["--environments", "staging,production"],
            &["--experiment"],
        ] {
            let scaffold = new(flags).scaffold(None).unwrap();
            assert_eq!(scaffold.model, "fraud-scorer");
            assert!(mistake(&scaffold.manifest(), &scaffold.environments).is_none());
        }
    }

    #[test]
    fn what_is_missing_is_named_by_its_flags() {
        let missing = new(&["--model", "churn"]).scaffold(None).unwrap_err();
        assert_eq!(missing, ["--image", "--cluster"]);
        assert!(
            new(&["--model", "churn", "--experiment"])
                .scaffold(None)
                .is_ok()
        );
    }

    #[test]
    fn what_no_flag_says_is_asked() {
        let mut answers = vec!["ml", "churn:7"];
        let mut asked = Vec::new();
        let mut ask = |question: &str| {
            asked.push(question.to_owned());
            answers.pop().map(str::to_owned)
        };
        let scaffold = new(&["--model", "churn"]).scaffold(Some(&mut ask)).unwrap();
        assert_eq!(
            (scaffold.image.as_str(), scaffold.cluster.as_deref()),
            ("churn:7", Some("ml"))
        );
        assert_eq!(asked.len(), 2);
        let nobody = new(&[]).scaffold(Some(&mut |_| None)).unwrap_err();
        assert_eq!(nobody, ["--model", "--image", "--cluster"]);
    }

    #[test]
    fn an_environment_is_named_once() {
        let twice = new(&["--environments", "a,b,a"]);
        assert_eq!(twice.named_twice().map(String::as_str), Some("a"));
        assert_eq!(new(&["--environments", "a,b"]).named_twice(), None);
    }

    #[test]
    fn a_flag_that_breaks_a_rule_is_a_mistake() {
        let flags = ["--model", "my model", "--image", "m:1", "--cluster", "ml"];
        let scaffold = new(&flags).scaffold(None).unwrap();
        assert!(mistake(&scaffold.manifest(), &scaffold.environments).is_some());
        let named = new(&[
            "--environments",
            "a b",
            "--model",
            "m",
            "--image",
            "m:1",
            "--cluster",
            "ml",
        ]);
        let scaffold = named.scaffold(None).unwrap();
        assert!(mistake(&scaffold.manifest(), &scaffold.environments).is_some());
        let sized = Scaffold {
            memory: 1,
            ..Scaffold::default()
        };
        assert!(mistake(&sized.manifest(), &[]).is_some());
    }
}
