//! Writes to `CloudWatch`: alarms are made before the service names them, and deleted once it names
//! them no longer and its deployment has succeeded, since ECS would otherwise go back to a service
//! whose alarms are gone. Both go by an alarm's name, so that sent twice they do what they do once.

use super::deploy::Run;
use super::idempotent::retry_idempotent;
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud};
use crate::plan::Plan;
use crate::release::{ALARMED, alarm_tags};

/// How many alarms one request deletes.
const AT_ONCE: usize = 100;

impl<C: Cloud> Run<'_, C> {
    pub(super) async fn put_alarms(&self) -> Answer<()> {
        let tags = alarm_tags(&self.plan.service);
        for alarm in &self.plan.writes.alarms.put {
            retry_idempotent(self.busy, async || self.cloud.put_alarm(alarm, &tags).await).await?;
        }
        Ok(())
    }
}

/// Deletes the alarms that a plan does, and takes the service's mark away where none is left.
///
/// # Errors
/// When AWS says no or is out of reach: the next plan deletes them.
pub async fn delete_alarms<C: Cloud>(cloud: &C, plan: &Plan, busy: WhileBusy<'_>) -> Answer<()> {
    let writes = &plan.writes.alarms;
    for names in writes.delete.chunks(AT_ONCE) {
        retry_idempotent(busy, async || cloud.delete_alarms(names).await).await?;
    }
    let live = plan.live.as_ref().filter(|_| writes.unmark);
    let Some(live) = live else {
        return Ok(());
    };
    let mark = [ALARMED.to_owned()];
    let arn = live.service_arn.as_str();
    retry_idempotent(busy, async || cloud.untag_resource(arn, &mark).await).await
}
