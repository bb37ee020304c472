//! `DescribeListeners`: the listeners of a load balancer, and where one sends what no rule takes.

use super::super::api::BalancingApi;

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::Listener;

use super::super::lacks::{Lacks, about, first, member, text};
use super::super::operation::Operation;
use super::actions;
use super::describe_existing::is;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ListenerArn, RuleArn};
use mlship_core::release::{ListenerRule, Opaque};

/// The code of a listener that is not there.
const GONE: &str = "ListenerNotFound";

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

/// Returns a listener as the rule that it is: network load balancers have no others. It is not
/// written, so that nothing is carried.
pub(super) async fn as_rule(client: &BalancingApi, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
    let request = |marker| {
        let request = client.describe_listeners().listener_arns(arn.as_str());
        request.set_marker(marker).send()
    };
    let found = client.pages(Operation::DescribeListeners, 1, request, |answer| {
        let next = answer.next_marker.clone();
        let found = first(answer.listeners(), next.as_deref(), "listener")?;
        let found = found.map(rule).transpose()?;
        about(found.iter().all(|found| found.arn == *arn), "listener")?;
        Ok((found.into_iter().collect(), next))
    });
    match found.await {
        Ok(mut found) => Ok(found.pop()),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

fn rule(listener: &Listener) -> Result<ListenerRule, Lacks> {
    let actions = listener.default_actions();
    member(actions.first(), "DefaultActions")?;
    let (_, routing) = actions::split(actions);
    Ok(ListenerRule {
        arn: RuleArn::new(text(listener.listener_arn(), "ListenerArn")?),
        priority: None,
        carried: Opaque::new(()),
        before: Vec::new(),
        routing,
        tags: BTreeMap::new(),
    })
}
