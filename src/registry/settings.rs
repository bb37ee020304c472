//! From a manifest and the environment to a registry that can be asked.

use super::http::{Patience, Trust};
use super::mlflow::{Credentials, Mlflow};
use super::{Answer, Registry, RegistryError, RegistryErrorKind};
use crate::manifest::schema::RegistryType;

/// Where a registry is, and how to find out who asks.
pub struct Settings<'a> {
    /// Its kind.
    pub kind: RegistryType,
    /// Its address, where the manifest names one.
    pub uri: Option<&'a str>,
    /// The environment.
    pub variables: &'a dyn Fn(&str) -> Option<String>,
}

/// Prepares a registry; asks nothing of it.
///
/// # Errors
/// Without an address that can be asked, or with settings that cannot be used.
pub fn connect(settings: &Settings<'_>) -> Answer<Box<dyn Registry>> {
    let variable = |name: &str| (settings.variables)(name).filter(|value| !value.is_empty());
    match settings.kind {
        RegistryType::Mlflow => {
            let uri = address(settings.uri, &variable)?;
            let bundles = ["MLFLOW_TRACKING_SERVER_CERT_PATH", "REQUESTS_CA_BUNDLE"];
            let trust = Trust::from_variables(bundles, &variable);
            let credentials = Credentials::from_variables(&variable);
            let server = Mlflow::connect(&uri, credentials, &trust, Patience::default())?;
            Ok(Box::new(server))
        }
    }
}

fn address(written: Option<&str>, variable: &dyn Fn(&str) -> Option<String>) -> Answer<String> {
    let refuse = |message: String, hint: &str| {
        Err(RegistryError::new(RegistryErrorKind::Refused, message).hint(hint))
    };
    let (place, uri) = match (written, variable("MLFLOW_TRACKING_URI")) {
        (Some(uri), _) => ("model.registry.uri", uri.to_owned()),
        (None, Some(uri)) => ("MLFLOW_TRACKING_URI", uri),
        (None, None) => {
            return refuse(
                "no model registry: looked at model.registry.uri and MLFLOW_TRACKING_URI"
                    .to_owned(),
                "write model.registry.uri, or set MLFLOW_TRACKING_URI",
            );
        }
    };
    let after_scheme = ["https://", "http://"]
        .iter()
        .find_map(|scheme| uri.strip_prefix(scheme));
    match after_scheme {
        None => refuse(
            format!("{place} is no address of an MLflow server"),
            "write https://HOST or http://HOST; stores in files and databases, and Databricks, \
             can't be asked from here",
        ),
        Some(rest)
            if rest
                .split(['/', '?'])
                .next()
                .is_some_and(|host| host.contains('@')) =>
        {
            refuse(
                format!("{place} has credentials in it"),
                "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead",
            )
        }
        Some("") => refuse(format!("{place} names no host"), "write https://HOST"),
        Some(_) => Ok(uri),
    }
}
