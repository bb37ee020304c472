//! The other ports: nothing of these releases is there.

use jiff::Timestamp;

use super::{FakeFleet, World};
use crate::cloud::fake::{Balanced, FakeBalancer};
use crate::cloud::preconditions::{Fact, Question};
use crate::cloud::{
    Answer, Autoscaling, Balancing, CloudError, ContainerLogs, ErrorKind, Identity, Images,
    Parameters, Preconditions, RequestKind as Kind, Requests, Secrets, StoredParameter,
};
use crate::registry::{self, Registries, Registry, RegistryError, RegistryErrorKind};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{EcrImage, LogLine, LogPage, LogStream, Scaling, ScalingWrite};
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
    async fn scaling(&self, service: &ServiceId) -> Answer<Option<Scaling>> {
        let found = |region: &super::Region| {
            let scaling = region.of(service.name.as_str(), |world| world.scaling.clone());
            scaling.flatten()
        };
        let operation = "DescribeScalableTargets";
        self.region.read(Kind::Scaling, operation, found).await
    }

    async fn write_scaling(&self, service: &ServiceId, write: &ScalingWrite) -> Answer<()> {
        let done = |world: &mut World| {
            if *write == ScalingWrite::DropAll {
                world.scaling = None;
            }
            world.scaled.push(write.clone());
            Some(())
        };
        let name = service.name.as_str();
        let write = async || {
            let operation = "WriteScaling";
            self.region
                .write(Kind::Scaling, operation, name, done)
                .await
        };
        self.balancer.kill.around(write).await
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

impl Preconditions for FakeFleet {
    async fn look(&self, question: &Question) -> Answer<Fact> {
        self.region.fact(question).ok_or_else(|| CloudError {
            operation: "Look",
            kind: ErrorKind::Rejected,
            code: None,
            message: "the stand-in does not know".to_owned(),
            hint: None,
        })
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

impl Parameters for FakeFleet {
    async fn parameter(&self, _: &str) -> Answer<Option<StoredParameter>> {
        Ok(None)
    }
}

impl Requests for FakeFleet {
    fn calls(&self) -> u64 {
        self.requests()
    }
}

impl Registries for FakeFleet {
    async fn connect(&self, _: Option<&schema::Registry>) -> registry::Answer<Box<dyn Registry>> {
        let registry = self.registry.borrow().clone();
        let kind = RegistryErrorKind::Refused;
        let registry = registry.ok_or_else(|| RegistryError::new(kind, "no model registry"))?;
        Ok(Box::new(registry))
    }
}

impl Balanced for FakeFleet {
    fn balancer(&self) -> &FakeBalancer {
        &self.balancer
    }

    async fn knows_target_group(&self, arn: &str) -> Answer<bool> {
        self.balancer.has_target_group(arn).await
    }
}
