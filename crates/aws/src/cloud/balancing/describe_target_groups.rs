//! `DescribeTargetGroups`: which target groups are there, and who forwards to them.

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::TargetGroup as Described;

use super::super::lacks::{Lacks, about, each, first, member, text};
use super::super::operation::Operation;
use super::describe_existing::{is, those_there};
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::GroupDetails;
use mlship_core::release::TargetGroup;
use mlship_core::release::ids::TargetGroupArn;

const GONE: &str = "TargetGroupNotFound";

pub(in super::super) async fn is_there(client: &BalancingApi, arn: &str) -> Answer<bool> {
    match describe(client, vec![arn.to_owned()]).await {
        Ok(found) => Ok(!found.is_empty()),
        Err(error) if is(&error, GONE) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn groups(
    client: &BalancingApi,
    arns: &[TargetGroupArn],
) -> Answer<Vec<TargetGroup>> {
    let arns: Vec<String> = arns.iter().map(ToString::to_string).collect();
    those_there(&arns, GONE, async |some| describe(client, some).await).await
}

/// Returns what a release has to fit, or nothing where there is no such group.
pub(in super::super) async fn details(
    client: &BalancingApi,
    arn: &str,
) -> Answer<Option<GroupDetails>> {
    match describe_as(client, vec![arn.to_owned()], detailed).await {
        Ok(mut found) => Ok(found.pop().map(|(_, details)| details)),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

fn detailed(group: &Described) -> Result<GroupDetails, Lacks> {
    let target_type = member(group.target_type(), "TargetType")?.as_str();
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    Ok(GroupDetails {
        target_type: target_type.to_owned(),
        vpc: group.vpc_id().map(str::to_owned),
        load_balancers: group.load_balancer_arns().to_vec(),
        check_port: group
            .health_check_port()
            .unwrap_or("traffic-port")
            .to_owned(),
        interval: number(group.health_check_interval_seconds()),
        unhealthy_threshold: number(group.unhealthy_threshold_count()),
    })
}

async fn describe(client: &BalancingApi, arns: Vec<String>) -> Answer<Vec<TargetGroup>> {
    let found = describe_as(client, arns, |group| {
        Ok(group.load_balancer_arns().to_vec())
    });
    let groups = found.await?.into_iter();
    let groups = groups.map(|(arn, load_balancers)| TargetGroup {
        arn: TargetGroupArn::new(arn),
        load_balancers,
    });
    Ok(groups.collect())
}

/// One that is gone is an error: an answer that leaves a group out says nothing of it.
async fn describe_as<T>(
    client: &BalancingApi,
    arns: Vec<String>,
    read: impl Fn(&Described) -> Result<T, Lacks>,
) -> Answer<Vec<(String, T)>> {
    const OPERATION: Operation = Operation::DescribeTargetGroups;
    let request = |marker| {
        let request = client.describe_target_groups();
        let request = request.set_target_group_arns(Some(arns.clone()));
        request.set_marker(marker).send()
    };
    let found = client.pages(OPERATION, usize::MAX, request, |answer| {
        let next = answer.next_marker.clone();
        first(answer.target_groups(), next.as_deref(), "target group")?;
        let groups = answer.target_groups().iter().map(|group| {
            let arn = text(group.target_group_arn(), "TargetGroupArn")?;
            about(arns.iter().any(|asked| asked == arn), "target group")?;
            Ok((arn.to_owned(), read(group)?))
        });
        Ok((groups.collect::<Result<_, Lacks>>()?, next))
    });
    let found: Vec<(String, T)> = found.await?;
    let told = found.iter().map(|(arn, _)| Some(arn.as_str()));
    each(arns.iter().map(String::as_str), told).map_err(|lacks| lacks.of(OPERATION))?;
    Ok(found)
}
