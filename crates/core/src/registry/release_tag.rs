//! The tag that a release writes to a registered version, one for each service.

use jiff::Timestamp;
use serde::Serialize;

use crate::release::as_tag;
use crate::release::ids::{Caller, ServiceId};

/// What became of a version in a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseTag<'a> {
    /// How the deployment ended.
    pub outcome: &'a str,
    /// When that was written down.
    pub at: Timestamp,
    /// Who deployed it, or went back.
    pub by: &'a str,
    /// The task definition that carried it.
    pub task_definition: &'a str,
    /// Gates that did not hold, with the reason why it was released all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<&'a str>,
}

/// Returns the name of the tag: what tells a service from all others.
#[must_use]
pub fn release_tag_key(caller: &Caller, service: &ServiceId) -> String {
    // A cluster can be written as its ARN.
    let cluster = service.cluster.short();
    let Caller {
        account, region, ..
    } = caller;
    format!("mlship/{account}/{region}/{cluster}/{}", service.name)
}

impl ReleaseTag<'_> {
    /// Returns it as JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns it as a line that AWS takes where it takes a tag's value.
    #[must_use]
    pub fn line(&self) -> String {
        let Self {
            outcome,
            at,
            by,
            task_definition,
            overridden,
        } = self;
        let overridden = overridden.map(|gates| format!(" - overridden {gates}"));
        let overridden = overridden.unwrap_or_default();
        as_tag(&format!(
            "{outcome} {at} {task_definition} by {by}{overridden}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::ids::{ClusterName, ServiceName};

    #[test]
    fn a_tag_tells_where_and_its_value_how() {
        let caller = Caller {
            account: "111122223333".into(),
            region: "eu-west-1".to_owned(),
            arn: String::new(),
        };
        for cluster in [
            "ml-prod",
            "arn:aws:ecs:eu-west-1:111122223333:cluster/ml-prod",
        ] {
            let service = ServiceId {
                cluster: ClusterName::new(cluster),
                name: ServiceName::new("fraud"),
                place: None,
            };
            let key = release_tag_key(&caller, &service);
            assert_eq!(key, "mlship/111122223333/eu-west-1/ml-prod/fraud");
        }
        let trace = ReleaseTag {
            outcome: "succeeded",
            at: "2026-11-25T03:00:00Z".parse().unwrap(),
            by: "ada",
            task_definition: "fraud:12",
            overridden: None,
        };
        assert_eq!(
            trace.json(),
            r#"{"outcome":"succeeded","at":"2026-11-25T03:00:00Z","by":"ada","task_definition":"fraud:12"}"#
        );
        let trace = ReleaseTag {
            overridden: Some("metrics.auc: incident 42"),
            ..trace
        };
        assert_eq!(
            trace.line(),
            "succeeded 2026-11-25T03:00:00Z fraud:12 by ada - overridden metrics.auc: incident 42"
        );
    }
}
