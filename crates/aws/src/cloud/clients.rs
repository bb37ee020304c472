//! The SDK clients, one for each service that is asked.

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::api::Api;
use super::ecs::Batches;
use super::limits::Limits;
use super::preconditions::PlainHttp;
use super::query::{self, QueryClient};
use super::reception::strict;
use super::stored_parameters::Store;
use super::warnings::Warnings;
use super::{AwsCloud, Counter};

/// Prepares clients that send each request once: what is sent again is decided in one place, by
/// what the answer means here, of which the SDK knows too little.
pub(super) fn clients(
    config: &SdkConfig,
    credentials: SharedCredentialsProvider,
    region: String,
) -> AwsCloud {
    let counter = Counter::default();
    let mut once = config.to_builder().retry_config(RetryConfig::disabled());
    once.set_http_client(config.http_client().map(strict));
    let config = &once.build();
    let ecs = aws_sdk_ecs::config::Builder::from(config).interceptor(counter.clone());
    let logs = aws_sdk_cloudwatchlogs::config::Builder::from(config).interceptor(counter.clone());
    let sts = aws_sdk_sts::config::Builder::from(config).interceptor(counter.clone());
    let scaling =
        aws_sdk_applicationautoscaling::config::Builder::from(config).interceptor(counter.clone());
    let ecr = aws_sdk_ecr::config::Builder::from(config).interceptor(counter.clone());
    let secrets =
        aws_sdk_secretsmanager::config::Builder::from(config).interceptor(counter.clone());
    let parameters = aws_sdk_ssm::config::Builder::from(config).interceptor(counter.clone());
    let balancing =
        aws_sdk_elasticloadbalancingv2::config::Builder::from(config).interceptor(counter.clone());
    let metrics = aws_sdk_cloudwatch::config::Builder::from(config).interceptor(counter.clone());
    let query = |service| QueryClient::new(service, config, &credentials, &region, &counter);
    let limits = &Limits::new();
    AwsCloud {
        ecs: Api::new(aws_sdk_ecs::Client::from_conf(ecs.build()), limits),
        sts: Api::new(aws_sdk_sts::Client::from_conf(sts.build()), limits),
        logs: Api::new(
            aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
            limits,
        ),
        scaling: Api::new(
            aws_sdk_applicationautoscaling::Client::from_conf(scaling.build()),
            limits,
        ),
        ecr: Api::new(aws_sdk_ecr::Client::from_conf(ecr.build()), limits),
        secrets: Api::new(
            aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
            limits,
        ),
        parameters: Api::new(aws_sdk_ssm::Client::from_conf(parameters.build()), limits),
        balancing: Api::new(
            aws_sdk_elasticloadbalancingv2::Client::from_conf(balancing.build()),
            limits,
        ),
        metrics: Api::new(
            aws_sdk_cloudwatch::Client::from_conf(metrics.build()),
            limits,
        ),
        ec2: Api::new(query(query::EC2), limits),
        iam: Api::new(query(query::IAM), limits),
        plain: PlainHttp::new(config, &counter),
        credentials,
        sagemaker_endpoint: None,
        s3_endpoint: None,
        warnings: Warnings::default(),
        is_one_server: false,
        region,
        counter,
        batches: Batches::new(),
        store: Store::new(),
    }
}
