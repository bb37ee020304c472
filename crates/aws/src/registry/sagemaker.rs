//! SageMaker's Model Registry: groups of model packages. Checked against the service model of
//! 2017-07-24 in botocore 1.44.
//!
//! It has no aliases; the newest approved version is found as one. Nor do versions of a group take
//! tags: their properties (`CustomerMetadataProperties`) are both tags and metrics here, since the
//! metrics themselves are documents in S3 that no format is prescribed for.

use std::collections::BTreeMap;

use aws_credential_types::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::http::{Client, RetryPolicy, SigV4, Trust, aws_code, error_message, words};
use super::{
    Answer, Pending, RegisteredVersion, Registry, RegistryError, RegistryErrorKind, ReleaseTag,
};
use crate::cloud::domain::domain;
use crate::cloud::{CREDENTIALS_HINT, kind_of};
use mlship_core::cloud::ErrorKind;
use mlship_core::registry::truncated;
use mlship_manifest::{APPROVED, Reference, Selector, check_for_sagemaker};
use mlship_text::digest::digest;

/// The longest name of a property.
const LONGEST_KEY: usize = 128;

/// The Model Registry of an account in a region.
pub(super) struct Sagemaker {
    client: Client,
}

/// Returns where SageMaker answers.
pub(super) fn endpoint(region: &str) -> String {
    format!("https://api.sagemaker.{region}.{}", domain(region))
}

impl Sagemaker {
    pub(super) fn connect(
        endpoint: &str,
        region: &str,
        credentials: Credentials,
        trust: &Trust,
        patience: RetryPolicy,
    ) -> Answer<Self> {
        let signature = SigV4 {
            credentials,
            region: region.to_owned(),
            service: "sagemaker",
            headers: Vec::new(),
        };
        let client = Client::new(trust, endpoint, Box::new(signature), patience)?;
        Ok(Self { client })
    }

    async fn call(&self, operation: &'static str, body: &Value) -> Answer<Value> {
        let target = format!("SageMaker.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", &*target),
        ];
        let exchange = self.client.post_with("/", &headers, body).await?;
        if exchange.status == 200 {
            return Ok(exchange.body);
        }
        Err(refusal(operation, exchange.status, &exchange.body))
    }

    /// Returns the newest version of a group that meets a condition, as lists tell of it.
    async fn newest(
        &self,
        group: &str,
        approval: Option<&str>,
        is_it: impl Fn(&Value) -> bool,
    ) -> Answer<Option<Value>> {
        let mut request = json!({
            "ModelPackageGroupName": group,
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 100,
        });
        if let Some(approval) = approval {
            request["ModelApprovalStatus"] = json!(approval);
        }
        loop {
            let mut answer = self.call("ListModelPackages", &request).await?;
            if let Value::Array(packages) = answer["ModelPackageSummaryList"].take()
                && let Some(found) = packages.into_iter().find(&is_it)
            {
                return Ok(Some(found));
            }
            // A page may be empty and not the last.
            let next = answer["NextToken"].take();
            if next.is_null() || next == request["NextToken"] {
                return Ok(None);
            }
            request["NextToken"] = next;
        }
    }

    /// Returns the ARN of a version. It is looked up and not put together: only SageMaker knows its
    /// partition, account and spelling. A release mostly names one of the newest, on the first
    /// page.
    async fn arn(&self, group: &str, version: &str) -> Answer<String> {
        let number: Option<u64> = version.parse().ok();
        let is_it =
            |package: &Value| number.is_some() && package["ModelPackageVersion"].as_u64() == number;
        let found = self.newest(group, None, is_it).await?;
        let found = found
            .as_ref()
            .and_then(|package| package["ModelPackageArn"].as_str());
        found.map(str::to_owned).ok_or_else(|| {
            let message = format!("model package group {group} has no version {version}");
            RegistryError::new(RegistryErrorKind::Missing, message)
                .hint(format!("see which it has with aws sagemaker list-model-packages --model-package-group-name {group}"))
        })
    }

    async fn found(&self, reference: &Reference) -> Answer<RegisteredVersion> {
        check_for_sagemaker(reference).map_err(|mistake| {
            let message = format!("{reference} {}", mistake.message);
            RegistryError::new(RegistryErrorKind::Missing, message).hint(mistake.help)
        })?;
        let group = &reference.name;
        let arn = match &reference.selector {
            Selector::Version(version) => self.arn(group, version).await?,
            Selector::Alias(_) => {
                let newest = self.newest(group, Some("Approved"), |_| true).await?;
                let arn = newest
                    .as_ref()
                    .and_then(|package| package["ModelPackageArn"].as_str());
                arn.map(str::to_owned).ok_or_else(|| {
                    let message = format!("model package group {group} has no approved version");
                    RegistryError::new(RegistryErrorKind::Missing, message)
                        .hint("approve one in SageMaker, or name a version")
                })?
            }
        };
        let package = self.describe(&arn).await?;
        self.check(&package, reference)?;
        self.described(&package)
    }

    /// Takes nothing for the version that was asked for but that.
    fn check(&self, package: &Value, reference: &Reference) -> Answer<()> {
        let version = package["ModelPackageVersion"].as_u64();
        let is_asked_for = match &reference.selector {
            Selector::Alias(_) => version.is_some(),
            Selector::Version(asked) => asked.parse().ok() == version,
        };
        if is_asked_for && package["ModelPackageGroupName"] == *reference.name {
            return Ok(());
        }
        let base = self.client.base();
        let message = format!("SageMaker at {base} answers for another version than {reference}");
        Err(RegistryError::new(RegistryErrorKind::NotARegistry, message)
            .hint("check what answers at that address"))
    }

    async fn describe(&self, arn: &str) -> Answer<Value> {
        // Everything but the model card, which may need a key that nobody here has.
        let request = json!({"ModelPackageName": arn, "IncludedData": "MetadataOnly"});
        self.call("DescribeModelPackage", &request).await
    }

    fn described(&self, package: &Value) -> Answer<RegisteredVersion> {
        let text = |value: &Value| {
            let text = value.as_str().filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let (Some(name), Some(version)) = (
            text(&package["ModelPackageGroupName"]),
            package["ModelPackageVersion"].as_u64(),
        ) else {
            let message = format!("SageMaker at {} names no version", self.client.base());
            return Err(RegistryError::new(RegistryErrorKind::NotARegistry, message));
        };
        let tags = properties(package);
        let metrics = tags.iter().filter_map(|(name, value)| {
            let value: f64 = value.trim().parse().ok()?;
            Some((name.clone(), value))
        });
        let status = package["ModelPackageStatus"].as_str().unwrap_or("unknown");
        let origin = &package["MetadataProperties"];
        Ok(RegisteredVersion {
            name,
            version: version.to_string(),
            run_id: text(&origin["GeneratedBy"]),
            git_sha: text(&origin["CommitId"]),
            metrics: metrics.collect(),
            tags,
            artifact_uri: artifact(package),
            // Of a job that made it nobody asks when it ran.
            trained: None,
            created: package["CreationTime"].as_f64().and_then(at),
            approved: package["ModelApprovalStatus"] == "Approved",
            unusable: (status != "Completed")
                .then(|| format!("its status is {}", truncated(status))),
            // Its page is in a Studio domain, and which one is not known here.
            page: None,
        })
    }

    /// Writes a property. The others are sent with it: that an update keeps them is not promised.
    async fn set_property(&self, group: &str, version: &str, key: &str, value: &str) -> Answer<()> {
        let arn = self.arn(group, version).await?;
        let mut all = properties(&self.describe(&arn).await?);
        all.insert(key.to_owned(), value.to_owned());
        let request = json!({"ModelPackageArn": arn, "CustomerMetadataProperties": all});
        self.call("UpdateModelPackage", &request).await.map(|_| ())
    }
}

impl Registry for Sagemaker {
    fn find<'a>(&'a self, reference: &'a Reference) -> Pending<'a, RegisteredVersion> {
        Box::pin(self.found(reference))
    }

    fn aliased<'a>(&'a self, name: &'a str, alias: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            if alias != APPROVED {
                return Ok(None);
            }
            let newest = self.newest(name, Some("Approved"), |_| true).await?;
            let number = newest.and_then(|package| package["ModelPackageVersion"].as_u64());
            Ok(number.map(|number| number.to_string()))
        })
    }

    fn set_alias<'a>(&'a self, _: &'a str, _: &'a str, _: &'a str) -> Pending<'a, ()> {
        Box::pin(async {
            let message = "SageMaker's Model Registry has no aliases to set";
            Err(RegistryError::new(RegistryErrorKind::Refused, message)
                .hint("remove model.promoteAlias"))
        })
    }

    fn set_trace<'a>(
        &'a self,
        name: &'a str,
        version: &'a str,
        key: &'a str,
        trace: &'a ReleaseTag<'a>,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            let key = shortened(key);
            self.set_property(name, version, &key, &trace.line()).await
        })
    }
}

/// Returns what SageMaker's no means.
fn refusal(operation: &'static str, status: u16, body: &Value) -> RegistryError {
    let Some(code) = aws_code(body) else {
        let message = format!("{operation}: no answer of SageMaker (HTTP {status})");
        return RegistryError::new(RegistryErrorKind::NotARegistry, message)
            .hint("check --endpoint-url and AWS_ENDPOINT_URL_SAGEMAKER");
    };
    let words = words(body);
    let message = format!("{operation}: {code}{}", error_message(body));
    // What is not there is invalid in SageMaker's terms.
    let is_missing = code.starts_with("ResourceNotFound")
        || (code == "ValidationException" && words.contains("does not exist"));
    if is_missing {
        return RegistryError::new(RegistryErrorKind::Missing, message)
            .hint("check the group's name, the region and the account");
    }
    match kind_of(code, words, status) {
        ErrorKind::Credentials => {
            RegistryError::new(RegistryErrorKind::Refused, message).hint(CREDENTIALS_HINT)
        }
        ErrorKind::Denied => RegistryError::new(RegistryErrorKind::Refused, message)
            .hint(format!("allow sagemaker:{operation} to the caller")),
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Lost | ErrorKind::Unreadable => {
            RegistryError::new(RegistryErrorKind::Unreachable, message)
        }
        ErrorKind::Setting
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere => RegistryError::new(RegistryErrorKind::Refused, message),
    }
}

fn properties(package: &Value) -> BTreeMap<String, String> {
    let all = package["CustomerMetadataProperties"].as_object();
    let all = all.into_iter().flatten();
    all.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Returns where the model is, unless several containers have one: then none of them is the model.
fn artifact(package: &Value) -> Option<String> {
    let containers = package["InferenceSpecification"]["Containers"].as_array()?;
    let mut found = containers.iter().filter_map(|container| {
        let archive = container["ModelDataUrl"].as_str();
        let source = &container["ModelDataSource"]["S3DataSource"]["S3Uri"];
        archive.or(source.as_str()).filter(|uri| !uri.is_empty())
    });
    let only = found.next()?;
    found.next().is_none().then(|| only.to_owned())
}

/// Reads a time in seconds since 1970.
fn at(seconds: f64) -> Option<Timestamp> {
    let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(duration).ok()
}

/// Keeps names apart that are too long.
fn shortened(key: &str) -> String {
    if key.chars().count() <= LONGEST_KEY {
        return key.to_owned();
    }
    let digest = digest(&json!(key));
    let digest = &digest[..16];
    let start: String = key.chars().take(LONGEST_KEY - digest.len() - 1).collect();
    format!("{start}-{digest}")
}

#[cfg(test)]
mod tests;
