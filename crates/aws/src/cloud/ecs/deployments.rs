//! Service deployments and revisions.

use std::collections::HashMap;
use std::hash::Hash;

use super::super::api::EcsApi;
use super::super::lacks::{about, document, each_once, last, member, read, text};
use super::super::operation::Operation;
use aws_sdk_ecs::types::{DeploymentLifecycleHookAction, StopServiceDeploymentStopType};
use mlship_core::cloud::{Answer, Answers};
use mlship_core::release::ids::{ServiceDeploymentArn, ServiceId, ServiceRevisionArn};
use mlship_core::release::{HookAction, ServiceDeployment, ServiceRevision};

/// One page is what following a deployment needs.
const NEWEST: i32 = 20;
/// The largest page.
const PAGE: i32 = 100;

/// `ListServiceDeployments`: the newest of a service, or all.
pub(super) async fn newest(client: &EcsApi, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    listed(
        client,
        service,
        NEWEST,
        usize::try_from(NEWEST).unwrap_or(1),
    )
    .await
}

pub(super) async fn all(client: &EcsApi, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    listed(client, service, PAGE, usize::MAX).await
}

async fn listed(
    client: &EcsApi,
    service: &ServiceId,
    size: i32,
    enough: usize,
) -> Answer<Vec<ServiceDeployment>> {
    let request = |token| {
        client
            .list_service_deployments()
            .cluster(service.cluster.as_str())
            .service(service.name.as_str())
            .max_results(size)
            .set_next_token(token)
            .send()
    };
    let found = client.pages(
        Operation::ListServiceDeployments,
        enough,
        request,
        |answer| {
            let listed = member(answer.service_deployments, "serviceDeployments")?;
            let found = listed.iter().map(|brief| {
                let of = text(brief.service_arn(), "serviceArn of a deployment")?;
                about(last(of) == last(service.name.as_str()), "service")?;
                member(brief.status(), "status of a deployment")?;
                member(brief.created_at(), "createdAt of a deployment")?;
                read(brief)
            });
            Ok((found.collect::<Result<_, _>>()?, answer.next_token))
        },
    );
    let mut found: Vec<ServiceDeployment> = found.await?;
    found.sort_by_key(|brief| std::cmp::Reverse(brief.created_at));
    Ok(found)
}

/// The most that one request takes.
pub(in super::super) const AT_ONCE: usize = 20;

/// `DescribeServiceDeployments`: nothing where ECS has forgotten one.
pub(super) async fn described(
    client: EcsApi,
    (): (),
    arns: Vec<ServiceDeploymentArn>,
) -> Answer<Answers<ServiceDeploymentArn, Option<ServiceDeployment>>> {
    let names: Vec<String> = arns.iter().map(ToString::to_string).collect();
    let request = || {
        let request = client.describe_service_deployments();
        request
            .set_service_deployment_arns(Some(names.clone()))
            .send()
    };
    let described = client.ask(Operation::DescribeServiceDeployments, request, |answer| {
        let there = answer.service_deployments().iter();
        each_once(
            names.iter().map(String::as_str),
            there
                .clone()
                .map(|deployment| deployment.service_deployment_arn()),
            answer.failures(),
        )?;
        there
            .map(|deployment| {
                member(deployment.status(), "status of a deployment")?;
                member(deployment.created_at(), "createdAt of a deployment")?;
                read(deployment)
            })
            .collect::<Result<Vec<ServiceDeployment>, _>>()
    });
    let found = described.await?.into_iter();
    let by_arn = found.map(|found| (found.service_deployment_arn.to_string(), found));
    Ok(by_name(arns, by_arn))
}

/// `DescribeServiceRevisions`: nothing where ECS has forgotten one.
pub(super) async fn revisions(
    client: EcsApi,
    (): (),
    arns: Vec<ServiceRevisionArn>,
) -> Answer<Answers<ServiceRevisionArn, Option<ServiceRevision>>> {
    let names: Vec<String> = arns.iter().map(ToString::to_string).collect();
    let request = || {
        let request = client.describe_service_revisions();
        request
            .set_service_revision_arns(Some(names.clone()))
            .send()
    };
    let described = client.ask(Operation::DescribeServiceRevisions, request, |answer| {
        let there = answer.service_revisions().iter();
        each_once(
            names.iter().map(String::as_str),
            there
                .clone()
                .map(|revision| revision.service_revision_arn()),
            answer.failures(),
        )?;
        there
            .map(|revision| {
                text(revision.task_definition(), "taskDefinition of a revision")?;
                document(revision, ServiceRevision::read)
            })
            .collect::<Result<Vec<_>, _>>()
    });
    let found = described.await?.into_iter();
    let by_arn = found.map(|found| (found.service_revision_arn.to_string(), found));
    Ok(by_name(arns, by_arn))
}

/// Hands each thing that was found to whoever asked about it: things are known by the last part of
/// their ARN.
pub(super) fn by_name<K: ToString + Eq + Hash, V>(
    asked: Vec<K>,
    found: impl Iterator<Item = (String, V)>,
) -> Answers<K, Option<V>> {
    let mut named: HashMap<String, V> = found
        .map(|(arn, found)| (last(&arn).to_owned(), found))
        .collect();
    let each = asked.into_iter().map(|asked| {
        let found = named.remove(last(&asked.to_string()));
        (asked, Ok(found))
    });
    each.collect()
}

/// `StopServiceDeployment`, always with a rollback: ECS goes back to what served before, even where no rollback was configured.
pub(super) async fn stop(client: &EcsApi, deployment: &ServiceDeploymentArn) -> Answer<()> {
    let request = || {
        client
            .stop_service_deployment()
            .service_deployment_arn(deployment.as_str())
            .stop_type(StopServiceDeploymentStopType::Rollback)
            .send()
    };
    client
        .ask(Operation::StopServiceDeployment, request, |answer| {
            let arn = text(answer.service_deployment_arn(), "serviceDeploymentArn")?;
            about(arn == deployment.as_str(), "deployment")
        })
        .await
}

/// `ContinueServiceDeployment`, for one hook: ECS takes no other, and none twice.
pub(super) async fn go_on(
    client: &EcsApi,
    deployment: &ServiceDeploymentArn,
    hook: &str,
    action: HookAction,
) -> Answer<()> {
    let request = || {
        client
            .continue_service_deployment()
            .service_deployment_arn(deployment.as_str())
            .hook_id(hook)
            .action(DeploymentLifecycleHookAction::from(action.name()))
            .send()
    };
    client
        .ask(Operation::ContinueServiceDeployment, request, |answer| {
            let arn = text(answer.service_deployment_arn(), "serviceDeploymentArn")?;
            about(arn == deployment.as_str(), "deployment")
        })
        .await
}
