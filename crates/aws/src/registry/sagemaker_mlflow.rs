//! MLflow hosted by SageMaker: the same API at an address derived from an ARN, with AWS's
//! signature. Checked against the plugin `sagemaker-mlflow` 0.5.0.

use aws_credential_types::Credentials;

use super::Answer;
use super::http::{Client, RetryPolicy, SigV4, Trust};
use super::mlflow::Mlflow;
use mlship_manifest::{MlflowArn, MlflowKind};

/// Returns where it answers.
pub(super) fn endpoint(arn: &MlflowArn) -> String {
    let region = &arn.region;
    match arn.kind {
        MlflowKind::TrackingServer => format!("https://{region}.experiments.sagemaker.aws"),
        MlflowKind::App => format!("https://mlflow.sagemaker.{region}.app.aws"),
    }
}

/// Prepares requests to it.
pub(super) fn connect(
    arn: &MlflowArn,
    endpoint: &str,
    credentials: Credentials,
    trust: &Trust,
    patience: RetryPolicy,
) -> Answer<Mlflow> {
    let (service, header) = match arn.kind {
        MlflowKind::TrackingServer => ("sagemaker-mlflow", "x-mlflow-sm-tracking-server-arn"),
        MlflowKind::App => ("sagemaker", "x-sm-mlflow-app-arn"),
    };
    let signature = SigV4 {
        credentials,
        region: arn.region.clone(),
        service,
        headers: vec![(header, arn.arn.clone())],
    };
    let client = Client::new(trust, endpoint, Box::new(signature), patience)?;
    // People come to its pages by a presigned address, which is another host's.
    Ok(Mlflow::new(client, None))
}

#[cfg(test)]
mod tests;
