//! From global flags to AWS.

use std::path::PathBuf;

use super::Global;
use crate::cloud::aws::{AwsCloud, Options, connect};
use crate::cloud::request::Observer;
use crate::cloud::{Cloud, CloudError};
use crate::release::ids::Caller;
use crate::report::{Verbosity, detail, request_line};

/// Prepares the clients that the flags ask for.
pub(super) async fn cloud(global: &Global) -> Result<AwsCloud, CloudError> {
    let bundle = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let cloud = connect(&Options {
        region: global.region.clone(),
        profile: global.profile.clone(),
        endpoint_url: global.endpoint_url.clone(),
        ca_bundle: bundle.map(PathBuf::from),
    })
    .await?;
    let verbosity = global.verbosity();
    if verbosity > Verbosity::Usual {
        let color = global.palette();
        detail(&format!("region {}", cloud.region()), &color);
        cloud.observe(Observer::new(move |request| {
            if let Some(line) = request_line(request, verbosity) {
                detail(&line, &color);
            }
        }));
    }
    Ok(cloud)
}

/// Prepares the clients and asks who is calling.
pub(super) async fn cloud_and_caller(global: &Global) -> Result<(AwsCloud, Caller), CloudError> {
    let cloud = cloud(global).await?;
    let caller = cloud.caller().await?;
    Ok((cloud, caller))
}
