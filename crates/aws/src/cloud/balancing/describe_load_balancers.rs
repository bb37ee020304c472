//! `DescribeLoadBalancers`: the application load balancers of the region.

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer, LoadBalancerTypeEnum};

use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;

pub(super) async fn application(client: &BalancingApi) -> Answer<Vec<String>> {
    let request = |marker| client.describe_load_balancers().set_marker(marker).send();
    client
        .pages(
            Operation::DescribeLoadBalancers,
            usize::MAX,
            request,
            |answer| {
                let all = member(answer.load_balancers, "LoadBalancers")?;
                let application = all.iter().filter_map(|balancer| arn(balancer).transpose());
                let application = application.collect::<Result<_, Lacks>>()?;
                Ok((application, answer.next_marker))
            },
        )
        .await
}

/// Returns the ARN of one that is for applications.
fn arn(balancer: &LoadBalancer) -> Result<Option<String>, Lacks> {
    let arn = text(balancer.load_balancer_arn(), "LoadBalancerArn")?;
    let kind = member(balancer.r#type(), "Type of a load balancer")?;
    Ok((*kind == LoadBalancerTypeEnum::Application).then(|| arn.to_owned()))
}
