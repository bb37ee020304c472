//! `DescribeListeners`: the listeners of a load balancer.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::read;
use crate::cloud::Answer;
use crate::release::ids::ListenerArn;

pub(super) async fn of(client: &Client, load_balancer: &str) -> Answer<Vec<ListenerArn>> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = client
            .describe_listeners()
            .load_balancer_arn(load_balancer)
            .set_marker(marker);
        let answer = read("DescribeListeners", request.send()).await?;
        let arns = answer
            .listeners()
            .iter()
            .filter_map(|one| one.listener_arn());
        found.extend(arns.map(ListenerArn::new));
        marker = answer.next_marker;
        if marker.is_none() {
            return Ok(found);
        }
    }
}
