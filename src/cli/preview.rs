//! From a manifest to a plan: resolve, check, observe, plan. Shared by `diff` and `deploy`.

use crate::cloud::{Answer, Cloud, CloudError};
use crate::manifest::{Diagnostic, Manifest};
use crate::plan::{Ask, Observed, Plan, Redeploy, Refusal, asks_about_scaling, plan};
use crate::release::ids::{Caller, ServiceId};
use crate::release::{Story, resolve};

/// Why there is no plan.
#[derive(Debug)]
pub(super) enum Stop {
    /// A check refused.
    Refused(Vec<Diagnostic>),
    /// AWS gave no usable answer.
    Cloud(CloudError),
}

impl From<CloudError> for Stop {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

/// Plans the release of a manifest.
pub(super) async fn prepare<C: Cloud>(
    cloud: &C,
    caller: &Caller,
    manifest: &Manifest,
    redeploy: Redeploy,
) -> Result<Plan, Stop> {
    let mut release = resolve(&manifest.release, &caller.region);
    release.story = Story::of_pipeline(&|name| std::env::var(name).ok()).tags(&caller.arn);
    let mut observed = observe(cloud, &release.service).await?;
    let ask = asks_about_scaling(&release, &observed);
    if ask != Ask::No {
        observed.scaling = match cloud.scaling(&release.service).await {
            // Who may not look, or has no such service, is not hindered by what others do there.
            Err(error) if ask == Ask::May && !error.is_transport() => None,
            answer => answer?,
        };
    }
    plan(&release, &observed, caller, redeploy).map_err(|refusals| {
        let findings = refusals.into_iter().map(|one| finding(manifest, one));
        Stop::Refused(findings.collect())
    })
}

/// Looks at what AWS has of a service.
pub(super) async fn observe<C: Cloud>(cloud: &C, service: &ServiceId) -> Answer<Observed> {
    let service = cloud.service(service).await?;
    let live = service
        .as_ref()
        .filter(|service| service.status != "INACTIVE");
    let task_definition = match live {
        Some(service) => {
            cloud
                .task_definition(service.task_definition.as_str())
                .await?
        }
        None => None,
    };
    Ok(Observed {
        service,
        task_definition,
        scaling: None,
    })
}

fn finding(manifest: &Manifest, refusal: Refusal) -> Diagnostic {
    manifest
        .problem(refusal.path, refusal.code, refusal.message)
        .help(refusal.help)
}
