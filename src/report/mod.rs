//! One stream of events, several readers: people, pipelines, progress bars.
//!
//! The only part of the crate that writes to a terminal.

mod color;
mod event;
mod experiment;
mod history_text;
mod human;
mod json;
mod log_json;
mod log_text;
mod plan_text;
mod progress;
mod record;
mod status_text;
mod streams;
mod summary;
mod terminal;
#[cfg(test)]
mod tests;

pub use color::{Color, palette_for};
pub use event::Event;
pub use experiment::{
    Shown, experiment_document, experiment_html, experiment_svg, experiment_text,
    experiments_document, experiments_text, headline, start_document, start_text, stop_text,
};
pub use history_text::{history_text, model_history_text};
pub use human::Human;
pub use json::{Json, plan_document};
pub use log_json::LogJson;
pub use log_text::LogText;
pub use plan_text::plan_text;
pub use progress::Progress;
pub(crate) use record::word;
pub use record::{AliasMove, RegistryRecord, ReleaseRecord, ResultRecord};
pub use status_text::status_text;
pub use streams::{choose_color, conceal, concealed, stderr, stderr_is_terminal, stdout};
pub use summary::closing_lines;

use crate::release::ids::ServiceId;

/// Takes in what happens, as it happens.
pub trait Report {
    /// Something happened to a service.
    fn event(&mut self, service: &ServiceId, event: &Event);

    /// A command on a service ended.
    fn result(&mut self, result: &ResultRecord);
}
