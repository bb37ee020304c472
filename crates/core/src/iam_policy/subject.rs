//! What a release names, by the ARNs that policies are narrowed with.

use std::collections::BTreeSet;

use serde_json::Value;

use super::model_registry::{Registry, registry};
use crate::permissions::Where;
use crate::preflight::surroundings::{ImagePlace, SecretPlace};
use crate::preflight::{Documents, Surroundings};
use crate::release::ids::{Account, Caller};
use crate::release::{Release, Wiring, alarm_prefix, merge_over};
use mlship_manifest::MlflowKind;
use mlship_manifest::schema::ModelRelease;
use mlship_text::arn::Arn;

/// Where a release is to go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
}

/// A release, as far as policies are about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Where it goes.
    pub home: Home,
    /// The part of AWS, as ARNs name it.
    pub partition: String,
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The task definition's family.
    pub family: String,
    /// The keys of the manifest's tags.
    pub tags: BTreeSet<String>,
    /// The roles of the tasks.
    pub task_roles: BTreeSet<String>,
    /// The roles that ECS itself takes on for the service.
    pub service_roles: BTreeSet<String>,
    /// The log groups.
    pub log_groups: BTreeSet<String>,
    /// The repositories in ECR.
    pub repositories: BTreeSet<String>,
    /// The secrets.
    pub secrets: BTreeSet<String>,
    /// The parameters.
    pub parameters: BTreeSet<String>,
    /// The parameters that fill in its fields.
    pub values: BTreeSet<String>,
    /// The rule of its production traffic, where ECS moves that.
    pub production_rules: BTreeSet<String>,
    /// What the names of the alarms begin with that are made for it.
    pub alarms: String,
    /// The group of model packages, where SageMaker is the registry.
    pub model_group: Option<String>,
    /// The MLflow server in SageMaker.
    pub tracking_server: Option<String>,
    /// The MLflow app in SageMaker.
    pub mlflow_app: Option<String>,
    /// Of which kinds it is that need permissions others don't.
    pub kinds: BTreeSet<Where>,
}

impl Subject {
    /// Reads a release that goes to an account and a region.
    #[must_use]
    pub fn of(manifest: &ModelRelease, release: &Release, home: Home) -> Self {
        let partition = partition(release, &home.region);
        let service = service_document(release);
        let caller = Caller {
            account: Account::from(&*home.account),
            region: home.region.clone(),
            arn: format!("arn:{partition}:iam::{}:root", home.account),
        };
        let documents = Documents {
            task_definition: &release.desired.task_definition,
            service: &service,
        };
        let around = Surroundings::of(documents, release.service.cluster.as_str(), &caller);
        let in_home = |service: &str, resource: String| {
            let Home { account, region } = &home;
            format!("arn:{partition}:{service}:{region}:{account}:{resource}")
        };
        let role = |name: &String| match Arn::parse(name) {
            Some(_) => name.clone(),
            None => format!("arn:{partition}:iam::{}:role/{name}", home.account),
        };
        let mut service_roles = BTreeSet::new();
        roles_in(&Value::Object(service.clone()), &mut service_roles);
        let (mut secrets, mut parameters) = (BTreeSet::new(), BTreeSet::new());
        for secret in &around.secrets {
            match &secret.place {
                SecretPlace::Manager { id, .. } => {
                    let arn = match Arn::parse(id) {
                        Some(_) => id.clone(),
                        None => in_home("secretsmanager", format!("secret:{id}")),
                    };
                    secrets.extend(whole_secrets(arn));
                }
                SecretPlace::Parameter => {
                    let name = &secret.value_from;
                    let stem = name.trim_start_matches('/');
                    let arn = in_home("ssm", format!("parameter/{stem}"));
                    let is_arn = Arn::parse(name).is_some();
                    parameters.insert(if is_arn { name.clone() } else { arn });
                }
            }
        }
        let log_groups = around.logs.iter().map(|group| {
            let region = group.region.as_ref().unwrap_or(&home.region);
            let (account, name) = (&home.account, &group.name);
            format!("arn:{partition}:logs:{region}:{account}:log-group:{name}")
        });
        let repositories = around.images.iter().filter_map(|image| match &image.place {
            ImagePlace::Ecr(image) => Some(format!(
                "arn:{partition}:ecr:{}:{}:repository/{}",
                image.region, image.registry, image.repository
            )),
            ImagePlace::Hosted(_) => None,
        });
        let repositories: BTreeSet<String> = repositories.collect();
        let registry = registry(manifest);
        let model_group = match &registry {
            Registry::Sagemaker(group) => Some(in_home(
                "sagemaker",
                format!("model-package/{}/*", group.as_deref().unwrap_or("*")),
            )),
            Registry::Mlflow(_) | Registry::Other => None,
        };
        let mlflow = |wanted: MlflowKind| match &registry {
            Registry::Mlflow(arn) if arn.kind == wanted => Some(arn.arn.clone()),
            Registry::Mlflow(_) | Registry::Sagemaker(_) | Registry::Other => None,
        };
        let kinds = [
            (Where::Instances, !around.compute.is_fargate()),
            (Where::Providers, !around.compute.providers().is_empty()),
            (Where::Autoscaling, release.desired.scaling.is_some()),
            (Where::Alarms, !around.alarms.is_empty()),
            (Where::DescribedAlarms, !release.desired.alarms.is_empty()),
            (Where::Analysis, is_judged(manifest)),
            (Where::Network, around.network.is_some()),
            (Where::Repositories, !repositories.is_empty()),
            (Where::Parameters, !parameters.is_empty()),
            (Where::Sagemaker, model_group.is_some()),
        ];
        let kinds = kinds.into_iter().filter(|(_, is_so)| *is_so);
        let kinds = kinds.map(|(kind, _)| kind).collect();
        Self {
            cluster: release.service.cluster.short().to_owned(),
            service: release.service.name.as_str().to_owned(),
            family: text(release, "family"),
            tags: release.desired.tags.keys().cloned().collect(),
            task_roles: [&around.execution_role, &around.task_role]
                .into_iter()
                .flatten()
                .map(role)
                .collect(),
            service_roles: service_roles.iter().map(role).collect(),
            log_groups: log_groups.collect(),
            repositories,
            secrets,
            parameters,
            values: BTreeSet::new(),
            production_rules: Wiring::of(&service)
                .map(|wiring| wiring.production.to_string())
                .into_iter()
                .collect(),
            alarms: alarm_prefix(&release.service),
            model_group,
            tracking_server: mlflow(MlflowKind::TrackingServer),
            mlflow_app: mlflow(MlflowKind::App),
            kinds,
            partition,
            home,
        }
    }

    /// Adds the parameters that its fields are filled in with, by their paths.
    #[must_use]
    pub fn filled_by<'a>(mut self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        let Home { account, region } = &self.home;
        for path in paths {
            // A version or a label of it is no resource of its own.
            let path = path.split(':').next().unwrap_or_default();
            let partition = &self.partition;
            let arn = format!("arn:{partition}:ssm:{region}:{account}:parameter{path}");
            self.values.insert(arn);
        }
        if !self.values.is_empty() {
            self.kinds.insert(Where::Values);
        }
        self
    }

    /// Returns the account that a release's roles are of, which is the one it goes to: ECS takes on
    /// no other's.
    #[must_use]
    pub fn account_of_roles(manifest: &ModelRelease) -> Option<String> {
        let roles = manifest.runtime.roles.as_ref()?;
        let all = [&roles.execution, &roles.task].into_iter().flatten();
        let mut accounts = all
            .filter_map(|role| Arn::parse(role))
            .map(|arn| arn.account);
        accounts.next().map(str::to_owned)
    }
}

fn service_document(release: &Release) -> crate::release::Document {
    let written = Value::Object(release.desired.service.clone());
    let below = Value::Object(release.desired.new_service.clone());
    match merge_over(Some(&below), &written) {
        Value::Object(service) => service,
        _ => release.desired.service.clone(),
    }
}

/// Says whether the steps of its traffic are judged.
fn is_judged(manifest: &ModelRelease) -> bool {
    let rollout = manifest.rollout.as_ref();
    rollout.is_some_and(|rollout| rollout.analysis.is_some())
}

fn text(release: &Release, name: &str) -> String {
    let value = release.desired.task_definition.get(name);
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The roles that the service's document hands to ECS, wherever in it.
fn roles_in(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(role) if name == "roleArn" || name == "role" => {
                        found.insert(role.to_owned());
                    }
                    Some(_) => {}
                    None => roles_in(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| roles_in(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The part of AWS: what the release's own ARNs say, else what the region's name does.
fn partition(release: &Release, region: &str) -> String {
    let roles = ["executionRoleArn", "taskRoleArn"].map(|name| text(release, name));
    let cluster = release.service.cluster.as_str().to_owned();
    let arns = roles.iter().chain([&cluster]);
    let said = arns.filter_map(|text| Some(Arn::parse(text)?.partition.to_owned()));
    let regions = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let of_region = regions
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix));
    let of_region = of_region.map_or("aws", |(_, partition)| partition);
    said.into_iter()
        .next()
        .unwrap_or_else(|| of_region.to_owned())
}

/// Secrets Manager puts a hyphen and six letters or digits behind a name, and advises against names
/// that end so: what lacks them is a name alone.
fn whole_secrets(arn: String) -> Vec<String> {
    let suffix = arn.rsplit_once('-').map_or("", |(_, suffix)| suffix);
    let is_whole = suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // `prod-secret` may be a name, and hardly ever is one with its letters.
    let is_word = suffix.bytes().all(|byte| byte.is_ascii_lowercase());
    let any = format!("{arn}-??????");
    match (is_whole, is_word) {
        (true, false) => vec![arn],
        (true, true) => vec![arn, any],
        (false, _) => vec![any],
    }
}
