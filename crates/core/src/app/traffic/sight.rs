//! Looks at the rules and groups of a service: all of it at the same time.

use crate::cloud::{Answer, Cloud, CloudError, Ecs, ErrorKind, empty_groups, group_of_revision};
use crate::experiment::Record;
use crate::permissions::action_of;
use crate::release::ids::{ServiceId, ServiceRevisionArn, TargetGroupArn};
use crate::release::{
    Document, ListenerRule, LiveService, ServiceDeploymentStatus, Wiring, single_group,
};
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
        Box::pin(empty_groups(cloud, &wiring)),
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

async fn where_it_serves<C: Ecs>(
    cloud: &C,
    id: &ServiceId,
    service: Option<&LiveService>,
    wiring: &Wiring,
) -> Answer<Live> {
    let Some(service) = service else {
        return Ok(Live::NoService);
    };
    if Wiring::of(&service.document).is_none() {
        let group = single_group(&service.document).map(TargetGroupArn::new);
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
    let group = group_of_revision(cloud, &revision, wiring).await?;
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
