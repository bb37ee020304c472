//! A digest of the service state that a plan was made from.

use serde_json::{Value, json};

use super::service_fields::fingerprinted;
use crate::release::LiveService;
use crate::shape::{Defaults, Document, meaning};
use mlship_text::digest::digest;

/// Returns a digest of what a plan rests on: not the tasks' comings and goings, nor the order in
/// which ECS lists things, but what an update by somebody else would change. The count is looked
/// at where the plan writes it: autoscaling and people move it by themselves.
#[must_use]
pub fn fingerprint(service: Option<&LiveService>, writes_count: bool) -> String {
    let Some(service) = service else {
        return digest(&Value::Null);
    };
    let fields: Document = fingerprinted()
        .filter(|field| *field != "desiredCount" || writes_count)
        .filter_map(|field| Some((field.to_owned(), service.document.get(field)?.clone())))
        .collect();
    digest(&json!([
        meaning(Defaults::of_service(), &fields),
        service.primary().map(|primary| &primary.id)
    ]))
}
