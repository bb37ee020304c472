//! What the roles of a release must be allowed before its tasks can start, each as one question. Pure.

use std::collections::BTreeSet;

use super::answers::{Answers, told};
use super::surroundings::{ImagePlace, RoleUse, SecretPlace, Surroundings};
use crate::cloud::preconditions::{Question, SecretState};
use crate::release::Wiring;
use mlship_text::arn::Arn;

/// What a role must be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    /// For what, in words.
    pub(super) purpose: &'static str,
    /// The role.
    pub(super) role: String,
    /// What is asked.
    pub(super) question: Question,
    /// Where a manifest names the role.
    pub(super) fields: &'static [&'static str],
}

const EXECUTION: &[&str] = &["runtime.roles.execution", "runtime.roles"];
pub(super) const TRAFFIC: Fields = &["traffic.role", "traffic", "overrides.service.loadBalancers"];
pub(super) const HOOKS: Fields = &["rollout.hooks", "overrides.service.deploymentConfiguration"];
const TASK: &[&str] = &["runtime.roles.task", "runtime.roles"];

/// Where a manifest names something.
type Fields = &'static [&'static str];

/// Returns what the roles must be allowed, as far as it is known on what.
pub(super) fn grants(release: &Surroundings, answers: &Answers) -> Vec<Grant> {
    let mut all = Vec::new();
    let mut add = |purpose: &'static str,
                   role: &str,
                   fields: Fields,
                   actions: &[&str],
                   resources: BTreeSet<String>| {
        if !resources.is_empty() {
            all.push(Grant {
                purpose,
                role: role.to_owned(),
                question: Question::Permissions {
                    role: role.to_owned(),
                    actions: actions.iter().map(|action| (*action).to_owned()).collect(),
                    resources: resources.into_iter().collect(),
                },
                fields,
            });
        }
    };
    if let Some(role) = &release.execution_role {
        let repositories = repositories(release);
        if !repositories.is_empty() {
            let anything = BTreeSet::from(["*".to_owned()]);
            add(
                "log in to ECR",
                role,
                EXECUTION,
                &["ecr:GetAuthorizationToken"],
                anything,
            );
        }
        let pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        add("pull from ECR", role, EXECUTION, &pull, repositories);
        let read = ["secretsmanager:GetSecretValue"];
        add(
            "read secrets",
            role,
            EXECUTION,
            &read,
            secrets(release, answers),
        );
        let read = ["ssm:GetParameters"];
        add(
            "read parameters",
            role,
            EXECUTION,
            &read,
            parameters(release),
        );
        let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
        add("write logs", role, EXECUTION, &write, streams(release));
        let make = ["logs:CreateLogGroup"];
        add(
            "make the log group",
            role,
            EXECUTION,
            &make,
            missing_groups(release, answers),
        );
    }
    if let (Some(role), Some(uri)) = (&release.task_role, &release.weights) {
        let objects = objects(release.partition(), uri);
        add("fetch the weights", role, TASK, &["s3:GetObject"], objects);
    }
    for role in &release.service_roles {
        match &role.used {
            RoleUse::Traffic(wiring) => of_traffic(&role.arn, wiring, &mut add),
            RoleUse::Hook(function) => {
                let invoke = ["lambda:InvokeFunction"];
                let on = BTreeSet::from([function.arn.clone()]);
                add("call the function", &role.arn, HOOKS, &invoke, on);
            }
        }
    }
    all
}

/// Adds what ECS does by the role that moves traffic. What it is called to look at by is one answer
/// for all: AWS narrows it to nothing.
fn of_traffic(
    role: &str,
    wiring: &Wiring,
    add: &mut impl FnMut(&'static str, &str, Fields, &[&str], BTreeSet<String>),
) {
    let rules = [Some(&wiring.production), wiring.test.as_ref()];
    let rules = rules.into_iter().flatten().map(ToString::to_string);
    let [look, write] = if wiring.production.is_listener() {
        ["DescribeListeners", "ModifyListener"]
    } else {
        ["DescribeRules", "ModifyRule"]
    }
    .map(|name| format!("elasticloadbalancing:{name}"));
    let health = "elasticloadbalancing:DescribeTargetHealth";
    let anything = BTreeSet::from(["*".to_owned()]);
    add("look at traffic", role, TRAFFIC, &[&look, health], anything);
    let register = [
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    ];
    let groups = wiring.groups.iter().map(ToString::to_string);
    add(
        "put tasks into the groups",
        role,
        TRAFFIC,
        &register,
        groups.collect(),
    );
    add("move traffic", role, TRAFFIC, &[&write], rules.collect());
}

fn repositories(release: &Surroundings) -> BTreeSet<String> {
    let partition = release.partition();
    let images = release
        .images
        .iter()
        .filter_map(|image| match &image.place {
            ImagePlace::Ecr(image) => Some(format!(
                "arn:{partition}:ecr:{}:{}:repository/{}",
                image.region, image.registry, image.repository
            )),
            ImagePlace::Hosted(_) => None,
        });
    images.collect()
}

/// Policies name secrets by their whole ARN, which only the secret tells.
fn secrets(release: &Surroundings, answers: &Answers) -> BTreeSet<String> {
    let arns = release.secrets.iter().filter_map(|secret| {
        match (&secret.place, told!(answers, secret.question(), Secret)) {
            (SecretPlace::Manager { .. }, Ok(SecretState::There { arn, .. })) => Some(arn.clone()),
            (SecretPlace::Manager { .. }, Ok(_) | Err(_)) | (SecretPlace::Parameter, _) => None,
        }
    });
    arns.collect()
}

fn parameters(release: &Surroundings) -> BTreeSet<String> {
    let account = release.caller.account.known();
    let partition = release.partition();
    let region = &release.caller.region;
    let arns = release
        .secrets
        .iter()
        .filter_map(|secret| match &secret.place {
            SecretPlace::Manager { .. } => None,
            SecretPlace::Parameter if Arn::parse(&secret.value_from).is_some() => {
                Some(secret.value_from.clone())
            }
            SecretPlace::Parameter => {
                let name = secret.value_from.trim_start_matches('/');
                Some(format!(
                    "arn:{partition}:ssm:{region}:{}:parameter/{name}",
                    account?
                ))
            }
        });
    arns.collect()
}

fn group_arn(release: &Surroundings, region: Option<&str>, name: &str) -> Option<String> {
    let account = release.caller.account.known()?;
    let region = region.unwrap_or(&release.caller.region);
    let partition = release.partition();
    Some(format!(
        "arn:{partition}:logs:{region}:{account}:log-group:{name}"
    ))
}

fn streams(release: &Surroundings) -> BTreeSet<String> {
    let groups = release.logs.iter();
    let arns = groups.filter_map(|group| {
        let arn = group_arn(release, group.region.as_deref(), &group.name)?;
        // What a stream is called only the task tells; policies end in an asterisk here.
        Some(format!("{arn}:log-stream:task"))
    });
    arns.collect()
}

fn missing_groups(release: &Surroundings, answers: &Answers) -> BTreeSet<String> {
    let groups = release.logs.iter().filter(|group| {
        group.is_made && matches!(told!(answers, group.question(), LogGroup), Ok(false))
    });
    let arns = groups.filter_map(|group| {
        let arn = group_arn(release, group.region.as_deref(), &group.name)?;
        Some(format!("{arn}:log-stream:"))
    });
    arns.collect()
}

fn objects(partition: &str, uri: &str) -> BTreeSet<String> {
    let Some(path) = uri.strip_prefix("s3://") else {
        return BTreeSet::new();
    };
    // Of a directory any object may be the one that is fetched.
    let any = if path.ends_with('/') { "weights" } else { "" };
    BTreeSet::from([format!("arn:{partition}:s3:::{path}{any}")])
}
