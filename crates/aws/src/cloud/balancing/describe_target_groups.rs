//! `DescribeTargetGroups`: which target groups are there, and who forwards to them.

use super::super::api::BalancingApi;

use super::super::lacks::{Lacks, about, each, first, text};
use super::super::operation::Operation;
use super::describe_existing::{is, those_there};
use mlship_core::cloud::Answer;
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

/// One that is gone is an error: an answer that leaves a group out says nothing of it.
async fn describe(client: &BalancingApi, arns: Vec<String>) -> Answer<Vec<TargetGroup>> {
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
            Ok(TargetGroup {
                arn: TargetGroupArn::new(arn),
                load_balancers: group.load_balancer_arns().to_vec(),
            })
        });
        Ok((groups.collect::<Result<_, Lacks>>()?, next))
    });
    let found: Vec<TargetGroup> = found.await?;
    let told = found.iter().map(|group| Some(group.arn.as_str()));
    each(arns.iter().map(String::as_str), told).map_err(|lacks| lacks.of(OPERATION))?;
    Ok(found)
}
