//! Addresses of ledgers: where the records of experiments are kept.

use std::fmt;

use super::model_ref::Mistake;
use super::registry_arn::MlflowArn;

/// Where the records of experiments are kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordPlace {
    /// As objects in a bucket.
    S3 {
        /// The bucket.
        bucket: String,
        /// What their keys begin with: empty, or with a `/` at its end.
        prefix: String,
    },
    /// As runs in an `MLflow` server, by its address.
    Mlflow(String),
    /// As runs in an `MLflow` that `SageMaker` hosts, by its ARN.
    SagemakerMlflow(String),
}

const FORMS: &str = "write `s3://BUCKET/PREFIX/`, `https://HOST` of an MLflow server, or the ARN of \
                     one in SageMaker";

/// The longest address: what starts an experiment puts it down in a tag.
const LONGEST: usize = 256;

impl RecordPlace {
    /// Reads an address.
    ///
    /// # Errors
    /// Where it leads to no ledger, or holds what nobody should read.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mistake = |message, help: &str| {
            Err(Mistake {
                message,
                help: help.to_owned(),
            })
        };
        if text.chars().count() > LONGEST {
            return mistake("has more than 256 characters", FORMS);
        }
        if let Some(rest) = text.strip_prefix("s3://") {
            return s3(rest);
        }
        if text.starts_with("arn:") {
            return Ok(Self::SagemakerMlflow(MlflowArn::parse(text)?.arn));
        }
        let host = ["https://", "http://"];
        let host = host.iter().find_map(|scheme| text.strip_prefix(scheme));
        match host {
            None => mistake("leads to no ledger", FORMS),
            Some(rest) if rest.contains('@') => mistake(
                "has credentials in it",
                "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD where mlship runs; the \
                 @ of a path is %40",
            ),
            Some(rest) if rest.contains(['?', '#']) => mistake(
                "has a query in it, which no request could keep",
                "write `https://HOST/PATH` alone",
            ),
            Some(rest) if rest.starts_with('/') || rest.is_empty() => {
                mistake("names no host", FORMS)
            }
            Some(_) => Ok(Self::Mlflow(text.to_owned())),
        }
    }
}

fn s3(rest: &str) -> Result<RecordPlace, Mistake> {
    let mistake = |message| {
        Err(Mistake {
            message,
            help: FORMS.to_owned(),
        })
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let in_bucket = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || ".-".contains(character)
    };
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(in_bucket) {
        return mistake("names no bucket");
    }
    // What an URL or a tag does not take as it is would be another key on the way.
    let in_key = |character: char| character.is_ascii_alphanumeric() || "-_./=".contains(character);
    let parts = prefix.trim_end_matches('/');
    let is_odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if !prefix.chars().all(in_key) || (!parts.is_empty() && parts.split('/').any(is_odd)) {
        return mistake("has a prefix that is not made of letters, digits and `-_.=`");
    }
    Ok(RecordPlace::S3 {
        bucket: bucket.to_owned(),
        prefix: if parts.is_empty() {
            String::new()
        } else {
            format!("{parts}/")
        },
    })
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Mlflow(address) | Self::SagemakerMlflow(address) => f.write_str(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_one_ledger() {
        let s3 = |bucket: &str, prefix: &str| RecordPlace::S3 {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        for (text, place) in [
            ("s3://ml-ledger", s3("ml-ledger", "")),
            ("s3://ml-ledger/", s3("ml-ledger", "")),
            ("s3://ml-ledger/a/b", s3("ml-ledger", "a/b/")),
            ("s3://ml-ledger/a/b//", s3("ml-ledger", "a/b/")),
            (
                "https://mlflow.example.com/team",
                RecordPlace::Mlflow("https://mlflow.example.com/team".to_owned()),
            ),
        ] {
            let read = RecordPlace::parse(text).unwrap();
            assert_eq!(read, place, "{text}");
            assert_eq!(RecordPlace::parse(&read.to_string()).unwrap(), read);
        }
        let arn = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-app/ml";
        let read = RecordPlace::parse(arn).unwrap();
        assert_eq!(read, RecordPlace::SagemakerMlflow(arn.to_owned()));
    }

    #[test]
    fn what_leads_to_none_is_refused_with_what_to_write() {
        for (text, message) in [
            ("", "leads to no ledger"),
            ("ledger", "leads to no ledger"),
            ("file:///tmp/x", "leads to no ledger"),
            ("s3:///x", "names no bucket"),
            ("s3://Bucket/x", "names no bucket"),
            (
                "s3://ml-ledger/a b",
                "has a prefix that is not made of letters, digits and `-_.=`",
            ),
            (
                "s3://ml-ledger/../x",
                "has a prefix that is not made of letters, digits and `-_.=`",
            ),
            ("https://me:hunter2@mlflow", "has credentials in it"),
            (
                "https://mlflow/?key=x",
                "has a query in it, which no request could keep",
            ),
            ("https:///x", "names no host"),
            ("arn:aws:s3:::models", "is no ARN of an MLflow in SageMaker"),
        ] {
            assert_eq!(RecordPlace::parse(text).unwrap_err().message, message);
        }
        let long = format!("s3://ml-ledger/{}", "a".repeat(300));
        let mistake = RecordPlace::parse(&long).unwrap_err();
        assert_eq!(mistake.message, "has more than 256 characters");
    }
}
