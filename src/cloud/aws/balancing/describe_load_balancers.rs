//! `DescribeLoadBalancers`: the application load balancers of the region.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;

use super::super::call::read;
use crate::cloud::Answer;

pub(super) async fn application(client: &Client) -> Answer<Vec<String>> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = client.describe_load_balancers().set_marker(marker);
        let answer = read("DescribeLoadBalancers", request.send()).await?;
        let application = answer
            .load_balancers()
            .iter()
            .filter(|one| one.r#type() == Some(&LoadBalancerTypeEnum::Application));
        let arns = application.filter_map(|one| one.load_balancer_arn());
        found.extend(arns.map(str::to_owned));
        marker = answer.next_marker;
        if marker.is_none() {
            return Ok(found);
        }
    }
}
