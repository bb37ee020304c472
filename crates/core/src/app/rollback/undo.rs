//! Undoes one deployment: back to the service revision that it replaced, and only while nothing
//! else was deployed since. Each look decides that anew, and the write is held against the look.

use super::deployments::Deployments;
use super::target::Target;
use super::{Outcome, Rollback};
use crate::app::{Report, ResultRecord};
use crate::cloud::{Answer, Balancing, Cloud};
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;
use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::{ServiceDeploymentArn, ServiceRevisionArn};

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Goes back to what a deployment replaced.
    pub(super) async fn undo(
        &self,
        deployments: &Deployments,
        brought: &ServiceDeploymentArn,
        report: &mut dyn Report,
    ) -> Answer<Outcome> {
        if let Some(since) = deployments.since(brought) {
            let mut result = self.left(&since);
            let serving = &deployments.service.task_definition;
            result.task_definition = Some(serving.to_string());
            return Ok(Outcome::ended(result));
        }
        let cloud = self.context.cloud;
        let Some(target) = deployments.replaced_by(cloud, brought).await? else {
            let unknown = self.left("ECS does not tell what served before");
            return Ok(Outcome::ended(unknown));
        };
        if self.is_same(deployments, &target) {
            let same = self.at_target(deployments, &target).await;
            return Ok(Outcome::ended(same));
        }
        self.deploy(deployments, &target, report).await
    }

    /// Says whether what was replaced is what replaced it, such as where only the tasks were
    /// replaced.
    fn is_same(&self, deployments: &Deployments, target: &Target) -> bool {
        let is_served = deployments.service.task_definition == target.task_definition.arn;
        let current = Some(&target.task_definition);
        is_served
            && self
                .plan(deployments, target, current, &[])
                .changes
                .is_empty()
    }

    fn left(&self, why: &str) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        result.error = Some(why.to_owned());
        result
    }
}

impl Deployments {
    /// Returns what was deployed since, in words. What ECS itself took back again has left the
    /// service as it was.
    fn since(&self, brought: &ServiceDeploymentArn) -> Option<String> {
        let is_own = |attempt: &&crate::history::Attempt| attempt.deployment == *brought;
        let Some(own) = self.attempts.iter().find(is_own) else {
            return Some("its deployment is not among those that ECS lists".to_owned());
        };
        let newer = self.attempts.iter().take_while(|attempt| *attempt != own);
        let mut others = newer.filter(|attempt| attempt.status != Status::RollbackSuccessful);
        let serving = &self.service.task_definition;
        let other = others.next().map(|other| &other.task_definition);
        let other = other.or_else(|| (*serving != own.task_definition).then_some(serving));
        other.map(|other| format!("{} was deployed since", other.short()))
    }

    /// Returns the revision that a deployment replaced, if ECS still tells it.
    async fn replaced_by<C: Cloud>(
        &self,
        cloud: &C,
        brought: &ServiceDeploymentArn,
    ) -> Answer<Option<Target>> {
        let whole = cloud
            .describe_service_deployments(std::slice::from_ref(brought))
            .await?;
        let sources = whole
            .into_iter()
            .flat_map(|deployment| deployment.source_service_revisions);
        let arns: Vec<ServiceRevisionArn> = sources.map(|source| source.arn).collect();
        let revisions = cloud.service_revisions(&arns).await?;
        // It may have replaced what had not come to its end; what succeeded served.
        let timeline = self.timeline();
        let succeeded = timeline.succeeded();
        let served = |arn: &ServiceRevisionArn| succeeded.iter().any(|it| it.revision == *arn);
        let known = revisions
            .iter()
            .find(|known| served(&known.service_revision_arn));
        let known = known.or_else(|| revisions.first().filter(|_| revisions.len() == 1));
        let Some(revision) = known else {
            return Ok(None);
        };
        let Some(arn) = &revision.task_definition else {
            return Ok(None);
        };
        let found = self.task_definition(cloud, arn).await?;
        Ok(found.map(|task_definition| Target {
            task_definition,
            revision: Some(revision.clone()),
        }))
    }
}
