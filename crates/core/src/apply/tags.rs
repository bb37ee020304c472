//! Writes the tags of a service and of its revision. Sent twice each does what it does once.

use std::collections::BTreeMap;

use super::deploy::Run;
use super::idempotent::retry_idempotent;
use super::{Applied, ApplyError};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud, CloudError};
use crate::plan::Plan;
use crate::progress::{Event, Observer};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{PREFIX, SETTINGS};

impl<C: Cloud> Run<'_, C> {
    /// Writes the tags of a service that was there, and where none is registered those of the
    /// revision that serves.
    pub(super) async fn tag(
        &self,
        applied: &Applied,
        report: &mut dyn Observer,
    ) -> Result<(), ApplyError> {
        let writes = &self.plan.writes;
        let mut failures = Vec::new();
        let mut is_recorded = self.registered.is_some();
        if let Some(service) = self.observed {
            let arn = service.service_arn.as_str();
            let tagged = self.add(arn, &writes.tags).await;
            is_recorded |= tagged.is_ok() && !writes.tags.is_empty();
            failures.extend(tagged.err());
            let untagged = self.remove(arn, &writes.untag).await;
            if let (Err(_), Applied::Deployment(_)) = (&untagged, applied) {
                let message = tags_that_stay(arn, &writes.untag);
                report.event(&self.plan.service, &Event::Note { message });
            }
            failures.extend(untagged.err());
        }
        if let Some(serving) = &self.plan.previous {
            let arn = serving.task_definition.as_str();
            let tagged = self.add(arn, &writes.revision_tags).await;
            is_recorded |= tagged.is_ok() && !writes.revision_tags.is_empty();
            failures.extend(tagged.err());
        }
        let Some(error) = failures.into_iter().next() else {
            return Ok(());
        };
        if self.must_be_written(applied, is_recorded) {
            return Err(error.into());
        }
        // What runs must be followed, tagged or not; the next diff shows the tags again.
        let message = format!("the service's tags were not written: {error}");
        report.event(&self.plan.service, &Event::Note { message });
        Ok(())
    }

    /// Says whether a deploy without its tags did not do what was asked for.
    fn must_be_written(&self, applied: &Applied, is_recorded: bool) -> bool {
        let writes = &self.plan.writes;
        if self.plan.adopts {
            return !is_recorded;
        }
        let of_user = |key: &String| !key.starts_with(PREFIX);
        let asked = writes.tags.keys().any(of_user) || writes.untag.iter().any(of_user);
        match applied {
            Applied::Deployment(_) => false,
            Applied::Adjusted | Applied::Nothing => asked,
        }
    }

    async fn add(&self, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        if tags.is_empty() {
            return Ok(());
        }
        retry_idempotent(self.busy, async || self.cloud.tag_resource(arn, tags).await).await
    }

    async fn remove(&self, arn: &str, keys: &[String]) -> Answer<()> {
        if keys.is_empty() {
            return Ok(());
        }
        retry_idempotent(self.busy, async || {
            self.cloud.untag_resource(arn, keys).await
        })
        .await
    }
}

/// The new revision carries them no longer, so that the next plan can't know whose they were.
fn tags_that_stay(service: &str, keys: &[String]) -> String {
    format!(
        "no later deploy takes the tags away that stay on the service: \
         aws ecs untag-resource --resource-arn {service} --tag-keys {}",
        keys.join(" ")
    )
}

/// Records on the revision that serves which settings of the service it came with, and the tags
/// that the manifest has by now.
///
/// # Errors
/// When AWS says no or stays out of reach: without the record what is left out later stays.
pub async fn record<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    serving: &TaskDefinitionArn,
) -> Result<(), CloudError> {
    let previous = plan.previous.as_ref();
    let is_same = previous.is_some_and(|previous| previous.task_definition == *serving);
    let recorded = match (&plan.recorded, is_same) {
        (Some(recorded), true) => recorded,
        (None, true) => return Ok(()),
        // A revision of its own was registered with the manifest's tags.
        (_, false) => &plan.tags,
    };
    let mut wanted = plan.tags.clone();
    wanted.insert(SETTINGS.to_owned(), plan.settings.clone());
    let written_now = if is_same {
        &plan.writes.revision_tags
    } else {
        &plan.tags
    };
    wanted.retain(|key, value| {
        let is_known = recorded.get(key) == Some(value) || written_now.get(key) == Some(value);
        let says_something = !value.is_empty() || recorded.contains_key(key);
        !is_known && says_something
    });
    let gone: Vec<String> = plan
        .writes
        .untag
        .iter()
        .filter(|key| is_same && recorded.contains_key(*key))
        .cloned()
        .collect();
    let arn = serving.as_str();
    if !wanted.is_empty() {
        retry_idempotent(WhileBusy::no_longer(), async || {
            cloud.tag_resource(arn, &wanted).await
        })
        .await?;
    }
    if !gone.is_empty() {
        retry_idempotent(WhileBusy::no_longer(), async || {
            cloud.untag_resource(arn, &gone).await
        })
        .await?;
    }
    Ok(())
}
