//! What releases lean on, as AWS and other registries tell it. Decides nothing.

mod alarms;
mod clusters;
mod docker;
mod hosted;
mod images;
mod log_groups;
mod network;
mod plain;
mod requests;
mod roles;
#[cfg(test)]
mod tests;

pub(super) use plain::PlainHttp;

use super::AwsCloud;
use super::balancing::{describe_load_balancers, describe_target_groups};
use super::secrets::{SecretName, described, has_parameter};
use mlship_core::cloud::preconditions::{Fact, Preconditions, Question, SecretState};
use mlship_core::cloud::{Answer, Ecs};
use mlship_core::release::ids::ClusterName;

impl Preconditions for AwsCloud {
    async fn look(&self, question: &Question) -> Answer<Fact> {
        match question {
            Question::Image(image) => images::state(&self.ecr, image).await.map(Fact::Image),
            Question::Platforms(image) => images::platforms(&self.ecr, &self.plain, image)
                .await
                .map(Fact::Platforms),
            Question::HostedImage(image) => hosted::look(&self.plain, image)
                .await
                .map(Fact::HostedImage),
            Question::Secret(value_from) => match SecretName::parse(value_from) {
                SecretName::Secret { id, region } => described(&self.secrets, id, region).await,
                // By its name alone.
                SecretName::Parameter { name, .. } => described(&self.secrets, &name, None).await,
            }
            .map(Fact::Secret),
            Question::Parameter(value_from) => match SecretName::parse(value_from) {
                SecretName::Parameter { name, region } => {
                    has_parameter(&self.parameters, &name, region).await
                }
                SecretName::Secret { id, region } => described(&self.secrets, id, region)
                    .await
                    .map(|state| state != SecretState::Absent),
            }
            .map(Fact::Parameter),
            Question::Role(arn) => roles::trust(&self.iam, arn).await.map(Fact::Role),
            Question::Permissions {
                role,
                actions,
                resources,
            } => roles::permissions(&self.iam, role, actions, resources)
                .await
                .map(Fact::Permissions),
            Question::LogGroup { region, name } => {
                let region = region.as_deref();
                let found = log_groups::is_there(&self.logs, region, name).await;
                found.map(Fact::LogGroup)
            }
            Question::TargetGroup(arn) => {
                let found = describe_target_groups::details(&self.balancing, arn).await;
                found.map(Fact::TargetGroup)
            }
            Question::LoadBalancers(arns) => {
                let found = describe_load_balancers::security_groups(&self.balancing, arns).await;
                found.map(Fact::LoadBalancers)
            }
            Question::Subnets(ids) => network::subnets(&self.ec2, ids).await.map(Fact::Subnets),
            Question::SecurityGroups(ids) => network::security_groups(&self.ec2, ids)
                .await
                .map(Fact::SecurityGroups),
            Question::RouteTables(vpc) => network::route_tables(&self.ec2, vpc)
                .await
                .map(Fact::RouteTables),
            Question::Endpoints(vpc) => network::endpoints(&self.ec2, vpc)
                .await
                .map(Fact::Endpoints),
            Question::Cluster(name) => clusters::providers(&self.ecs, name)
                .await
                .map(Fact::Cluster),
            Question::CapacityProviders(names) => {
                let found = clusters::capacity_providers(&self.ecs, names).await;
                found.map(Fact::CapacityProviders)
            }
            Question::Instances(cluster) => {
                let cluster = ClusterName::new(cluster);
                self.container_instances(&cluster)
                    .await
                    .map(Fact::Instances)
            }
            Question::Alarms(names) => alarms::described(&self.metrics, names)
                .await
                .map(Fact::Alarms),
            Question::Requests { balancer, groups } => requests::a_minute(self, balancer, groups)
                .await
                .map(Fact::Requests),
        }
    }
}
