//! The other ports: nothing of these releases is there.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::FakeFleet;
use crate::cloud::{
    Answer, Autoscaling, Balancing, ContainerLogs, Identity, Images, RequestKind as Kind, Requests,
    Secrets,
};
use crate::registry::{self, Registries, Registry, RegistryError, RegistryErrorKind};
use crate::release::ids::{Caller, ListenerArn, RuleArn, ServiceId, TargetGroupArn};
use crate::release::{
    EcrImage, Forward, HeaderCondition, ListenerRule, LogLine, LogPage, LogStream, Scaling,
    ScalingWrite, TargetGroup, TargetHealth,
};
use mlship_manifest::schema;

impl Identity for FakeFleet {
    async fn caller(&self) -> Answer<Caller> {
        Ok(Caller {
            account: "111122223333".into(),
            region: "us-east-1".to_owned(),
            arn: "arn:aws:iam::111122223333:user/deployer".to_owned(),
        })
    }
}

impl Autoscaling for FakeFleet {
    async fn scaling(&self, _: &ServiceId) -> Answer<Option<Scaling>> {
        self.region
            .read(Kind::Scaling, "DescribeScalableTargets", |_| None)
            .await
    }

    async fn write_scaling(&self, _: &ServiceId, _: &ScalingWrite) -> Answer<()> {
        Ok(())
    }
}

impl ContainerLogs for FakeFleet {
    async fn log_tail(&self, _: &LogStream, _: u32, _: Option<Timestamp>) -> Answer<Vec<LogLine>> {
        Ok(Vec::new())
    }

    async fn log_page(
        &self,
        _: Option<&str>,
        _: &str,
        _: &[String],
        _: Timestamp,
        _: Option<&str>,
    ) -> Answer<LogPage> {
        Ok(LogPage::NoGroup)
    }
}

impl Images for FakeFleet {
    async fn image_digest(&self, _: &EcrImage) -> Answer<Option<String>> {
        Ok(None)
    }
}

impl Secrets for FakeFleet {
    async fn has_secret(&self, _: &str) -> Answer<bool> {
        Ok(false)
    }
}

impl Requests for FakeFleet {
    fn calls(&self) -> u64 {
        self.requests()
    }
}

impl Registries for FakeFleet {
    async fn connect(&self, _: Option<&schema::Registry>) -> registry::Answer<Box<dyn Registry>> {
        let kind = RegistryErrorKind::Refused;
        Err(RegistryError::new(kind, "no model registry"))
    }
}

/// One that takes no part in any experiment.
impl Balancing for FakeFleet {
    async fn listener_rule(&self, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
        self.balancer.listener_rule(arn).await
    }

    async fn rules_of(&self, listener: &ListenerArn) -> Answer<Vec<ListenerRule>> {
        self.balancer.rules_of(listener).await
    }

    async fn all_rules(&self) -> Answer<Vec<ListenerRule>> {
        self.balancer.all_rules().await
    }

    async fn idle_timeout(&self, rule: &RuleArn) -> Answer<Duration> {
        self.balancer.idle_timeout(rule).await
    }

    async fn forward(&self, rule: &ListenerRule, to: &Forward) -> Answer<()> {
        self.balancer.forward(rule, to).await
    }

    async fn create_rule(
        &self,
        like: &ListenerRule,
        priority: u32,
        header: &HeaderCondition,
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> Answer<RuleArn> {
        self.balancer
            .create_rule(like, priority, header, to, tags)
            .await
    }

    async fn delete_rule(&self, arn: &RuleArn) -> Answer<()> {
        self.balancer.delete_rule(arn).await
    }

    async fn tag_rule(&self, arn: &RuleArn, tags: &BTreeMap<String, String>) -> Answer<()> {
        self.balancer.tag_rule(arn, tags).await
    }

    async fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> Answer<()> {
        self.balancer.untag_rule(arn, names).await
    }

    async fn target_groups(&self, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
        self.balancer.target_groups(arns).await
    }

    async fn target_health(&self, arn: &TargetGroupArn) -> Answer<TargetHealth> {
        self.balancer.target_health(arn).await
    }

    async fn has_target_group(&self, arn: &str) -> Answer<bool> {
        self.balancer.has_target_group(arn).await
    }
}
