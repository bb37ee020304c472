//! A model's deployments in every service that serves it.

use super::history;
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
    let mut found = Vec::new();
    for service in services {
        let entries = match history(cloud, &service, limit).await {
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
    let mut found = Vec::new();
    for service in cloud.services().await? {
        let Some(live) = cloud.service(&service).await? else {
            continue;
        };
        let arn = live.task_definition.as_str();
        let serves = cloud.task_definition(arn).await?;
        if serves.is_some_and(|revision| Entry::of_revision(&revision).is_of(model)) {
            found.push(service);
        }
    }
    Ok(found)
}
