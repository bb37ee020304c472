//! Ledgers of experiments: objects in S3, and runs in MLflow.

mod bucket;
mod mlflow_runs;
mod objects;
mod xml;

use bucket::Bucket;
use mlflow_runs::MlflowRuns;
use objects::Objects;

use super::Answer;
use super::http::{RetryPolicy, Trust};
use crate::cloud::AwsCloud;
use mlship_core::ledger::{Ledger, LedgerPlace, Ledgers};
use mlship_manifest::RecordPlace;
use mlship_manifest::schema::{Registry, RegistryType};

impl Ledgers for AwsCloud {
    /// Fails without an address that can be asked, or with settings that cannot be used.
    async fn ledger(&self, place: &LedgerPlace) -> Answer<Option<Box<dyn Ledger>>> {
        let registry = match place {
            LedgerPlace::At(RecordPlace::S3 { bucket, prefix }) => {
                let ledger = Bucket::new(objects(self), bucket, prefix);
                return Ok(Some(Box::new(ledger)));
            }
            LedgerPlace::At(RecordPlace::Mlflow(uri)) => Some(Registry {
                kind: RegistryType::Mlflow,
                uri: Some(uri.clone()),
            }),
            LedgerPlace::At(RecordPlace::SagemakerMlflow(arn)) => Some(Registry {
                kind: RegistryType::SagemakerMlflow,
                uri: Some(arn.clone()),
            }),
            LedgerPlace::OfRegistry(registry) => registry.clone(),
        };
        let server = self.mlflow(registry.as_ref()).await?;
        Ok(server
            .map(|server| -> Box<dyn Ledger> { Box::new(MlflowRuns::new(server, objects(self))) }))
    }
}

fn objects(cloud: &AwsCloud) -> Objects {
    let trust = Trust::from_variables(["AWS_CA_BUNDLE"], &|name| {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    });
    Objects::new(
        cloud.signer(),
        cloud.region(),
        cloud.s3_endpoint(),
        trust,
        RetryPolicy::default(),
    )
}
