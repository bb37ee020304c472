//! Writes to Application Auto Scaling: removals before the service is written, additions after,
//! since a service must exist before it can be scaled.

use super::Applied;
use super::deploy::Run;
use super::idempotent::retry_idempotent;
use crate::cloud::{Answer, Cloud};
use crate::progress::{Event, Observer};
use crate::release::ScalingWrite;

impl<C: Cloud> Run<'_, C> {
    pub(super) async fn take_scaling_away(&self) -> Answer<()> {
        self.write_scaling(ScalingWrite::takes_away).await
    }

    pub(super) async fn set_scaling(
        &self,
        applied: &Applied,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        match (
            self.write_scaling(|write| !write.takes_away()).await,
            applied,
        ) {
            // What runs must be followed, scaled or not; the next diff shows what is missing.
            (Err(error), Applied::Deployment(_)) => {
                let message = format!("autoscaling was not written, deploy again: {error}");
                report.event(&self.plan.service, &Event::Note { message });
                Ok(())
            }
            (result, _) => result,
        }
    }

    async fn write_scaling(&self, which: impl Fn(&ScalingWrite) -> bool) -> Answer<()> {
        let writes = self.plan.writes.scaling.iter();
        for write in writes.filter(|write| which(write)) {
            let service = &self.plan.service;
            retry_idempotent(self.busy, async || {
                self.cloud.write_scaling(service, write).await
            })
            .await?;
        }
        Ok(())
    }
}
