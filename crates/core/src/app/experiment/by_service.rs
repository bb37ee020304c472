//! Finds the experiment that a service is a variant of, by its tag and by what the rule says: without
//! any manifest.

use super::comparison::{Comparison, NamedVariant, Origin};
use super::outcome::{Conclusion, Outcome};
use crate::app::Context;
use crate::cloud::{Balancing, Cloud, CloudError, ErrorKind};
use crate::experiment::{Definition, Record, Refusal};
use crate::release::ids::{RuleArn, ServiceId};
use crate::release::{EXPERIMENT, LiveService};

impl Comparison {
    /// Finds the experiment that a service is a variant of.
    ///
    /// # Errors
    /// How a command ends that finds none, or none that is known without its manifest.
    pub async fn of_service<C: Balancing + Cloud>(
        context: &Context<'_, C>,
        named: NamedVariant,
    ) -> Result<Self, Outcome> {
        let look = Box::pin(Self::look(context.cloud, named));
        tokio::select! {
            biased;
            interrupt = context.interrupts.wait() => {
                let conclusion = Conclusion::Interrupted(interrupt);
                Err(Outcome::failed(conclusion, "interrupted before anything was done"))
            }
            found = look => found,
        }
    }

    async fn look<C: Balancing + Cloud>(cloud: &C, named: NamedVariant) -> Result<Self, Outcome> {
        let service = &named.service;
        let refused = |refusal: Refusal| Outcome::refused(vec![refusal.without_place()]);
        let nowhere = |why: &str| refused(Refusal::in_no_experiment(service, why));
        let live = cloud.service(service).await?;
        let live = live.filter(LiveService::is_active);
        let live = live.ok_or_else(|| CloudError::no_service(service))?;
        let Some(tag) = live.tags().remove(EXPERIMENT) else {
            return Err(nowhere("it has no tag that names one"));
        };
        let arn = RuleArn::new(&tag);
        let rule = match cloud.listener_rule(&arn).await {
            // Anyone may write tags: what is no rule has no experiment.
            Err(error) if error.kind == ErrorKind::Rejected => None,
            rule => rule?,
        };
        let Some(rule) = rule else {
            return Err(nowhere(&format!("its tag names {tag}, which is no rule")));
        };
        let Some(record) = Record::read(&rule.tags) else {
            return Err(nowhere(&format!(
                "none is on rule {tag}, which its tag names"
            )));
        };
        let Some(definition) = Definition::of_record(&rule.arn, &record) else {
            return Err(refused(Refusal::variants_not_recorded(&record.name, &arn)));
        };
        let is_own = |other: &ServiceId| {
            other.name == service.name && other.cluster.short() == service.cluster.short()
        };
        if !definition.arms.iter().any(|arm| is_own(&arm.service)) {
            let why = format!(
                "experiment {} on rule {tag} is of other services",
                record.name
            );
            return Err(nowhere(&why));
        }
        Ok(Self {
            origin: Origin::Service(named),
            definition,
        })
    }
}
