//! `service`, `network`, `health` and `traffic`: where the tasks live and how they are reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The ECS service that runs the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// The cluster's name; it must exist.
    #[schemars(length(min = 1), example = &"ml-prod")]
    pub cluster: String,
    /// The AWS region that the cluster is in, such as `eu-west-1`. Left out: that of the cluster's
    /// ARN, of `--region`, of the environment or of the profile, whichever is there first.
    #[schemars(length(min = 1), example = &"eu-west-1")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The service's name: 1 to 255 letters, digits, hyphens and
    /// underscores. Created when missing.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[a-zA-Z0-9_-]{1,255}$"), example = &"fraud-scorer")]
    pub name: String,
    /// The task definition's family; the service's name by default.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[a-zA-Z0-9_-]{1,255}$"), example = &"fraud")]
    pub family: Option<String>,
    /// How many tasks to run. Left out: 1 when the service is created, unchanged after that.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub desired: Option<u32>,
    /// When it begins among the manifests of one run: a wave begins once the one before has
    /// ended. 1 by default, and lower ones first.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub wave: Option<u32>,
    /// Services of the same run that must have been released before this one begins: `NAME` in
    /// the same cluster, `CLUSTER/NAME`, or `REGION:CLUSTER/NAME` where several regions have it;
    /// at most 100.
    #[schemars(length(max = 100), inner(length(min = 1)), extend("examples" = [["features", "ml-shared/tokenizer", "eu-west-1:ml/features"]]))]
    #[serde(default)]
    pub depends_on: Vec<String>,
}

/// The network the tasks run in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// The subnets that tasks may start in: 1 to 16 ids.
    #[schemars(length(min = 1, max = 16), inner(length(min = 1)), extend("examples" = [["subnet-0123456789abcdef0"]]))]
    #[serde(default)]
    pub subnets: Vec<String>,
    /// The security groups of the tasks: at most 5 ids. Left out, the VPC's default group.
    #[schemars(length(max = 5), inner(length(min = 1)), extend("examples" = [["sg-0123456789abcdef0"]]))]
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Whether tasks get a public address; false by default.
    pub assign_public_ip: Option<bool>,
    /// How containers are attached to the network; `awsvpc` by default.
    pub mode: Option<NetworkMode>,
}

/// Ways to attach containers to a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkMode {
    /// Each task has a network interface of its own.
    Awsvpc,
    /// Docker's virtual network on the instance.
    Bridge,
    /// The instance's own network.
    Host,
}

/// How ECS knows that a task works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// A command that ECS runs in the container; exit code 0 is healthy.
    pub container: Option<ContainerCheck>,
    /// Seconds after a task's start in which failing checks, the load balancer's and the
    /// container's, don't count; 0 by default.
    #[schemars(range(min = 0, max = 2_147_483_647), example = 300)]
    pub grace_seconds: Option<u32>,
}

/// A command that ECS runs in the container to see whether it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerCheck {
    /// `CMD` with a program and its arguments, or `CMD-SHELL` with one line for the shell.
    #[schemars(length(min = 1), extend("examples" = [["CMD-SHELL", "curl -fs localhost:8080/ready"]]))]
    pub command: Vec<String>,
    /// Seconds between two checks, 5 to 300; 30 by default.
    #[schemars(range(min = 5, max = 300))]
    pub interval: Option<u32>,
    /// Seconds after which a check counts as failed, 2 to 60; 5 by default.
    #[schemars(range(min = 2, max = 60))]
    pub timeout: Option<u32>,
    /// Failures in a row that make a container unhealthy, 1 to 10; 3 by default.
    #[schemars(range(min = 1, max = 10))]
    pub retries: Option<u32>,
    /// Seconds after the start in which failures don't count, 0 to 300; 0 by default. A model
    /// that loads longer needs `health.graceSeconds`.
    #[schemars(range(min = 0, max = 300))]
    pub start_period: Option<u32>,
}

/// How requests reach the model: a mapping, or `none` for no load balancer. Left out, a service
/// keeps the load balancer that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Traffic {
    /// By a load balancer.
    Balanced(BalancedTraffic),
    /// By none.
    Detached(DetachedTraffic),
}

impl Traffic {
    /// Returns the target group, where one is written.
    #[must_use]
    pub fn target_group(&self) -> Option<&str> {
        match self {
            Self::Balanced(balanced) => balanced.target_group.as_deref(),
            Self::Detached(DetachedTraffic::None) => None,
        }
    }

    /// Returns how a load balancer sends requests, where one does.
    #[must_use]
    pub fn balanced(&self) -> Option<&BalancedTraffic> {
        match self {
            Self::Balanced(balanced) => Some(balanced),
            Self::Detached(DetachedTraffic::None) => None,
        }
    }
}

/// No load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DetachedTraffic {
    /// Tasks register in no target group; a service that is in one leaves it.
    None,
}

impl BalancedTraffic {
    /// Says whether tasks register anywhere.
    #[must_use]
    pub fn has_target_group(&self) -> bool {
        self.target_group.is_some() || !self.target_groups.is_empty()
    }

    /// Says whether ECS moves traffic between two groups.
    #[must_use]
    pub fn is_moved(&self) -> bool {
        !self.target_groups.is_empty()
    }

    /// Returns the ARNs by which requests reach the service, rules first, each with its field.
    #[must_use]
    pub fn ways(&self) -> Vec<(String, &str)> {
        let fields = [
            ("traffic.listenerRule", &self.listener_rule),
            ("traffic.testListenerRule", &self.test_listener_rule),
            ("traffic.targetGroup", &self.target_group),
        ];
        let single = fields
            .into_iter()
            .filter_map(|(field, arn)| Some((field.to_owned(), arn.as_deref()?)));
        let groups = self.target_groups.iter().enumerate();
        let groups = groups.map(|(at, arn)| (format!("traffic.targetGroups[{at}]"), arn.as_str()));
        single.chain(groups).collect()
    }
}

/// How a load balancer sends requests to the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BalancedTraffic {
    /// The ARN of the load balancer's target group that tasks register in.
    /// Instead of it, strategies that move traffic step by step take `targetGroups`.
    #[schemars(length(min = 1), example = &"arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef")]
    pub target_group: Option<String>,
    /// The rule that sends production requests to the two target groups: the ARN of a listener's
    /// rule, or of the listener itself where it is a Network Load Balancer's.
    #[schemars(length(min = 1), example = &"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef")]
    pub listener_rule: Option<String>,
    /// The rule by which the new release is tested before production requests reach it.
    #[schemars(length(min = 1))]
    pub test_listener_rule: Option<String>,
    /// The ARNs of the two target groups between which releases alternate. Neither is the live one
    /// for good.
    #[schemars(length(min = 2, max = 2), inner(length(min = 1)))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_groups: Vec<String>,
    /// The ARN of the role by which ECS changes the rules.
    #[schemars(length(min = 1), example = &"arn:aws:iam::111122223333:role/ecs-load-balancing")]
    pub role: Option<String>,
}
