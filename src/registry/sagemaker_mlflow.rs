//! MLflow as SageMaker hosts it: the same API at an address that an ARN leads to, with AWS's
//! signature. Checked against the plugin `sagemaker-mlflow` 0.5.0.

use aws_credential_types::Credentials;

use super::http::{Client, Patience, SigV4, Trust};
use super::mlflow::Mlflow;
use super::{Answer, Mistake};
use crate::text::arn::{Arn, is_account};

/// The ARN of an MLflow that SageMaker hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MlflowArn {
    arn: String,
    region: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    TrackingServer,
    App,
}

const FORMS: &str = "write `arn:aws:sagemaker:REGION:ACCOUNT:mlflow-tracking-server/NAME` or \
                     `arn:aws:sagemaker:REGION:ACCOUNT:mlflow-app/ID`";

impl MlflowArn {
    /// Reads an ARN.
    ///
    /// # Errors
    /// Where it is none, or of something else.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mistake = |message, help: &str| {
            Err(Mistake {
                message,
                help: help.to_owned(),
            })
        };
        let arn = Arn::parse(text).filter(|arn| arn.service == "sagemaker");
        let Some(arn) = arn else {
            return mistake("is no ARN of an MLflow in SageMaker", FORMS);
        };
        if !["aws", "aws-us-gov"].contains(&arn.partition) {
            let help = "name one in `aws` or `aws-us-gov`";
            return mistake("is in a part of AWS where SageMaker hosts no MLflow", help);
        }
        let kind = match (arn.kind(), arn.path()) {
            ("mlflow-tracking-server", name) if is_plain(name) => Kind::TrackingServer,
            ("mlflow-app", id) if is_plain(id) => Kind::App,
            _ => return mistake("names no MLflow in SageMaker", FORMS),
        };
        if !is_plain(arn.region) || !is_account(arn.account) {
            return mistake("lacks the region or the account", FORMS);
        }
        Ok(Self {
            arn: text.to_owned(),
            region: arn.region.to_owned(),
            kind,
        })
    }

    /// Returns where it answers.
    pub(super) fn endpoint(&self) -> String {
        let region = &self.region;
        match self.kind {
            Kind::TrackingServer => format!("https://{region}.experiments.sagemaker.aws"),
            Kind::App => format!("https://mlflow.sagemaker.{region}.app.aws"),
        }
    }

    /// Prepares requests to it.
    pub(super) fn connect(
        &self,
        endpoint: &str,
        credentials: Credentials,
        trust: &Trust,
        patience: Patience,
    ) -> Answer<Mlflow> {
        let (service, header) = match self.kind {
            Kind::TrackingServer => ("sagemaker-mlflow", "x-mlflow-sm-tracking-server-arn"),
            Kind::App => ("sagemaker", "x-sm-mlflow-app-arn"),
        };
        let signature = SigV4 {
            credentials,
            region: self.region.clone(),
            service,
            headers: vec![(header, self.arn.clone())],
        };
        let client = Client::new(trust, endpoint, Box::new(signature), patience)?;
        // People come to its pages by a presigned address, which is another host's.
        Ok(Mlflow::new(client, None))
    }
}

fn is_plain(part: &str) -> bool {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '-';
    !part.is_empty() && part.chars().all(is_plain)
}

#[cfg(test)]
mod tests;
