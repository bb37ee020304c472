//! Chooses and connects a registry from the manifest and the environment.

use aws_credential_types::Credentials;

use super::http::{RetryPolicy, Trust};
use super::mlflow::{self, Mlflow};
use super::sagemaker::{self, Sagemaker};
use super::sagemaker_mlflow;
use super::{Answer, Registries, Registry, RegistryError, RegistryErrorKind};
use crate::cloud::AwsCloud;
use mlship_manifest::MlflowArn;
use mlship_manifest::schema::{self, RegistryType};
use mlship_text::arn::is_meant_as_arn;

impl Registries for AwsCloud {
    /// Fails without an address that can be asked, with settings that cannot be used, or without
    /// the credentials that the registry takes.
    async fn connect(&self, written: Option<&schema::Registry>) -> Answer<Box<dyn Registry>> {
        let settings = Settings {
            uri: written.and_then(|registry| registry.uri.as_deref()),
            variables: &|name| std::env::var(name).ok(),
            cloud: self,
        };
        match written.map_or_else(|| settings.kind(), |registry| registry.kind) {
            RegistryType::Mlflow => Ok(Box::new(settings.mlflow()?)),
            RegistryType::SagemakerMlflow => Ok(Box::new(settings.sagemaker_mlflow().await?)),
            RegistryType::Sagemaker => Ok(Box::new(settings.sagemaker().await?)),
        }
    }
}

impl AwsCloud {
    /// Prepares the MLflow that is a registry, or that of the environment; none where it is another
    /// one.
    pub(in crate::registry) async fn mlflow(
        &self,
        registry: Option<&schema::Registry>,
    ) -> Answer<Option<Mlflow>> {
        let settings = Settings {
            uri: registry.and_then(|registry| registry.uri.as_deref()),
            variables: &|name| std::env::var(name).ok(),
            cloud: self,
        };
        Ok(
            match registry.map_or_else(|| settings.kind(), |registry| registry.kind) {
                RegistryType::Mlflow => Some(settings.mlflow()?),
                RegistryType::SagemakerMlflow => Some(settings.sagemaker_mlflow().await?),
                RegistryType::Sagemaker => None,
            },
        )
    }
}

/// Where the registry is that nobody wrote down.
const TRACKING: &str = "MLFLOW_TRACKING_URI";

/// Where a registry is, and how to find out who asks.
struct Settings<'a> {
    /// Its address, where the manifest names one.
    uri: Option<&'a str>,
    /// The environment.
    variables: &'a dyn Fn(&str) -> Option<String>,
    /// AWS, for a registry that is part of it.
    cloud: &'a AwsCloud,
}

impl Settings<'_> {
    fn mlflow(&self) -> Answer<Mlflow> {
        let variable = |name: &str| self.variable(name);
        let (place, uri) = self.uri()?;
        is_server(place, &uri)?;
        let bundles = ["MLFLOW_TRACKING_SERVER_CERT_PATH", "REQUESTS_CA_BUNDLE"];
        let trust = Trust::from_variables(bundles, &variable);
        let credentials = mlflow::Credentials::from_variables(&variable);
        if !matches!(credentials, mlflow::Credentials::Nobody) {
            self.cloud.warn_in_the_clear(place, &uri);
        }
        Mlflow::connect(&uri, credentials, &trust, RetryPolicy::default())
    }

    async fn sagemaker_mlflow(&self) -> Answer<Mlflow> {
        let variable = |name: &str| self.variable(name);
        let (place, uri) = self.uri()?;
        let arn = arn(place, &uri)?;
        let place = "SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT";
        let endpoint = match self.variable(place) {
            None => sagemaker_mlflow::endpoint(&arn),
            Some(endpoint) => {
                is_server(place, &endpoint)?;
                self.cloud.warn_in_the_clear(place, &endpoint);
                endpoint
            }
        };
        let bundles = [
            "MLFLOW_TRACKING_SERVER_CERT_PATH",
            "REQUESTS_CA_BUNDLE",
            "AWS_CA_BUNDLE",
        ];
        let trust = Trust::from_variables(bundles, &variable);
        let credentials = self.credentials().await?;
        sagemaker_mlflow::connect(&arn, &endpoint, credentials, &trust, RetryPolicy::default())
    }

    async fn sagemaker(&self) -> Answer<Sagemaker> {
        let region = self.cloud.region();
        let endpoint = self.cloud.sagemaker_endpoint();
        let endpoint = endpoint.map_or_else(|| sagemaker::endpoint(region), str::to_owned);
        let trust = Trust::from_variables(["AWS_CA_BUNDLE"], &|name| self.variable(name));
        let credentials = self.credentials().await?;
        Sagemaker::connect(
            &endpoint,
            region,
            credentials,
            &trust,
            RetryPolicy::default(),
        )
    }

    /// Returns of which kind the registry is that nobody wrote down.
    fn kind(&self) -> RegistryType {
        kind_of(self.variable(TRACKING).as_deref())
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name).filter(|value| !value.is_empty())
    }

    /// Returns the address, and where it is written.
    fn uri(&self) -> Answer<(&'static str, String)> {
        if let Some(uri) = self.uri {
            return Ok(("model.registry.uri", uri.to_owned()));
        }
        let uri = self.variable(TRACKING);
        uri.map(|uri| (TRACKING, uri)).ok_or_else(|| {
            let message = "no model registry: looked at model.registry.uri and MLFLOW_TRACKING_URI";
            RegistryError::new(RegistryErrorKind::Refused, message)
                .hint("write model.registry.uri, or set MLFLOW_TRACKING_URI")
        })
    }

    async fn credentials(&self) -> Answer<Credentials> {
        let credentials = self.cloud.credentials().await;
        credentials.map_err(|error| RegistryError {
            kind: RegistryErrorKind::Refused,
            message: error.to_string(),
            hint: error.hint,
        })
    }
}

/// Returns of which kind the registry is that is at an address: for MLflow's own client, too, an
/// ARN stands for an MLflow in SageMaker.
fn kind_of(address: Option<&str>) -> RegistryType {
    match address {
        Some(address) if is_meant_as_arn(address) => RegistryType::SagemakerMlflow,
        Some(_) | None => RegistryType::Mlflow,
    }
}

/// Reads the ARN of an MLflow in SageMaker.
fn arn(place: &str, written: &str) -> Answer<MlflowArn> {
    MlflowArn::parse(written).map_err(|mistake| {
        let message = format!("{place} {}", mistake.message);
        RegistryError::new(RegistryErrorKind::Refused, message).hint(mistake.help)
    })
}

/// Refuses what is no address of a server.
fn is_server(place: &str, uri: &str) -> Answer<()> {
    let refuse = |message: String, hint: &str| {
        Err(RegistryError::new(RegistryErrorKind::Refused, message).hint(hint))
    };
    let after_scheme = ["https://", "http://"]
        .iter()
        .find_map(|scheme| uri.strip_prefix(scheme));
    match after_scheme {
        None if is_meant_as_arn(uri) => refuse(
            format!("{place} is an ARN, and no address of an MLflow server"),
            "write type: sagemaker-mlflow in model.registry",
        ),
        None => refuse(
            format!("{place} is no address of an MLflow server"),
            "write https://HOST or http://HOST; stores in files and databases, and Databricks, \
             can't be asked from here",
        ),
        // A password may hold a slash.
        Some(rest) if rest.contains('@') => refuse(
            format!("{place} has credentials in it"),
            "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead; the @ of a path is \
             %40",
        ),
        Some(rest) if rest.contains(['?', '#']) => refuse(
            format!("{place} has a query in it, which no request could keep"),
            "write https://HOST/PATH alone; who asks is told by MLFLOW_TRACKING_TOKEN",
        ),
        Some("") => refuse(format!("{place} names no host"), "write https://HOST"),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_nothing_that_nobody_should_read() {
        for uri in [
            "https://mlflow.example.com",
            "http://[::1]:5000/team/mlflow/",
        ] {
            assert_eq!(is_server("URI", uri), Ok(()));
        }
        for (uri, words) in [
            ("https://me:hunter2@mlflow.example.com", "credentials"),
            ("https://me:hun/ter2@mlflow.example.com", "credentials"),
            ("https://me:hun#ter2@mlflow.example.com", "credentials"),
            ("https://mlflow.example.com/?key=hunter2", "a query"),
            ("https://mlflow.example.com#hunter2", "a query"),
            ("sqlite:///hunter2.db", "no address"),
            ("https://", "no host"),
        ] {
            let error = is_server("URI", uri).unwrap_err();
            assert!(error.message.contains(words), "{uri}: {error}");
            assert!(!error.message.contains("ter2"), "{error}");
        }
    }

    #[test]
    fn an_arn_in_the_environment_is_an_mlflow_in_sagemaker_and_a_broken_one_is_named() {
        let server = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml";
        assert_eq!(kind_of(Some(server)), RegistryType::SagemakerMlflow);
        assert_eq!(arn(TRACKING, server).unwrap().region, "eu-west-1");
        for address in [None, Some("https://mlflow.example.com")] {
            assert_eq!(kind_of(address), RegistryType::Mlflow);
        }
        let broken = "arn:aws:sagemaker:eu-west-1:111122223333:ml";
        assert_eq!(kind_of(Some(broken)), RegistryType::SagemakerMlflow);
        let error = arn(TRACKING, broken).unwrap_err();
        assert_eq!(
            error.message,
            "MLFLOW_TRACKING_URI names no MLflow in SageMaker"
        );
        assert!(error.hint.unwrap().contains("mlflow-tracking-server/NAME"));
        // Where the manifest says that it is a server, an ARN is none.
        let error = is_server(TRACKING, server).unwrap_err();
        assert!(error.message.contains("is an ARN"), "{error}");
        assert!(error.hint.unwrap().contains("sagemaker-mlflow"));
    }
}
