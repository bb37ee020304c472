//! `DescribeLoadBalancerAttributes`: how long a load balancer waits for an answer.

use std::time::Duration;

use super::super::api::BalancingApi;

use super::super::lacks::{Lacks, member};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;

const IDLE_TIMEOUT: &str = "idle_timeout.timeout_seconds";
const USUAL: Duration = Duration::from_mins(1);

pub(super) async fn idle_timeout(client: &BalancingApi, rule: &RuleArn) -> Answer<Duration> {
    let request = || {
        let request = client.describe_load_balancer_attributes();
        request.load_balancer_arn(rule.load_balancer_arn()).send()
    };
    client
        .ask(
            Operation::DescribeLoadBalancerAttributes,
            request,
            |answer| {
                let attributes = member(answer.attributes, "Attributes")?;
                let mut attributes = attributes.iter();
                let timeout = attributes.find(|attribute| attribute.key() == Some(IDLE_TIMEOUT));
                let timeout = timeout.and_then(|attribute| attribute.value());
                // What has no such attribute has the one that AWS gives all.
                let Some(seconds) = timeout else {
                    return Ok(USUAL);
                };
                let seconds = seconds.parse();
                let seconds = seconds.map_err(|_| Lacks::new(format!("no {IDLE_TIMEOUT}")))?;
                Ok(Duration::from_secs(seconds))
            },
        )
        .await
}
