//! Where requests go when it is not AWS's own address: by the flag, the environment and the chosen
//! profile, in the order in which SDKs read them.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::Variables;
use super::places::endpoint_problem;
use super::profiles::Profiles;
use super::refusal::mistaken;
use mlship_core::cloud::CloudError;

/// How settings name the services that are asked.
const SERVICES: [&str; 13] = [
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
    "S3",
    "EC2",
    "IAM",
];

/// Returns settings by which a flag goes before all else, and an address that is empty is none: the
/// SDK panics at the first request to it.
pub(super) fn settled(config: &SdkConfig, flag: Option<&str>) -> SdkConfig {
    let general = config.endpoint_url().filter(|url| !url.trim().is_empty());
    let mut builder = config.to_builder();
    builder.set_endpoint_url(flag.or(general).map(str::to_owned));
    builder
        .service_config(OfServices {
            config: config.clone(),
            is_overruled: flag.is_some(),
        })
        .build()
}

/// What the settings say of single services.
#[derive(Debug)]
struct OfServices {
    config: SdkConfig,
    is_overruled: bool,
}

impl LoadServiceConfig for OfServices {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if self.is_overruled && key.env() == "AWS_ENDPOINT_URL" {
            return None;
        }
        let found = self.config.service_config()?.load_config(key);
        found.filter(|value| !value.trim().is_empty())
    }
}

/// Returns the address of a service, where it is not AWS's own.
pub(in crate::cloud) fn endpoint(config: &SdkConfig, service: &str) -> Option<String> {
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

/// Who says where requests go.
pub(super) struct Named<'a> {
    pub(super) flag: Option<&'a str>,
    pub(super) variables: &'a Variables,
    pub(super) profiles: &'a Profiles,
}

impl Named<'_> {
    /// Returns the addresses that are not AWS's own, by where they are written.
    ///
    /// # Errors
    /// For one that requests can't be sent to: the SDK would call that an AWS out of reach.
    pub(super) fn endpoints(
        &self,
        config: &SdkConfig,
    ) -> Result<BTreeMap<String, String>, CloudError> {
        let mut found = BTreeMap::new();
        for service in SERVICES {
            if let Some(url) = endpoint(config, service) {
                found.insert(self.place(service), url);
            }
        }
        for (place, url) in &found {
            if let Some(advice) = endpoint_problem(url) {
                let message = format!("{place}: the endpoint `{url}` is no address");
                return Err(mistaken(message, advice));
            }
        }
        Ok(found)
    }

    fn place(&self, service: &str) -> String {
        if self.flag.is_some() {
            return "--endpoint-url".to_owned();
        }
        let id = service.to_ascii_uppercase().replace(' ', "_");
        let own = format!("AWS_ENDPOINT_URL_{id}");
        if self.variables.get(&own).is_some() {
            own
        } else if self.variables.get("AWS_ENDPOINT_URL").is_some() {
            "AWS_ENDPOINT_URL".to_owned()
        } else {
            format!("endpoint_url of the profile {}", self.profiles.name)
        }
    }
}
