//! Builds the SDK clients from flags and the standard AWS settings, with short timeouts.

use std::path::PathBuf;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::credentials::Sendable;
use super::places::{endpoint_url, region_name};
use super::reception::strict;
use super::{AwsCloud, Counter};
use mlship_core::cloud::{CloudError, ErrorKind};

/// The next step for somebody whose credentials don't do.
pub const CREDENTIALS_HINT: &str = "looked at AWS_ACCESS_KEY_ID, the profile, web identity, \
     the container and the instance, in this order; log in, or name a profile with --profile";

/// What the command line says about AWS; the rest comes from the standard chain.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--region`.
    pub region: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// `AWS_CA_BUNDLE`, which the SDK itself does not read.
    pub ca_bundle: Option<PathBuf>,
}

/// Prepares the clients. Sends nothing to AWS.
///
/// # Errors
/// Without a region, a known profile or a readable CA bundle.
pub async fn connect(options: &Options) -> Result<AwsCloud, CloudError> {
    let http = http_client(options)?;
    known_profile(options).await?;
    let provider = ProviderConfig::without_region().with_http_client(strict(http.clone()));
    let region = region_name(region(options, &provider).await?)?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(region.clone()))
        .timeout_config(timeouts());
    let credentials = credentials(options, &provider, &region).await;
    loader = loader.credentials_provider(credentials.clone());
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = without_empty_endpoints(loader.load().await);
    let own = SERVICES.iter().filter_map(|id| endpoint(&config, id));
    let general = config.endpoint_url().map(str::to_owned);
    own.chain(general).try_for_each(|url| endpoint_url(&url))?;
    let sagemaker = options.endpoint_url.clone();
    let sagemaker = sagemaker.or_else(|| endpoint(&config, "SageMaker"));
    Ok(AwsCloud {
        sagemaker_endpoint: sagemaker,
        ..clients(&config, credentials, region)
    })
}

/// How settings name the services that are asked.
const SERVICES: [&str; 10] = [
    "ECS",
    "STS",
    "CloudWatch Logs",
    "Application Auto Scaling",
    "ECR",
    "Secrets Manager",
    "SSM",
    "Elastic Load Balancing v2",
    "CloudWatch",
    "SageMaker",
];

/// Settings in which an endpoint that is empty is none, as it is to every other tool of AWS: the
/// SDK panics at the first request.
fn without_empty_endpoints(config: SdkConfig) -> SdkConfig {
    let mut builder = config.to_builder();
    if config.endpoint_url() == Some("") {
        builder.set_endpoint_url(None);
    }
    builder.service_config(NoEmpty(config)).build()
}

/// What the settings say of single services, without what they leave empty.
#[derive(Debug)]
struct NoEmpty(SdkConfig);

impl LoadServiceConfig for NoEmpty {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let found = self.0.service_config()?.load_config(key);
        found.filter(|value| !value.is_empty())
    }
}

/// Returns what the settings say of a service's address, in the order in which SDKs read them.
fn endpoint(config: &SdkConfig, service: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let own = config
        .service_config()
        .zip(key.ok())
        .and_then(|(settings, key)| settings.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

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
    AwsCloud {
        ecs: aws_sdk_ecs::Client::from_conf(ecs.build()),
        sts: aws_sdk_sts::Client::from_conf(sts.build()),
        logs: aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
        scaling: aws_sdk_applicationautoscaling::Client::from_conf(scaling.build()),
        ecr: aws_sdk_ecr::Client::from_conf(ecr.build()),
        secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
        parameters: aws_sdk_ssm::Client::from_conf(parameters.build()),
        balancing: aws_sdk_elasticloadbalancingv2::Client::from_conf(balancing.build()),
        metrics: aws_sdk_cloudwatch::Client::from_conf(metrics.build()),
        credentials,
        sagemaker_endpoint: None,
        region,
        counter,
    }
}

/// The SDK has no read timeout of its own: a black hole would hold a pipeline for ever.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(15))
        .operation_attempt_timeout(Duration::from_secs(20))
        .build()
}

async fn region(options: &Options, provider: &ProviderConfig) -> Result<String, CloudError> {
    if let Some(region) = &options.region {
        return Ok(region.clone());
    }
    let mut profile = ProfileFileRegionProvider::builder().configure(provider);
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    let instance = ImdsRegionProvider::builder()
        .configure(provider)
        .imds_client(instance_metadata(provider))
        .build();
    // What is set to nothing is not set, as to every other tool of AWS.
    let set = |name| Env::real().get(name).ok().filter(|value| !value.is_empty());
    let environment = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(set);
    let found = RegionProviderChain::first_try(environment.map(Region::new))
        .or_else(profile.build())
        .or_else(instance)
        .region()
        .await;
    found
        .map(|region| region.to_string())
        .ok_or_else(|| CloudError {
            operation: "",
            kind: ErrorKind::Credentials,
            code: None,
            message:
                "no AWS region: looked at --region, AWS_REGION, AWS_DEFAULT_REGION, the profile \
                  and the instance, in this order"
                    .to_owned(),
            hint: Some("set AWS_REGION or pass --region".to_owned()),
        })
}

async fn credentials(
    options: &Options,
    provider: &ProviderConfig,
    region: &str,
) -> SharedCredentialsProvider {
    let provider = provider
        .clone()
        .with_region(Some(Region::new(region.to_owned())));
    // Keys in the environment beat a profile in the default chain; a profile that was named on
    // the command line must not lose to them.
    if let Some(name) = &options.profile {
        let chosen = ProfileFileCredentialsProvider::builder()
            .configure(&provider)
            .profile_name(name)
            .build();
        SharedCredentialsProvider::new(Sendable(chosen))
    } else {
        let chain = DefaultCredentialsChain::builder()
            .configure(provider.clone())
            .imds_client(instance_metadata(&provider))
            .build()
            .await;
        SharedCredentialsProvider::new(Sendable(chain))
    }
}

/// Refuses a profile that no configuration file has: the default chain would go on to whatever
/// comes next, which may be another account.
async fn known_profile(options: &Options) -> Result<(), CloudError> {
    let asked = options
        .profile
        .clone()
        .or_else(|| Env::real().get("AWS_PROFILE").ok());
    let Some(name) = asked.filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let refuse = |message: String| CloudError {
        operation: "",
        kind: ErrorKind::Credentials,
        code: None,
        message,
        hint: Some("see which there are with aws configure list-profiles".to_owned()),
    };
    let files = EnvConfigFiles::default();
    let known = aws_config::profile::load(&Fs::real(), &Env::real(), &files, None).await;
    let known =
        known.map_err(|error| refuse(format!("cannot read the AWS configuration: {error}")))?;
    if known.get_profile(&name).is_some() {
        return Ok(());
    }
    Err(refuse(format!("there is no AWS profile named {name}")))
}

/// One quick attempt: outside AWS nobody answers, and the default chain waits seconds for it.
fn instance_metadata(provider: &ProviderConfig) -> aws_config::imds::Client {
    aws_config::imds::Client::builder()
        .configure(provider)
        .max_attempts(1)
        .connect_timeout(Duration::from_millis(500))
        .read_timeout(Duration::from_millis(500))
        .build()
}

fn http_client(
    options: &Options,
) -> Result<aws_smithy_runtime_api::client::http::SharedHttpClient, CloudError> {
    let tls = Provider::Rustls(CryptoMode::AwsLc);
    let builder = aws_smithy_http_client::Builder::new().tls_provider(tls);
    let Some(path) = &options.ca_bundle else {
        return Ok(builder.build_https());
    };
    let refuse = |message: String| CloudError {
        operation: "",
        kind: ErrorKind::Credentials,
        code: None,
        message: format!("AWS_CA_BUNDLE {}: {message}", path.display()),
        hint: Some("point AWS_CA_BUNDLE at a PEM file, or unset it".to_owned()),
    };
    let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let store = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| refuse(error.to_string()))?;
    Ok(builder.tls_context(context).build_https())
}
