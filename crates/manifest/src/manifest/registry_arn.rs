//! Parses the ARNs of MLflow servers hosted by SageMaker.

use super::model_ref::Mistake;
use mlship_text::arn::{Arn, is_account};

/// The ARN of an MLflow that SageMaker hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MlflowArn {
    /// The whole ARN.
    pub arn: String,
    /// The region it answers from.
    pub region: String,
    /// In which of two forms it is hosted.
    pub kind: MlflowKind,
}

/// How SageMaker hosts an MLflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MlflowKind {
    /// As a tracking server.
    TrackingServer,
    /// As an app.
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
            ("mlflow-tracking-server", name) if is_plain(name) => MlflowKind::TrackingServer,
            ("mlflow-app", id) if is_plain(id) => MlflowKind::App,
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
}

fn is_plain(part: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    !part.is_empty() && part.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml";

    #[test]
    fn what_is_no_such_arn_is_refused_with_what_to_write() {
        let message = |text: &str| MlflowArn::parse(text).unwrap_err().message;
        for text in [
            "https://mlflow.example.com",
            "arn:aws:s3:::models",
            "arn:aws:sagemaker:eu-west-1:111122223333",
        ] {
            assert_eq!(message(text), "is no ARN of an MLflow in SageMaker");
        }
        assert_eq!(
            message(&SERVER.replace("aws:", "aws-cn:")),
            "is in a part of AWS where SageMaker hosts no MLflow"
        );
        for text in [
            SERVER.replace("mlflow-tracking-server", "endpoint"),
            SERVER.replace("/ml", ""),
            SERVER.replace("/ml", "/"),
            SERVER.replace("/ml", "/ml/8"),
        ] {
            assert_eq!(message(&text), "names no MLflow in SageMaker");
        }
        for text in [
            SERVER.replace("eu-west-1", ""),
            SERVER.replace("eu-west-1", "example.com/"),
            SERVER.replace("111122223333", "1111"),
        ] {
            assert_eq!(message(&text), "lacks the region or the account");
        }
    }
}
