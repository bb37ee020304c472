//! One stream of events, several readers: people, pipelines, progress bars.
//!
//! The only part of the crate that writes to a terminal.

mod color;
mod detail;
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
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use color::{Color, palette_for};
pub use detail::{Detailed, Verbosity, detail, request_line};
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
pub use record::{AliasMove, RegistryRecord, ReleaseRecord, ResultRecord};
pub use status_text::status_text;
pub use streams::{
    Writer, choose_color, conceal, concealed, failed_to_write, has_failed, is_output_lost,
    stderr_is_terminal,
};
pub use summary::closing_lines;

use crate::manifest::Diagnostic;
pub use crate::progress::Event;
use crate::progress::Observer;

/// Takes in what happens, and how it ended.
pub trait Report: Observer {
    /// A command on a service ended.
    fn result(&mut self, result: &ResultRecord);

    /// Something is not as it should be, and holds nothing up.
    fn warning(&mut self, text: &str);

    /// A check found something in a manifest.
    fn findings(&mut self, findings: &[Diagnostic]);
}
