//! Puts a file beside a run: through MLflow, or into S3, by where MLflow keeps them.

use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::super::super::http::{Client, PLAIN};
use super::super::objects::Objects;

const IN_PATH: &AsciiSet = &PLAIN.remove(b'/');

/// Where the files of a run are.
pub(super) struct Artifact<'a> {
    pub(super) client: &'a Client,
    pub(super) objects: &'a Objects,
    pub(super) location: &'a str,
}

impl Artifact<'_> {
    /// Puts a file there, in place of one of its name, or says why not.
    pub(super) async fn put(
        &self,
        name: &str,
        text: &str,
        kind: &'static str,
    ) -> Result<(), String> {
        let location = self.location.trim_end_matches('/');
        if let Some(rest) = location.strip_prefix("mlflow-artifacts:") {
            let path = utf8_percent_encode(within(rest), IN_PATH);
            let path = format!("/api/2.0/mlflow-artifacts/artifacts/{path}/{name}");
            let reply = self.client.put(&path, text.as_bytes(), kind).await;
            return match reply.map_err(|error| error.to_string())?.status {
                200..=299 => Ok(()),
                status => Err(format!("MLflow takes no artifact (HTTP {status})")),
            };
        }
        if let Some((bucket, key)) = location
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'))
        {
            let key = format!("{key}/{name}");
            let put = self.objects.put(bucket, &key, text.as_bytes(), kind).await;
            return put.map_err(|error| match &error.hint {
                Some(hint) => format!("{error}; {hint}"),
                None => error.to_string(),
            });
        }
        let scheme = location.split(':').next().unwrap_or_default();
        Err(format!(
            "MLflow keeps its artifacts where only it can write ({scheme}:)"
        ))
    }
}

/// Returns the path of `mlflow-artifacts:/PATH` or `mlflow-artifacts://HOST/PATH`.
fn within(rest: &str) -> &str {
    match rest.strip_prefix("//") {
        Some(hosted) => hosted.split_once('/').map_or("", |(_, path)| path),
        None => rest.trim_start_matches('/'),
    }
}
