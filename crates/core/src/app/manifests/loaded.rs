//! The manifests of a run, each with where it is for.

use std::sync::Arc;

use super::twice::{moved_twice, named_twice};
use crate::release::ids::ServiceId;
use crate::release::{NamedPlace, Place, service_of};
use mlship_manifest::{Diagnostic, Manifest};

/// The manifest of a release that may be acted on.
#[derive(Debug)]
pub struct Loaded {
    /// The manifest.
    pub manifest: Manifest,
    /// Where it is for, among the others of the run.
    place: Arc<NamedPlace>,
}

impl Loaded {
    /// Takes a manifest, for where it says.
    #[must_use]
    pub fn new(manifest: Manifest) -> Self {
        let place = manifest.release.destination().into();
        let place = NamedPlace::among(vec![place]).swap_remove(0);
        Self { manifest, place }
    }

    /// Returns the service it is for, where that is.
    #[must_use]
    pub fn service(&self) -> ServiceId {
        ServiceId {
            place: Some(Arc::clone(&self.place)),
            ..service_of(&self.manifest.release)
        }
    }

    /// Returns where it is for: what it says, until it is known where that leads.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place.place
    }
}

/// Says where manifests are for, once that is known, and finds those that turn out to be for one
/// service, or to have their traffic moved by one rule.
///
/// # Errors
/// The findings.
pub fn place_manifests(
    manifests: &mut [Loaded],
    places: Vec<Place>,
) -> Result<(), Vec<Diagnostic>> {
    let named = NamedPlace::among(places);
    for (loaded, place) in manifests.iter_mut().zip(named) {
        loaded.place = place;
    }
    let mut twice = named_twice(manifests);
    if twice.is_empty() {
        twice = moved_twice(manifests);
    }
    if twice.is_empty() { Ok(()) } else { Err(twice) }
}
