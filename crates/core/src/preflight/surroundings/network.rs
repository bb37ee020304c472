//! The network of a release's tasks, and the load balancers before them.

use serde_json::Value;

use crate::release::Document;
use crate::shape::items;

/// What the tasks' addresses are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The subnets.
    pub subnets: Vec<String>,
    /// The security groups; none for the VPC's own.
    pub groups: Vec<String>,
    /// Whether each task has a public address.
    pub has_public_ip: bool,
}

/// A target group that the tasks come into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balanced {
    /// Its ARN.
    pub group: String,
    /// The port of the container.
    pub port: Option<u16>,
}

impl Network {
    /// Reads a service's document; nothing where it names no subnet.
    pub(super) fn of(service: &Document) -> Option<Self> {
        let written = &service.get("networkConfiguration")?["awsvpcConfiguration"];
        let list = |name: &str| -> Vec<String> {
            let items = items(written.get(name));
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let subnets = list("subnets");
        (!subnets.is_empty()).then(|| Self {
            subnets,
            groups: list("securityGroups"),
            has_public_ip: written["assignPublicIp"] == "ENABLED",
        })
    }
}

/// Returns the target groups, each once: of a pair both, since each is live in its turn.
pub(super) fn balanced(service: &Document) -> Vec<Balanced> {
    let mut found: Vec<Balanced> = Vec::new();
    for balancer in items(service.get("loadBalancers")) {
        let port = balancer["containerPort"].as_u64();
        for group in groups(balancer) {
            if found.iter().all(|known| known.group != group) {
                found.push(Balanced {
                    group: group.to_owned(),
                    port: port.and_then(|port| u16::try_from(port).ok()),
                });
            }
        }
    }
    found
}

/// Returns the groups that tasks come into by an entry of `loadBalancers`.
pub(in crate::preflight) fn groups(balancer: &Value) -> impl Iterator<Item = &str> {
    let other = &balancer["advancedConfiguration"]["alternateTargetGroupArn"];
    let both = [&balancer["targetGroupArn"], other];
    both.into_iter().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;

    #[test]
    fn of_a_pair_both_groups_are_looked_at_each_once() {
        let pair = object(json!({"loadBalancers": [
            {"targetGroupArn": "arn:blue", "containerPort": 80,
                "advancedConfiguration": {"alternateTargetGroupArn": "arn:green"}},
            {"targetGroupArn": "arn:blue", "containerPort": 80}]}));
        let found = balanced(&pair);
        let found: Vec<(&str, Option<u16>)> = found
            .iter()
            .map(|balanced| (&*balanced.group, balanced.port))
            .collect();
        assert_eq!(found, [("arn:blue", Some(80)), ("arn:green", Some(80))]);
    }
}
