//! Model registries: resolve a reference, read a version, and write the result of a release.
//!
//! A registry is what implements [`Registry`]; [`Registries`] leads there.

mod error;
mod gates;
mod origin;
mod release_tag;
mod truncate;
mod version;

use std::future::Future;
use std::pin::Pin;

pub use error::{RegistryError, RegistryErrorKind};
pub use gates::{Failed, Gate, Gates, Serving};
pub use release_tag::{ReleaseTag, release_tag_key};
pub use truncate::truncated;
pub use version::RegisteredVersion;

use mlship_manifest::Reference;

/// What a call to a registry comes to.
pub type Answer<T> = Result<T, RegistryError>;

/// An answer on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Answer<T>> + 'a>>;

/// The way to the registry that a manifest's `model.registry` names.
pub trait Registries {
    /// Prepares a registry; asks nothing of it.
    fn connect(
        &self,
        settings: Option<&mlship_manifest::schema::Registry>,
    ) -> impl Future<Output = Answer<Box<dyn Registry>>>;
}

/// A model registry, as far as a release needs it. Every write does the same twice.
pub trait Registry {
    /// Returns the version that a reference names now.
    fn find<'a>(&'a self, reference: &'a Reference) -> Pending<'a, RegisteredVersion>;

    /// Returns the version that an alias of a model names, if it names one.
    fn aliased<'a>(&'a self, name: &'a str, alias: &'a str) -> Pending<'a, Option<String>>;

    /// Makes an alias of a model name a version.
    fn set_alias<'a>(&'a self, name: &'a str, alias: &'a str, version: &'a str) -> Pending<'a, ()>;

    /// Leaves a trace on a version, by the name that tells a service from all others.
    fn set_trace<'a>(
        &'a self,
        name: &'a str,
        version: &'a str,
        key: &'a str,
        trace: &'a ReleaseTag<'a>,
    ) -> Pending<'a, ()>;
}
