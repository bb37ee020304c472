//! `DescribeLoadBalancers`: the application load balancers of the region.

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer, LoadBalancerTypeEnum};

use super::super::lacks::{Lacks, each, member, text};
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

/// Returns the security groups of each of some load balancers.
pub(in super::super) async fn security_groups(
    client: &BalancingApi,
    arns: &[String],
) -> Answer<Vec<Vec<String>>> {
    const OPERATION: Operation = Operation::DescribeLoadBalancers;
    let request = |marker| {
        let request = client.describe_load_balancers();
        let request = request.set_load_balancer_arns(Some(arns.to_vec()));
        request.set_marker(marker).send()
    };
    let found = client.pages(OPERATION, usize::MAX, request, |answer| {
        let all = member(answer.load_balancers, "LoadBalancers")?;
        let groups = all.iter().map(|balancer| {
            let arn = text(balancer.load_balancer_arn(), "LoadBalancerArn")?;
            Ok((arn.to_owned(), balancer.security_groups().to_vec()))
        });
        Ok((groups.collect::<Result<_, Lacks>>()?, answer.next_marker))
    });
    let found: Vec<(String, Vec<String>)> = found.await?;
    let told = found.iter().map(|(arn, _)| Some(arn.as_str()));
    each(arns.iter().map(String::as_str), told).map_err(|lacks| lacks.of(OPERATION))?;
    Ok(found.into_iter().map(|(_, groups)| groups).collect())
}
