//! From a manifest to a plan: resolve, check, observe, plan. Shared by `diff` and `deploy`.

use super::exit;
use super::model::{Overrides, Pinned};
use crate::cloud::{Answer, Cloud, CloudError};
use crate::manifest::{Diagnostic, Manifest};
use crate::plan::{Ask, Effect, Observed, Plan, Redeploy, Refusal, asks_about_scaling, plan};
use crate::registry::RegistryError;
use crate::release::ids::{Caller, ServiceId};
use crate::release::{Story, resolve};

/// Why there is no plan.
#[derive(Debug)]
pub(super) enum Stop {
    /// A check refused.
    Refused(Vec<Diagnostic>),
    /// AWS gave no usable answer.
    Cloud(CloudError),
    /// Nor did the model registry.
    Registry(RegistryError),
}

impl Stop {
    /// Returns the exit code.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Refused(_) => exit::REFUSED,
            Self::Cloud(error) => exit::of_cloud_error(error),
            Self::Registry(error) => exit::of_registry_error(error),
        }
    }

    /// Says what happened, in one line.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Refused(findings) => {
                let messages: Vec<_> = findings.iter().map(|one| &*one.message).collect();
                messages.join("; ")
            }
            Self::Cloud(error) => error.to_string(),
            Self::Registry(error) => error.to_string(),
        }
    }

    /// Returns the next step.
    pub(super) fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused(_) => None,
            Self::Cloud(error) => error.hint.as_deref(),
            Self::Registry(error) => error.hint.as_deref(),
        }
    }
}

impl From<CloudError> for Stop {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<RegistryError> for Stop {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

/// Plans the release of a manifest.
pub(super) async fn prepare<C: Cloud>(
    cloud: &C,
    caller: &Caller,
    pinned: &Pinned,
    redeploy: Redeploy,
    overrides: &Overrides,
) -> Result<Plan, Stop> {
    let manifest = &pinned.manifest;
    let mut release = resolve(&manifest.release, &caller.region);
    release.secrets = manifest.secrets.clone();
    release.story = Story::of_pipeline(&|name| std::env::var(name).ok()).tags(&caller.arn);
    let mut observed = observe(cloud, &release.service).await?;
    let refused = match pinned.origin(&observed, overrides).await {
        Ok(origin) => {
            release.origin = origin;
            None
        }
        Err(Stop::Refused(findings)) => Some(findings),
        Err(stop) => return Err(stop),
    };
    let ask = asks_about_scaling(&release, &observed);
    if ask != Ask::No {
        observed.scaling = match cloud.scaling(&release.service).await {
            // Who may not look, or has no such service, is not hindered by what others do there.
            Err(error) if ask == Ask::May && !error.is_transport() => None,
            answer => answer?,
        };
    }
    let plan = plan(&release, &observed, caller, redeploy).map_err(|refusals| {
        let findings = refusals.into_iter().map(|one| finding(manifest, one));
        Stop::Refused(findings.collect())
    })?;
    match refused {
        // A gate keeps a model out; what serves as it should is not thrown out by growing old.
        Some(findings) if plan.effect != Effect::None => Err(Stop::Refused(findings)),
        Some(_) | None => Ok(plan),
    }
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
