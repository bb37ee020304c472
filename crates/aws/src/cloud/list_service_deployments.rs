//! `ListServiceDeployments`: the newest of a service, or all.

use aws_sdk_ecs::Client;

use super::call::{Page, ask, pages};
use super::lacks::{about, last, member, read, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ServiceDeployment;
use mlship_core::release::ids::ServiceId;

/// One page is what following a deployment needs.
const NEWEST: i32 = 20;
/// The largest page.
const PAGE: i32 = 100;

pub(super) async fn newest(client: &Client, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    let (mut found, _) = page(client, service, NEWEST, None).await?;
    sort(&mut found);
    Ok(found)
}

pub(super) async fn all(client: &Client, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    let operation = Operation::ListServiceDeployments;
    let page = async |token| page(client, service, PAGE, token).await;
    let mut found = pages(operation, usize::MAX, page).await?;
    sort(&mut found);
    Ok(found)
}

fn sort(found: &mut [ServiceDeployment]) {
    found.sort_by_key(|brief| std::cmp::Reverse(brief.created_at));
}

async fn page(
    client: &Client,
    service: &ServiceId,
    size: i32,
    token: Option<String>,
) -> Answer<Page<ServiceDeployment>> {
    let request = || {
        client
            .list_service_deployments()
            .cluster(service.cluster.as_str())
            .service(service.name.as_str())
            .max_results(size)
            .set_next_token(token.clone())
            .send()
    };
    ask(Operation::ListServiceDeployments, request, |answer| {
        let listed = member(answer.service_deployments, "serviceDeployments")?;
        let found = listed.iter().map(|brief| {
            let of = text(brief.service_arn(), "serviceArn of a deployment")?;
            about(last(of) == last(service.name.as_str()), "service")?;
            member(brief.status(), "status of a deployment")?;
            member(brief.created_at(), "createdAt of a deployment")?;
            read(brief)
        });
        Ok((found.collect::<Result<_, _>>()?, answer.next_token))
    })
    .await
}
