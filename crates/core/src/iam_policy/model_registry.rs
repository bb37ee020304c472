//! The registries of models that IAM guards.

use mlship_manifest::schema::{ModelRelease, RegistryType};
use mlship_manifest::{MlflowArn, Reference};

/// Where a release's model is registered.
pub(super) enum Registry {
    Sagemaker(Option<String>),
    Mlflow(MlflowArn),
    Other,
}

pub(super) fn registry(manifest: &ModelRelease) -> Registry {
    let Some(registry) = &manifest.model.registry else {
        return Registry::Other;
    };
    match registry.kind {
        RegistryType::Mlflow => Registry::Other,
        RegistryType::Sagemaker => Registry::Sagemaker(model_group(manifest)),
        RegistryType::SagemakerMlflow => {
            let uri = registry.uri.as_deref();
            let arn = uri.and_then(|uri| MlflowArn::parse(uri).ok());
            arn.map_or(Registry::Other, Registry::Mlflow)
        }
    }
}

fn model_group(manifest: &ModelRelease) -> Option<String> {
    let reference = Reference::parse(manifest.model.reference.as_deref()?);
    reference.ok().map(|reference| reference.name)
}
