//! The table of the manifest's fields: where ECS has each, and in which form.
//!
//! Resolving fills ECS's documents by it, a diff takes its names from it, and so does the
//! reference page. What is computed from several fields has its places here, too. Nothing is
//! computed here.

mod fill;
mod pattern;
mod place;
mod read;
mod table;

use crate::shape::Path;
pub use pattern::Bindings;
pub use place::{Form, Place, Request};
pub use read::read;
pub use table::FIELDS;

pub(super) use fill::{fill, put};

/// A field of the manifest.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its path: `*` stands for any name, `[]` for any item.
    pub manifest: &'static str,
    /// Where ECS has it.
    pub places: &'static [Place],
    /// What it is for, where ECS has it nowhere.
    pub purpose: Option<&'static str>,
}

impl Field {
    const fn sent(manifest: &'static str, places: &'static [Place]) -> Self {
        Self {
            manifest,
            places,
            purpose: None,
        }
    }

    const fn kept(manifest: &'static str, purpose: &'static str) -> Self {
        Self {
            manifest,
            places: &[],
            purpose: Some(purpose),
        }
    }

    /// Returns its name with what stands in the place of `*`. A list is named as a whole.
    fn name(&self, captured: &[&str]) -> String {
        let list = self.manifest.split("[]").next().unwrap_or_default();
        let mut captured = captured.iter();
        let steps = list.split('.').map(|step| match step {
            "*" => captured.next().copied().unwrap_or(step),
            step => step,
        });
        steps.collect::<Vec<_>>().join(".")
    }
}

/// Returns the manifest's field that a leaf of a document stands for, if one does: that whose
/// place says the most about it.
#[must_use]
pub fn field_at(request: Request, path: &Path, bindings: &Bindings) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for field in FIELDS {
        let places = field.places.iter();
        for place in places.filter(|place| place.request == request) {
            let Some(found) = pattern::matches(place.path, path, bindings) else {
                continue;
            };
            if best.as_ref().is_none_or(|(exact, _)| found.exact > *exact) {
                best = Some((found.exact, field.name(&found.captured)));
            }
        }
    }
    best.map(|(_, name)| name)
}

/// Returns the row of a field.
#[must_use]
pub fn field(manifest: &str) -> Option<&'static Field> {
    let is_it = |field: &&Field| {
        field.manifest == manifest || field.manifest.strip_suffix(".*") == Some(manifest)
    };
    FIELDS.iter().find(is_it)
}

#[cfg(test)]
mod tests;
