//! Listener rules of a load balancer, and the target groups behind them.

use std::collections::BTreeMap;

use super::Opaque;
use super::ids::{ListenerArn, RuleArn, TargetGroupArn};

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq)]
pub struct ListenerRule {
    /// Its ARN.
    pub arn: RuleArn,
    /// Its priority, lower is asked first; none for the listener's default rule.
    pub priority: Option<u32>,
    /// What goes into its changes and copies as it is: its conditions, the actions that come before
    /// the routing, such as authentication, and its transforms.
    pub carried: Opaque,
    /// What it does with requests before it routes them, by the types of these actions:
    /// `authenticate-oidc`, `authenticate-cognito`, …
    pub before: Vec<String>,
    /// Where requests go.
    pub routing: Routing,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl ListenerRule {
    /// A rule that shares requests among groups by their weights, for tests.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn forwarding(arn: &str, weights: &[(&str, u32)]) -> Self {
        let weights = weights.iter();
        let weights = weights.map(|(group, weight)| (TargetGroupArn::new(*group), *weight));
        Self {
            arn: RuleArn::new(arn),
            priority: Some(1),
            carried: Opaque::new(()),
            before: Vec::new(),
            routing: Routing::Forward(Forward {
                weights: weights.collect(),
                stickiness: None,
            }),
            tags: BTreeMap::new(),
        }
    }

    /// The same rule, with clients that stay with their group for so many seconds, for tests.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn sticky(mut self, seconds: u32) -> Self {
        if let Routing::Forward(forward) = &mut self.routing {
            forward.stickiness = Some(seconds);
        }
        self
    }

    /// Returns the listener that it is a rule of.
    #[must_use]
    pub fn listener(&self) -> ListenerArn {
        self.arn.listener()
    }

    /// Says whether it has all of these tags.
    #[must_use]
    pub fn is_tagged(&self, tags: &BTreeMap<String, String>) -> bool {
        let mut tags = tags.iter();
        tags.all(|(name, value)| self.tags.get(name) == Some(value))
    }
}

/// A header that a request must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCondition {
    /// The header's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Where a rule sends requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routing {
    /// To target groups.
    Forward(Forward),
    /// Somewhere else, by the action's type: `redirect` or `fixed-response`.
    Other(String),
}

/// How requests are shared among target groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The weight of each group, 0 to 999.
    pub weights: BTreeMap<TargetGroupArn, u32>,
    /// How long a client stays with its group, in seconds, 1 to 604800; none where each request
    /// is assigned anew.
    pub stickiness: Option<u32>,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: TargetGroupArn,
    /// The ARNs of the load balancers that forward to it.
    pub load_balancers: Vec<String>,
}

/// How many targets of a group are in which state, and why those that are not healthy are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetHealth {
    /// Targets that get requests.
    pub healthy: usize,
    /// Targets that do not, by state (`initial`, `unhealthy`, `draining`, `unused`, …), with the
    /// load balancer's words.
    pub others: Vec<(String, String)>,
    /// Each of them.
    pub targets: Vec<Target>,
}

/// A target of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// An address, or the id of an instance.
    pub id: String,
    /// Whether it gets requests.
    pub is_healthy: bool,
}

impl Forward {
    /// Returns the groups that new clients are sent to: a single group gets all requests, whatever
    /// its weight.
    pub fn serving(&self) -> impl Iterator<Item = &TargetGroupArn> {
        let is_single = self.weights.len() == 1;
        let groups = self.weights.iter();
        let serving = groups.filter(move |(_, weight)| is_single || **weight > 0);
        serving.map(|(group, _)| group)
    }

    /// Says whether requests are shared in the same way: a single group gets all of them,
    /// whatever its weight.
    #[must_use]
    pub fn shares_like(&self, other: &Self) -> bool {
        let is_single = self.weights.len() == 1 && self.weights.keys().eq(other.weights.keys());
        (is_single || self.weights == other.weights) && self.stickiness == other.stickiness
    }
}

impl Routing {
    /// Says whether requests go to the same places in the same shares.
    #[must_use]
    pub fn shares_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Forward(one), Self::Forward(other)) => one.shares_like(other),
            (one, other) => one == other,
        }
    }
}
