//! Model registries over HTTP: one file each. [`settings`] chooses and connects them.
//!
//! A registry is one file that implements [`Registry`], and a line in [`settings`].

mod http;
mod ledger;
mod mlflow;
mod sagemaker;
mod sagemaker_mlflow;
mod settings;
#[cfg(test)]
mod testing;

use mlship_core::registry::{
    Answer, Pending, RegisteredVersion, Registries, Registry, RegistryError, RegistryErrorKind,
    ReleaseTag,
};
