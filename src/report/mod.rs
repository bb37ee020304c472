//! Output: one stream of events, written for people, for pipelines or as a progress bar.
//!
//! The only part of the crate that writes to a terminal.

mod color;
mod detail;
mod event_text;
mod experiment;
mod fleet;
mod fold;
mod history_text;
mod human;
mod init;
mod json;
mod log_json;
mod log_text;
mod names;
mod one_document;
mod plan_json;
mod plan_text;
mod plans_text;
mod progress;
mod status_text;
mod streams;
mod summary;
mod surface;
#[cfg(test)]
mod tests;
mod verification;

pub use color::{Color, palette_for};
pub use detail::{Detailed, Verbosity, detail, request_line};
pub use experiment::{
    ExperimentView, experiment_document, experiment_html, experiment_svg, experiment_text,
    experiments_document, experiments_text, headline, record_document, record_html, record_svg,
    record_text, records_document, records_text, start_document, start_text, stop_text,
};
pub use fleet::Fleet;
pub use history_text::{history_text, model_history_document, model_history_text};
pub use human::{Human, time_of_day};
pub use init::{init_document, init_notes, init_page};
pub use json::Json;
pub(crate) use json::name;
pub use log_json::LogJson;
pub use log_text::LogText;
pub use one_document::OneDocument;
pub use plan_json::{add_refusal, ended_document, plan_error_document, unplanned_document};
pub use plan_text::plan_text;
pub use plans_text::{plans_in_order, plans_sum, plans_text};
pub use status_text::status_text;
pub use streams::{
    Writer, choose_color, conceal, concealed, failed_to_write, has_failed, is_output_lost,
    stderr_is_terminal,
};

pub use verification::{Verification, verify_document, verify_text};

pub use mlship_core::app::{
    AliasMove, RegistryRecord, ReleaseRecord, Report, ResultRecord, RunRecord,
};
pub use mlship_core::plan::plan_document;
pub use mlship_core::progress::Event;
