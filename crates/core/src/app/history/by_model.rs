//! A model's deployments in every service that serves it.

use super::history;
use crate::app::at_once::in_order;
use crate::cloud::{Answer, Cloud, ErrorKind};
use crate::history::Entry;
use crate::release::ids::ServiceId;

/// Returns a model's newest deployments in these services, or in all that there are.
///
/// # Errors
/// When AWS says no or stays out of reach.
pub async fn history_of_model<C: Cloud>(
    cloud: &C,
    model: &str,
    services: Vec<ServiceId>,
    limit: usize,
) -> Answer<Vec<(ServiceId, Entry)>> {
    let services = if services.is_empty() {
        serving(cloud, model).await?
    } else {
        services
    };
    let each = services
        .iter()
        .map(async |service| history(cloud, service, limit).await);
    let histories = in_order(each).await;
    let mut found = Vec::new();
    for (service, answer) in services.iter().zip(histories) {
        let entries = match answer {
            Ok(history) => history.entries,
            // Not every manifest's service is there in every environment.
            Err(error) if error.kind == ErrorKind::Missing => continue,
            Err(error) => return Err(error),
        };
        let of_model = entries.into_iter().filter(|entry| entry.is_of(model));
        found.extend(of_model.map(|entry| (service.clone(), entry)));
    }
    found.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.started));
    found.truncate(limit);
    Ok(found)
}

/// Finds the services that serve a model now: an account can have thousands of others, whose
/// histories would take an hour to read.
async fn serving<C: Cloud>(cloud: &C, model: &str) -> Answer<Vec<ServiceId>> {
    let services = cloud.services().await?;
    let each = services
        .iter()
        .map(async |service| serves(cloud, service, model).await);
    let answers = in_order(each).await;
    let mut found = Vec::new();
    for (service, answer) in services.into_iter().zip(answers) {
        if answer? {
            found.push(service);
        }
    }
    Ok(found)
}

async fn serves<C: Cloud>(cloud: &C, service: &ServiceId, model: &str) -> Answer<bool> {
    let Some(live) = cloud.service(service).await? else {
        return Ok(false);
    };
    let serving = cloud.task_definition(live.task_definition.as_str()).await?;
    Ok(serving.is_some_and(|revision| Entry::of_revision(&revision).is_of(model)))
}
