//! A look at everything that takes part in an experiment.

use futures_util::future::{join_all, try_join3};

use crate::cloud::{Answer, Balancing, Cloud};
use crate::experiment::Definition;
use crate::experiment::start::Situation;
use crate::release::ids::TargetGroupArn;
use crate::release::{ListenerRule, LiveService};

/// Looks at everything that takes part.
///
/// # Errors
/// When AWS gives no usable answer.
pub async fn observe<C: Balancing + Cloud>(
    cloud: &C,
    definition: &Definition,
) -> Answer<Situation> {
    let groups: Vec<TargetGroupArn> = definition
        .arms
        .iter()
        .map(|arm| arm.group.clone())
        .collect();
    let services = async {
        let services = definition
            .arms
            .iter()
            .map(|arm| cloud.service(&arm.service));
        let services = join_all(services).await.into_iter();
        services.collect::<Answer<Vec<_>>>()
    };
    let (rules, groups, services) = try_join3(
        rules(cloud, definition),
        cloud.target_groups(&groups),
        services,
    )
    .await?;
    let (rule, siblings) = rules;
    Ok(Situation {
        rule,
        siblings,
        groups,
        services: services
            .into_iter()
            .map(|service| service.filter(LiveService::is_active))
            .collect(),
    })
}

/// Looks at the experiment's rule and those beside it.
async fn rules<C: Balancing>(
    cloud: &C,
    definition: &Definition,
) -> Answer<(Option<ListenerRule>, Vec<ListenerRule>)> {
    let Some(rule) = cloud.listener_rule(&definition.rule).await? else {
        return Ok((None, Vec::new()));
    };
    let siblings = cloud.rules_of(&rule.listener()).await?;
    Ok((Some(rule), siblings))
}
