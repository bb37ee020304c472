//! Looks at the rules and groups of a service: all of it at the same time.

use std::collections::BTreeSet;

use crate::cloud::{Answer, Balancing, Cloud, CloudError, Ecs, ErrorKind};
use crate::experiment::Record;
use crate::permissions::action_of;
use crate::release::ids::{ServiceId, ServiceRevisionArn, TargetGroupArn};
use crate::release::{
    Document, ListenerRule, LiveService, ServiceDeploymentStatus, ServiceRevision, Wiring,
};
use crate::shape::items;
use crate::traffic::{Live, Sight, Unseen};

/// Returns how a service will be wired, or where it no longer will be, how it is.
pub(in crate::app) fn as_wired(
    live: Option<&LiveService>,
    as_it_will_be: &Document,
) -> Option<Wiring> {
    let is = || live.and_then(|live| Wiring::of(&live.document));
    Wiring::of(as_it_will_be).or_else(is)
}

/// Looks at the rules and groups of a service, which need not be there yet. What may not be looked
/// at is none of it.
pub(in crate::app) async fn look<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    service: Option<&LiveService>,
    wiring: Wiring,
) -> Answer<Sight> {
    let test = async {
        match &wiring.test {
            Some(rule) => cloud.listener_rule(rule).await,
            None => Ok(None),
        }
    };
    let (production, test, live, empty) = tokio::join!(
        cloud.listener_rule(&wiring.production),
        test,
        Box::pin(where_it_serves(cloud, id, service, &wiring)),
        Box::pin(empty(cloud, &wiring)),
    );
    let production = seen("the rule of production traffic", production)?;
    let experiment = production.as_ref().ok().and_then(Option::as_ref);
    let experiment = experiment.and_then(|rule| open_experiment(rule, id));
    Ok(Sight {
        experiment,
        production,
        test: seen("the rule of test traffic", test)?,
        live: seen("where the tasks are that serve", live)?,
        empty: seen("which tasks are healthy", empty)?,
        wiring,
    })
}

fn open_experiment(rule: &ListenerRule, id: &ServiceId) -> Option<String> {
    let record = Record::read(&rule.tags)?;
    (record.state.is_open() && !record.has_dropped(id)).then_some(record.name)
}

/// Does without what AWS refuses to tell, and says so; not without what was not answered.
fn seen<T>(what: &'static str, answer: Answer<T>) -> Answer<Result<T, Unseen>> {
    match answer {
        Ok(told) => Ok(Ok(told)),
        Err(error) if error.is_transport() => Err(error),
        Err(error) => Ok(Err(Unseen {
            what,
            why: why(&error),
        })),
    }
}

fn why(error: &CloudError) -> String {
    let action = action_of(error.operation).filter(|_| error.kind == ErrorKind::Denied);
    match action {
        Some(action) => format!("for want of {action}"),
        None => error.to_string(),
    }
}

async fn empty<C: Balancing>(cloud: &C, wiring: &Wiring) -> Answer<BTreeSet<TargetGroupArn>> {
    let [first, second] = &wiring.groups;
    let (of_first, of_second) = tokio::join!(is_empty(cloud, first), is_empty(cloud, second));
    let both = [(first, of_first?), (second, of_second?)];
    let empty = both.into_iter().filter(|(_, is_empty)| *is_empty);
    Ok(empty.map(|(group, _)| group.clone()).collect())
}

async fn is_empty<C: Balancing>(cloud: &C, group: &TargetGroupArn) -> Answer<bool> {
    match cloud.target_health(group).await {
        // That it is gone is told by whoever looks for what a release leans on.
        Err(error) if error.code.as_deref() == Some("TargetGroupNotFound") => Ok(true),
        health => Ok(health?.healthy == 0),
    }
}

async fn where_it_serves<C: Ecs>(
    cloud: &C,
    id: &ServiceId,
    service: Option<&LiveService>,
    wiring: &Wiring,
) -> Answer<Live> {
    let Some(service) = service else {
        return Ok(Live::Nowhere);
    };
    if Wiring::of(&service.document).is_none() {
        let group = single_group(&service.document);
        return Ok(match group {
            Some(group) if wiring.has(&group) => Live::In(group),
            Some(_) => Live::NotTold,
            None => Live::Nowhere,
        });
    }
    let Some(revision) = serving_revision(cloud, id, service).await? else {
        let runs = service.running_count > 0;
        return Ok(if runs { Live::NotTold } else { Live::Nowhere });
    };
    let revisions = cloud
        .service_revisions(std::slice::from_ref(&revision))
        .await?;
    let group = revisions.first().and_then(|it| group_of(it, wiring));
    Ok(group.map_or(Live::NotTold, Live::In))
}

/// Returns the only revision that has tasks, or else the one of the last deployment that succeeded.
async fn serving_revision<C: Ecs>(
    cloud: &C,
    id: &ServiceId,
    service: &LiveService,
) -> Answer<Option<ServiceRevisionArn>> {
    let has_tasks = service
        .current_service_revisions
        .iter()
        .filter(|revision| revision.counts.running_task_count > 0);
    let has_tasks: Vec<&ServiceRevisionArn> = has_tasks.map(|revision| &revision.arn).collect();
    if let ([only], None) = (&has_tasks[..], service.running()) {
        return Ok(Some((*only).clone()));
    }
    let deployments = cloud.service_deployments(id).await?;
    let succeeded = deployments
        .iter()
        .find(|deployment| deployment.status == ServiceDeploymentStatus::Successful);
    Ok(succeeded.and_then(|deployment| deployment.target().cloned()))
}

/// Returns the group that a revision's tasks are in: the one that ECS chose, or the only one that
/// it names.
fn group_of(revision: &ServiceRevision, wiring: &Wiring) -> Option<TargetGroupArn> {
    let single = || match Wiring::of(&revision.document) {
        Some(_) => None,
        None => single_group(&revision.document).filter(|group| wiring.has(group)),
    };
    revision.group_of(wiring).cloned().or_else(single)
}

fn single_group(document: &Document) -> Option<TargetGroupArn> {
    let balancers = items(document.get("loadBalancers"));
    let mut groups = balancers.filter_map(|balancer| balancer["targetGroupArn"].as_str());
    groups.next().map(TargetGroupArn::new)
}
