//! A digest of the service state that a plan was made from.

use serde_json::{Value, json};

use super::autoscaling::is_marked;
use super::service_fields::fingerprinted;
use crate::release::LiveService;
use mlship_text::digest::digest;

/// Returns a digest of what a plan rests on: not the tasks' comings and goings, but what an
/// update by somebody else would change.
#[must_use]
pub fn fingerprint(service: Option<&LiveService>) -> String {
    let Some(service) = service else {
        return digest(&Value::Null);
    };
    let fields: Vec<_> = fingerprinted()
        // Autoscaling moves the count by itself, which makes no plan stale.
        .map(|field| {
            let moves = field == "desiredCount" && is_marked(service);
            service.document.get(field).filter(|_| !moves)
        })
        .collect();
    digest(&json!([
        fields,
        service.primary().map(|primary| &primary.id)
    ]))
}
