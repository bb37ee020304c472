//! `mlship compare`

use std::collections::BTreeMap;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::experiment::{LedgerFlag, not_read, tell_unreadable};
use super::session::Session;
use super::{Format, Global, examples, output};
use crate::report::{comparison_document, comparison_text};
use mlship_core::app::compare::{Compare, CompareError, Compared, RegistryPlace};
use mlship_core::progress::ExitCode;
use mlship_manifest::RecordPlace;
use mlship_manifest::schema::{Better, Registry, RegistryType};

const READ: &str = "Read the training metrics from this model registry: the address of an MLflow \
                    server, the ARN of one in SageMaker, or `sagemaker` for SageMaker's Model \
                    Registry; by default that of MLFLOW_TRACKING_URI, or the MLflow of --record";

const SAGEMAKER: &str = "sagemaker";

/// Compare two versions of a model: the metrics of their training runs beside what each experiment
/// with both said of them in production
///
/// The second version is held against the first. Each experiment stands by itself: they are never
/// added up.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPARE)]
pub(super) struct CompareVersions {
    /// The model, by its name in the registry or its own
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    model: String,
    /// The version that the other one is held against
    #[arg(value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    first: String,
    /// The version whose differences are shown
    #[arg(value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    second: String,
    #[command(flatten)]
    ledger: LedgerFlag,
    #[arg(long, value_name = "REGISTRY", value_parser = registry, help = READ)]
    registry: Option<Registry>,
    /// Say which values of a training metric are better, where its name does not; can be repeated
    #[arg(long, value_name = "METRIC=higher|lower", value_parser = better)]
    better: Vec<(String, Better)>,
}

fn registry(written: &str) -> Result<Registry, String> {
    if written == SAGEMAKER {
        return Ok(Registry {
            kind: RegistryType::Sagemaker,
            uri: None,
        });
    }
    if !["https://", "http://", "arn:", "s3://"]
        .iter()
        .any(|start| written.starts_with(start))
    {
        return Err(format!("it leads to no model registry; {REGISTRIES}"));
    }
    let place = RecordPlace::parse(written);
    let place = place.map_err(|mistake| format!("it {}; {REGISTRIES}", mistake.message))?;
    of_ledger(&place).ok_or_else(|| format!("a bucket is no model registry; {REGISTRIES}"))
}

const REGISTRIES: &str = "write `https://HOST` of an MLflow server, the ARN of one in SageMaker, or \
                          `sagemaker`";

/// Returns the registry that is a ledger, too.
fn of_ledger(place: &RecordPlace) -> Option<Registry> {
    let (kind, uri) = match place {
        RecordPlace::S3 { .. } => return None,
        RecordPlace::Mlflow(uri) => (RegistryType::Mlflow, uri),
        RecordPlace::SagemakerMlflow(arn) => (RegistryType::SagemakerMlflow, arn),
    };
    Some(Registry {
        kind,
        uri: Some(uri.clone()),
    })
}

fn better(written: &str) -> Result<(String, Better), String> {
    let Some((metric, which)) = written
        .rsplit_once('=')
        .filter(|(metric, _)| !metric.is_empty())
    else {
        return Err("write METRIC=higher or METRIC=lower".to_owned());
    };
    let which = match which {
        "higher" => Better::Higher,
        "lower" => Better::Lower,
        _ => return Err("values that are better are higher or lower".to_owned()),
    };
    Ok((metric.to_owned(), which))
}

impl CompareVersions {
    fn compare(&self, of_environment: bool) -> Compare {
        let of_ledger = self.ledger.record.as_ref().and_then(of_ledger);
        let registry = match (&self.registry, of_ledger) {
            (Some(registry), _) => RegistryPlace::At(registry.clone()),
            (None, _) if of_environment => RegistryPlace::OfEnvironment,
            (None, Some(registry)) => RegistryPlace::At(registry),
            (None, None) => RegistryPlace::Nowhere,
        };
        Compare {
            model: self.model.clone(),
            versions: [self.first.clone(), self.second.clone()],
            ledgers: self.ledger.search(),
            registry,
            better: self.better.iter().cloned().collect::<BTreeMap<_, _>>(),
        }
    }
}

pub(super) async fn run(command: &CompareVersions, global: &Global) -> ExitCode {
    if command.first == command.second {
        let message = format!("version {} is the same as itself", command.first);
        return output::usage_with_hint(&message, Some("name two versions"), global);
    }
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let compare = command.compare(command.ledger.search().of_environment);
    match compare.run(&*session.cloud).await {
        Ok(compared) => show(&compared, global),
        Err(CompareError::Ledger(error)) => not_read(&error, global),
        Err(CompareError::Registry(error)) => output::registry_error(&error, global),
        Err(CompareError::UnknownVersions {
            versions,
            is_registry_known,
        }) => unknown(command, &versions, is_registry_known, global),
    }
}

fn unknown(
    command: &CompareVersions,
    versions: &[String],
    is_registry_known: bool,
    global: &Global,
) -> ExitCode {
    let versions = versions.join(" and ");
    let model = &command.model;
    if is_registry_known {
        let message = format!(
            "neither the model registry nor a record of an experiment knows version {versions} of \
             {model}"
        );
        let hint = format!("mlship history --model {model} shows the versions that were released");
        return output::obstacle(&message, &hint, global);
    }
    let message = format!(
        "no record of an experiment knows version {versions} of {model}, and no model registry is \
         known: looked at --registry, MLFLOW_TRACKING_URI and --record"
    );
    output::obstacle(&message, "name the registry with --registry", global)
}

fn show(compared: &Compared, global: &Global) -> ExitCode {
    match global.format() {
        Format::Json => output::document(&comparison_document(compared)),
        Format::Human => {
            output::page(&comparison_text(compared, &global.palette()));
            tell_unreadable(&compared.unreadable);
            ExitCode::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parsed(arguments: &[&str]) -> Result<CompareVersions, String> {
        let all = [&["mlship", "compare", "fraud", "7", "8"], arguments].concat();
        match Cli::try_parse_from(all)
            .map_err(|error| error.to_string())?
            .command
        {
            Command::Compare(command) => Ok(command),
            other => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn the_registry_is_the_one_that_is_named_first() {
        let place = |arguments: &[&str], of_environment| {
            parsed(arguments).unwrap().compare(of_environment).registry
        };
        let at = |kind, uri: Option<&str>| {
            RegistryPlace::At(Registry {
                kind,
                uri: uri.map(str::to_owned),
            })
        };
        let mlflow = |uri| at(RegistryType::Mlflow, Some(uri));
        let arn = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-app/ml";
        assert_eq!(place(&[], false), RegistryPlace::Nowhere);
        assert_eq!(place(&[], true), RegistryPlace::OfEnvironment);
        assert_eq!(
            place(&["--record", "s3://ml-ledger"], false),
            RegistryPlace::Nowhere
        );
        let record = ["--record", "https://b"];
        assert_eq!(place(&record, false), mlflow("https://b"));
        assert_eq!(place(&record, true), RegistryPlace::OfEnvironment);
        let both = ["--registry", "https://a", "--record", "https://b"];
        assert_eq!(place(&both, true), mlflow("https://a"));
        let hosted = at(RegistryType::SagemakerMlflow, Some(arn));
        assert_eq!(place(&["--registry", arn], true), hosted);
        let own = at(RegistryType::Sagemaker, None);
        assert_eq!(place(&["--registry", "sagemaker"], true), own);
    }

    #[test]
    fn what_is_no_registry_or_no_direction_is_refused() {
        for (arguments, words) in [
            (
                ["--registry", "s3://ml-ledger"],
                "a bucket is no model registry",
            ),
            (["--registry", "mlflow"], "leads to no model registry"),
            (["--better", "auc"], "write METRIC=higher"),
            (["--better", "=lower"], "write METRIC=higher"),
            (["--better", "auc=up"], "higher or lower"),
        ] {
            let error = parsed(&arguments).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
        let better = parsed(&["--better", "a=b=lower"]).unwrap().better;
        assert_eq!(better, [("a=b".to_owned(), Better::Lower)]);
    }
}
