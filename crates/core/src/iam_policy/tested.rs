//! What an experiment names.

use crate::release::ids::RuleArn;
use mlship_manifest::schema::Experiment;
use mlship_manifest::{MlflowArn, RecordPlace};

/// An experiment, as far as policies are about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The rule that shares the traffic.
    pub rule: RuleArn,
    /// Whether callers assign themselves by a header, which takes rules of its own.
    pub has_header: bool,
    /// Bucket and prefix of the record, where S3 keeps it.
    pub record: Option<(String, String)>,
    /// The MLflow in SageMaker that keeps it.
    pub mlflow: Option<MlflowArn>,
}

impl Tested {
    /// Reads an experiment.
    #[must_use]
    pub fn of(experiment: &Experiment) -> Self {
        let place = experiment.record.as_deref();
        let place = place.and_then(|place| RecordPlace::parse(place).ok());
        let (record, mlflow) = match place {
            Some(RecordPlace::S3 { bucket, prefix }) => (Some((bucket, prefix)), None),
            Some(RecordPlace::SagemakerMlflow(arn)) => (None, MlflowArn::parse(&arn).ok()),
            Some(RecordPlace::Mlflow(_)) | None => (None, None),
        };
        Self {
            rule: RuleArn::new(&experiment.listener_rule),
            has_header: experiment.assignment.is_some(),
            record,
            mlflow,
        }
    }
}
