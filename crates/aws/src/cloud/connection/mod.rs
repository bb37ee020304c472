//! The connections to AWS: from flags, environment and one profile to the SDK's clients, with short
//! timeouts. What belongs together is read together, so that no part is another account's. A region
//! has one connection, so that its limits are counted in one place.

mod credentials;
mod endpoints;
mod explain;
mod files;
mod places;
mod process;
mod profiles;
mod refusal;
mod source;
mod variables;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::TlsContext;

use super::AwsCloud;
use super::clients::clients;
use super::reception::strict;
use super::transport::{http_client, telling_outages, trusting};
use super::warnings::{Warnings, in_the_clear};
use credentials::Ways;
pub(super) use endpoints::endpoint;
use endpoints::{Named, settled};
pub use explain::CREDENTIALS_HINT;
pub(super) use explain::NoCredentials;
use explain::Origin;
use files::Named as File;
pub use places::endpoint_problem;
use places::{region_name, switches};
use profiles::{NamedBy, Profiles};
use refusal::refused;
use source::Source;
pub use variables::Variables;

use mlship_core::cloud::CloudError;

/// What says how to reach AWS.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--region`.
    pub region: Option<String>,
    /// A region to ask for credentials in where nothing sets one, which something says for itself.
    pub region_of_any: Option<String>,
    /// Whether everything says a region for itself, so that nobody needs another.
    pub all_say_regions: bool,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// The environment.
    pub variables: Variables,
}

/// The ways to AWS by one profile: one connection a region, whoever asks for it.
#[derive(Debug)]
pub struct Connector {
    config: SdkConfig,
    credentials: SharedCredentialsProvider,
    region: Result<String, CloudError>,
    sagemaker_endpoint: Option<String>,
    s3_endpoint: Option<String>,
    is_one_server: bool,
    warnings: Vec<String>,
    made: Mutex<BTreeMap<String, Arc<AwsCloud>>>,
}

impl Connector {
    /// Returns the region of whoever says none.
    ///
    /// # Errors
    /// When nothing sets one.
    pub fn region(&self) -> Result<String, CloudError> {
        self.region.clone()
    }

    /// Returns the connection to a region, the same whenever it is asked for. Sends nothing.
    ///
    /// # Errors
    /// For a name that no region can have.
    pub fn to(&self, region: &str) -> Result<Arc<AwsCloud>, CloudError> {
        let region = region_name("service.region", region)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.entry(region.clone()).or_insert_with(|| {
            let config = self.config.to_builder();
            let config = config.region(Region::new(region.clone())).build();
            Arc::new(AwsCloud {
                sagemaker_endpoint: self.sagemaker_endpoint.clone(),
                s3_endpoint: self.s3_endpoint.clone(),
                warnings: Warnings::of(self.warnings.clone()),
                is_one_server: self.is_one_server,
                ..clients(&config, self.credentials.clone(), region)
            })
        });
        Ok(Arc::clone(made))
    }
}

/// Prepares what connections are made of. Sends nothing to AWS.
///
/// # Errors
/// For settings that can't lead there, by their names.
pub async fn connector(options: &Options) -> Result<Connector, CloudError> {
    let variables = &options.variables;
    let profiles = Profiles::load(options.profile.as_deref(), variables).await?;
    switches(variables, &profiles)?;
    let authorities = authorities(variables, &profiles)?;
    let http = http_client(&|name| variables.get(name).map(str::to_owned), authorities)?;
    let theirs = telling_outages(strict(http.clone()));
    let provider = ProviderConfig::without_region().with_http_client(theirs.clone());
    let found = region(options, &profiles, &provider).await;
    let region = match (&found, &options.region_of_any) {
        (Err(_), Some(region)) => region.clone(),
        (found, _) => found.clone()?,
    };
    let provider = provider.with_region(Some(Region::new(region.clone())));
    let source = Source::of(variables, &profiles)?;
    let env = match source {
        Source::Profile(_) => variables.for_profile(&profiles.name),
        Source::Keys(_)
        | Source::WebIdentity
        | Source::Container
        | Source::Instance
        | Source::Nowhere => variables.for_themselves(),
    };
    // Credentials are asked for again by whoever repeats the request that needs them.
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .env(env)
        .profile_name(&profiles.name)
        .profile_files(profiles.as_read())
        .http_client(theirs)
        .region(Region::new(region))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts());
    let config = loader.load().await;
    // As with other tools, a flag says where services are asked, not where roles are taken on.
    let theirs = settled(&config, None);
    let config = settled(&config, options.endpoint_url.as_deref());
    let named = Named {
        flag: options.endpoint_url.as_deref(),
        variables,
        profiles: &profiles,
    };
    let asked = named.endpoints(&config)?;
    let plain = asked
        .iter()
        .filter_map(|(place, url)| in_the_clear(place, url));
    let mut warnings: Vec<String> = plain.collect();
    if profiles.named_by == NamedBy::Variable && matches!(source, Source::Keys(_)) {
        warnings.push(format!(
            "AWS_ACCESS_KEY_ID goes before the profile {} of AWS_PROFILE, whose credentials are \
             not used; name it with --profile to have them used",
            profiles.name
        ));
    }
    let origin = Origin::of(&source, &profiles);
    let ways = Ways {
        config: &theirs,
        provider: &provider,
    };
    let credentials = Box::pin(ways.to(source, origin)).await;
    let sagemaker = endpoint(&config, "SageMaker");
    let s3 = endpoint(&config, "S3");
    let of_sts = endpoint(&config, "STS");
    let is_one_server = of_sts.is_some() && of_sts == endpoint(&config, "ECS");
    let config = config
        .to_builder()
        .http_client(http)
        .credentials_provider(credentials.clone())
        .build();
    Ok(Connector {
        config,
        credentials,
        region: found,
        sagemaker_endpoint: sagemaker,
        s3_endpoint: s3,
        is_one_server,
        warnings,
        made: Mutex::default(),
    })
}

/// Returns whose certificates are trusted, where that is not up to the system: the SDK itself reads
/// neither the variable nor the profile for it.
fn authorities(
    variables: &Variables,
    profiles: &Profiles,
) -> Result<Option<TlsContext>, CloudError> {
    let set = variables.get("AWS_CA_BUNDLE");
    let file = match set {
        Some(path) => File::bundle("AWS_CA_BUNDLE", path),
        None => match profiles.get("ca_bundle") {
            Some(path) => {
                let place = format!("ca_bundle of the profile {}", profiles.name);
                File::bundle(&place, path)
            }
            None => return Ok(None),
        },
    };
    let trusted = trusting(file.bytes()?).map_err(|why| file.refuse(&why))?;
    Ok(Some(trusted))
}

/// The SDK has no read timeout of its own: a black hole would hold a pipeline for ever.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(15))
        .operation_attempt_timeout(Duration::from_secs(20))
        .build()
}

async fn region(
    options: &Options,
    profiles: &Profiles,
    provider: &ProviderConfig,
) -> Result<String, CloudError> {
    let variables = &options.variables;
    let flag = options.region.as_deref().map(|region| ("--region", region));
    let set = flag.or_else(|| variables.first(["AWS_REGION", "AWS_DEFAULT_REGION"]));
    if let Some((place, region)) = set {
        return region_name(place, region);
    }
    if let Some(region) = profiles.get("region") {
        let place = format!("region of the profile {}", profiles.name);
        return region_name(&place, region);
    }
    // It takes a while until nobody answers, for a region that nobody needs.
    if variables.allow_instance() && !options.all_say_regions {
        let instance = ImdsRegionProvider::builder()
            .configure(provider)
            .imds_client(instance(provider))
            .build();
        if let Some(region) = instance.region().await {
            return region_name("the instance", region.as_ref());
        }
    }
    Err(refused(
        "no AWS region: looked at --region, AWS_REGION, AWS_DEFAULT_REGION, the profile and the \
         instance, in this order"
            .to_owned(),
        "set AWS_REGION or pass --region",
    ))
}

/// One quick attempt: outside AWS nobody answers, and the default chain waits seconds for it.
fn instance(provider: &ProviderConfig) -> aws_config::imds::Client {
    aws_config::imds::Client::builder()
        .configure(provider)
        .max_attempts(1)
        .connect_timeout(Duration::from_millis(500))
        .read_timeout(Duration::from_millis(500))
        .build()
}
