//! `DescribeListeners`: the listeners of a load balancer.

use super::super::api::BalancingApi;

use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::ListenerArn;

pub(super) async fn of(client: &BalancingApi, load_balancer: &str) -> Answer<Vec<ListenerArn>> {
    let request = |marker| {
        let request = client.describe_listeners();
        let request = request.load_balancer_arn(load_balancer);
        request.set_marker(marker).send()
    };
    client
        .pages(
            Operation::DescribeListeners,
            usize::MAX,
            request,
            |answer| {
                let listeners = member(answer.listeners, "Listeners")?;
                let arns = listeners.iter().map(|listener| {
                    let arn = text(listener.listener_arn(), "ListenerArn")?;
                    Ok(ListenerArn::new(arn))
                });
                Ok((arns.collect::<Result<_, Lacks>>()?, answer.next_marker))
            },
        )
        .await
}
