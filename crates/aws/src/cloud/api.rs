//! An SDK client together with what all its requests go through.

use std::ops::Deref;

use super::limits::Limits;
use super::query::QueryClient;

/// A client of one AWS service: every request is asked by [`ask`](Api::ask) or
/// [`pages`](Api::pages), which wait for their turn.
#[derive(Debug, Clone)]
pub(super) struct Api<C> {
    client: C,
    pub(super) limits: Limits,
}

pub(super) type EcsApi = Api<aws_sdk_ecs::Client>;
pub(super) type StsApi = Api<aws_sdk_sts::Client>;
pub(super) type LogsApi = Api<aws_sdk_cloudwatchlogs::Client>;
pub(super) type ScalingApi = Api<aws_sdk_applicationautoscaling::Client>;
pub(super) type EcrApi = Api<aws_sdk_ecr::Client>;
pub(super) type SecretsApi = Api<aws_sdk_secretsmanager::Client>;
pub(super) type ParametersApi = Api<aws_sdk_ssm::Client>;
pub(super) type BalancingApi = Api<aws_sdk_elasticloadbalancingv2::Client>;
pub(super) type QueryApi = Api<QueryClient>;
pub(super) type MetricsApi = Api<aws_sdk_cloudwatch::Client>;

impl<C> Api<C> {
    /// Sends the requests of a client at the pace of its connection.
    pub(super) fn new(client: C, limits: &Limits) -> Self {
        Self {
            client,
            limits: limits.clone(),
        }
    }
}

impl<C> Deref for Api<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}
