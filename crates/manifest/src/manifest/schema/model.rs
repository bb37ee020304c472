//! `model`: what is released, and how its weights reach the container.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// The model that is released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// The model's name, and the name of its container: 1 to 255 letters, digits, hyphens and
    /// underscores.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[a-zA-Z0-9_-]{1,255}$"), example = &"fraud-scorer")]
    pub name: String,
    /// The model's version, as your team writes it. Quoted, since YAML would read 1.10 as 1.1.
    #[schemars(length(min = 1, max = 256), example = &"8", example = &"2026-11-05-a")]
    pub version: Option<String>,
    /// A reference into a model registry, instead of a version: an alias or a version of a
    /// registered model. What it names is looked up when a release is planned, and pinned.
    #[serde(rename = "ref")]
    #[schemars(length(min = 1), example = &"models:/fraud-scorer@champion", example = &"models:/fraud-scorer/8")]
    pub reference: Option<String>,
    /// The registry that `ref` points into; by default MLflow's.
    pub registry: Option<Registry>,
    /// What must hold of the registered version before it is released.
    pub require: Option<Require>,
    /// The registry alias that moves to this version once the release succeeded. A rollback moves
    /// it back, unless somebody moved it elsewhere meanwhile.
    #[schemars(length(min = 1), example = &"production")]
    pub promote_alias: Option<String>,
    /// How the weights reach the container.
    pub artifact: Option<Artifact>,
}

/// A model registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registry {
    /// The kind of registry.
    #[serde(rename = "type")]
    pub kind: RegistryType,
    /// Its address, for `sagemaker-mlflow` its ARN; `MLFLOW_TRACKING_URI` by default. `sagemaker`
    /// has none.
    #[schemars(
        length(min = 1),
        example = &"https://mlflow.example.com",
        example = &"arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml"
    )]
    pub uri: Option<String>,
}

/// The kinds of model registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RegistryType {
    /// An MLflow server. Who asks is told by MLflow's own variables: `MLFLOW_TRACKING_USERNAME`
    /// and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`.
    Mlflow,
    /// MLflow hosted by SageMaker: a tracking server or an MLflow app, by its ARN. Requests are
    /// signed with the AWS credentials of all other calls, for the region of the ARN.
    SagemakerMlflow,
    /// The SageMaker Model Registry of the account and region that mlship works in.
    /// `models:/GROUP@approved` names the newest approved version of a model package group,
    /// `models:/GROUP/3` its version 3. SageMaker keeps metrics in documents of its own in S3:
    /// what gates see are the version's `CustomerMetadataProperties`, all of them as tags and
    /// those that are numbers as metrics. A model's archive arrives as it is, not unpacked. There
    /// are no aliases, and so no `promoteAlias`. It needs the permissions
    /// `sagemaker:ListModelPackages`, `sagemaker:DescribeModelPackage` and, to write down how a
    /// release ended, `sagemaker:UpdateModelPackage`.
    Sagemaker,
}

/// What must hold of a registered model before it is released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Require {
    /// Bounds on the metrics of the model or its run, by metric name.
    #[serde(default)]
    pub metrics: BTreeMap<String, MetricGate>,
    /// Tags that the model version must carry.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Text>")]
    pub tags: BTreeMap<String, String>,
    /// Whether someone must have approved the model version. In MLflow, which knows no approval,
    /// its tag `validation_status` says `approved`; in SageMaker it is the approval status.
    pub approved: Option<bool>,
    /// The greatest age of the model version, in days.
    #[schemars(range(min = 1, max = 36500))]
    pub max_age_days: Option<u32>,
}

/// Bounds on one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricGate {
    /// The least value that is good enough.
    pub min: Option<f64>,
    /// The greatest value that is good enough.
    pub max: Option<f64>,
    /// The release that it must be at least as good as; anything is while nothing serves. Which is
    /// better is told by `better`, else by the one of `min` and `max` that is written.
    pub not_worse_than: Option<Baseline>,
    /// Which values are better.
    pub better: Option<Better>,
}

impl MetricGate {
    /// Returns which values are better; without anything that tells it, the higher.
    #[must_use]
    pub fn direction(&self) -> Better {
        let told = self.better;
        let is_bound = self.max.is_some() && self.min.is_none();
        told.unwrap_or(if is_bound {
            Better::Lower
        } else {
            Better::Higher
        })
    }
}

/// Which values of a metric are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Higher ones.
    Higher,
    /// Lower ones.
    Lower,
}

/// What a metric is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// The version that serves now.
    Current,
}

/// How the weights reach the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Artifact {
    /// Where the weights are in S3: one file, or with a `/` at the end everything below it. They
    /// arrive as they are; archives are not unpacked.
    #[schemars(length(min = 1), example = &"s3://models/fraud/8/model.tar.gz")]
    pub uri: Option<String>,
    /// How they get into the container; `baked` by default.
    pub delivery: Option<Delivery>,
    /// The directory in the container where they appear.
    #[schemars(length(min = 1), example = &"/opt/model")]
    pub mount_path: Option<String>,
    /// The image of the container that downloads the weights, for `s3-init`: one with `sh`,
    /// `sha256sum` and the AWS CLI. By default AWS's own public one.
    #[schemars(length(min = 1), example = &"public.ecr.aws/aws-cli/aws-cli:2.31.9")]
    pub image: Option<String>,
    /// The SHA-256 of the file, in hexadecimal; checked before the model starts.
    #[schemars(length(min = 64, max = 64))]
    pub sha256: Option<String>,
    /// The EFS file system that holds them, for `efs`.
    #[schemars(length(min = 1), example = &"fs-0123456789abcdef0")]
    pub file_system: Option<String>,
    /// The EFS access point to go through, for `efs`.
    #[schemars(length(min = 1), example = &"fsap-0123456789abcdef0")]
    pub access_point: Option<String>,
}

/// Ways for weights to get into a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// They are part of the image.
    Baked,
    /// An init container downloads them from S3 before the model starts. The task role needs
    /// `s3:GetObject`, for a directory `s3:ListBucket` too.
    S3Init,
    /// They are on an EFS file system, mounted read-only. With an access point, the task role
    /// needs `elasticfilesystem:ClientMount`.
    Efs,
}
