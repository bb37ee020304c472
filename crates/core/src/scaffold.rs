//! Writes a manifest to start from: every usual field, with what it is for beside it.

use std::fmt::Write as _;

use serde_json::json;

use mlship_text::yaml;

/// What is known of a release that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
    /// The image.
    pub image: String,
    /// The cluster, of all environments where it is known; an example names one for each.
    pub cluster: Option<String>,
    /// The service; the model's name by default.
    pub service: Option<String>,
    /// The port that the model listens on.
    pub port: u16,
    /// CPU units of the task.
    pub cpu: u32,
    /// Memory of the task, in MiB.
    pub memory: u32,
    /// The environments that get an overlay.
    pub environments: Vec<String>,
    /// The registry that versions come from.
    pub registry: Option<Registry>,
}

/// A registry that a manifest can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// An MLflow server.
    Mlflow,
    /// The SageMaker Model Registry.
    Sagemaker,
}

impl Default for Scaffold {
    fn default() -> Self {
        Self {
            model: "fraud-scorer".to_owned(),
            version: "1".to_owned(),
            image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud-scorer:1".to_owned(),
            cluster: None,
            service: None,
            port: 8080,
            cpu: 1024,
            memory: 2048,
            environments: Vec::new(),
            registry: None,
        }
    }
}

impl Scaffold {
    /// Returns the manifest of the release.
    #[must_use]
    pub fn manifest(&self) -> String {
        let service = self.service.as_ref().unwrap_or(&self.model);
        let mut text = format!(
            "# yaml-language-server: $schema=./mlship.schema.json\n\
             # The line above is for editors: `mlship schema > mlship.schema.json` writes what it names.\n\
             #   mlship validate FILE     what is wrong, without AWS\n\
             #   mlship diff FILE         what a deploy would change\n\
             #   mlship deploy FILE       the deploy, and its verdict\n\
             apiVersion: mlship/v1\n\
             kind: ModelRelease\n{}\
             # With a tag that is never moved, or better by its digest.\n\
             image: {}\n\
             service:\n  cluster: {}\n  name: {}\n  desired: 2\n",
            self.model_section(),
            scalar(&self.image),
            scalar(self.cluster.as_deref().unwrap_or("ml-prod")),
            scalar(service),
        );
        let _ = write!(
            text,
            "runtime:\n\
             \x20 compute: fargate           # or ec2, managed-instances, capacityProviders\n\
             \x20 cpu: {}                  # ECS CPU units: 1024 is one vCPU\n\
             \x20 memory: {}               # MiB\n\
             \x20 port: {}\n\
             \x20 # env: {{ LOG_LEVEL: info }}\n\
             \x20 # secrets: {{ DB_URL: /fraud/db-url }}    # from Secrets Manager or Parameter Store\n\
             \x20 roles: {{ execution: ecsTaskExecutionRole }}    # pulls the image; task: what the model may do\n\
             \x20 logs: {{ group: {} }}\n",
            self.cpu,
            self.memory,
            self.port,
            scalar(&format!("/ml/{}", self.model)),
        );
        text.push_str(
            "# Needed to create the service; a service that is there keeps its own.\n\
             network:\n\
             \x20 subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]\n\
             \x20 securityGroups: [sg-0123456789abcdef0]\n",
        );
        let _ = write!(
            text,
            "health:\n\
             \x20 container:\n\
             \x20   command: [CMD-SHELL, \"wget -qO- http://127.0.0.1:{}/health\"]\n\
             \x20   startPeriod: 60          # seconds in which the model loads\n\
             # traffic:\n\
             #   targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/…\n\
             rollout:\n\
             \x20 circuitBreaker: true       # ECS goes back to the release before when this one fails\n\
             # autoscaling: {{ min: 2, max: 10, targetCpuPercent: 60 }}\n\
             # tags: {{ team: risk }}\n",
            self.port,
        );
        text.push_str(&self.overlays(service));
        text
    }

    /// Returns the environments. No two are one service: each has another name in the cluster that
    /// was named, or a cluster of its own in an example.
    fn overlays(&self, service: &str) -> String {
        if self.environments.is_empty() {
            return String::new();
        }
        let mut text = "# mlship deploy FILE -e NAME\nenvironments:\n".to_owned();
        for name in &self.environments {
            let apart = match &self.cluster {
                Some(_) => format!("name: {}", scalar(&format!("{service}-{name}"))),
                None => format!("cluster: {}", scalar(&format!("ml-{name}"))),
            };
            let _ = write!(
                text,
                "  {}:\n    service: {{ {apart}, desired: 1 }}\n",
                scalar(name)
            );
        }
        text
    }

    fn model_section(&self) -> String {
        let name = scalar(&self.model);
        match self.registry {
            None => format!(
                "model:\n  name: {name}\n  version: {}\n",
                json!(self.version)
            ),
            Some(Registry::Mlflow) => format!(
                "model:\n  name: {name}\n\
                 \x20 # Looked up when a release is planned, and pinned. The server is MLFLOW_TRACKING_URI's.\n\
                 \x20 ref: {}\n\
                 \x20 registry: {{ type: mlflow }}\n\
                 \x20 # require: {{ metrics: {{ auc: {{ min: 0.9, notWorseThan: current }} }} }}\n\
                 \x20 # promoteAlias: production   # moves once the release succeeded\n",
                scalar(&format!("models:/{}@champion", self.model))
            ),
            Some(Registry::Sagemaker) => format!(
                "model:\n  name: {name}\n\
                 \x20 # The newest approved version of the model package group, pinned when planned.\n\
                 \x20 ref: {}\n\
                 \x20 registry: {{ type: sagemaker }}\n",
                scalar(&format!("models:/{}@approved", self.model))
            ),
        }
    }

    /// Returns the manifest of an A/B test between two releases of the model.
    #[must_use]
    pub fn experiment(&self) -> String {
        format!(
            "# yaml-language-server: $schema=./mlship.schema.json\n\
             # mlship experiment start FILE, then status, then stop. The releases are manifests beside it.\n\
             apiVersion: mlship/v1\n\
             kind: Experiment\n\
             metadata: {{ name: {} }}\n\
             # The rule of the application load balancer whose traffic is shared.\n\
             listenerRule: arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef\n\
             stickiness: 7d             # so long a client stays with its variant\n\
             variants:\n\
             \x20 - {{ name: control, release: control.yaml, weight: 50, control: true }}\n\
             \x20 - {{ name: challenger, release: challenger.yaml, weight: 50 }}\n\
             primary:                     # what decides\n\
             \x20 metric: conversion\n\
             \x20 type: proportion\n\
             \x20 direction: up\n\
             \x20 minimumEffect: 0.01        # less is not worth a release\n\
             \x20 baseline: 0.05             # what it is now\n\
             guardrails:                  # what must not get worse\n\
             \x20 - {{ metric: error_rate, type: proportion, direction: down, margin: 0.002 }}\n\
             # The application puts both into CloudWatch, each with a dimension `Variant`.\n\
             metrics:\n\
             \x20 conversion: {{ namespace: Ml, successes: Converted, trials: Clients, unit: client }}\n\
             alpha: 0.05\n\
             plannedSample: 40000       # clients of both variants\n\
             maximumDays: 14\n",
            scalar(&format!("{}-challenger", self.model))
        )
    }
}

/// Returns a text as YAML has it in one line, quoted where it needs that.
fn scalar(text: &str) -> String {
    let written = yaml::document(&json!(text)).unwrap_or_default();
    let line = written.trim_end();
    let is_plain = !line.is_empty() && !line.contains(['\n', ',', '[', ']', '{', '}']);
    if is_plain {
        line.to_owned()
    } else {
        json!(text).to_string()
    }
}

#[cfg(test)]
mod tests;
