//! The one renderer of Markdown: what a run did, what a deploy would change, what was found.

mod document;
mod findings;
mod plans;
mod run;
mod safe;
#[cfg(test)]
mod tests;

pub use document::Document;
pub use findings::findings_document;
pub use plans::plans_document;
pub use run::{Author, run_document};
