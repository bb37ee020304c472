//! `DescribeListeners`: the listeners of a load balancer.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::{ask, pages};
use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::ListenerArn;

pub(super) async fn of(client: &Client, load_balancer: &str) -> Answer<Vec<ListenerArn>> {
    pages(Operation::DescribeListeners, usize::MAX, async |marker| {
        let request = || {
            client
                .describe_listeners()
                .load_balancer_arn(load_balancer)
                .set_marker(marker.clone())
                .send()
        };
        ask(Operation::DescribeListeners, request, |answer| {
            let listeners = member(answer.listeners, "Listeners")?;
            let arns = listeners.iter().map(|listener| {
                Ok(ListenerArn::new(text(
                    listener.listener_arn(),
                    "ListenerArn",
                )?))
            });
            Ok((arns.collect::<Result<_, Lacks>>()?, answer.next_marker))
        })
        .await
    })
    .await
}
