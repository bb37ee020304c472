//! Output of two versions of a model beside each other.

mod json;
mod picture;
mod table;
#[cfg(test)]
pub(super) mod tests;
mod text;
mod words;

pub use json::comparison_document;
pub use text::comparison_text;
