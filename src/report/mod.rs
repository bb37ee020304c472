//! Output: one stream of events, written for people, for pipelines or as a progress bar.
//!
//! The only part of the crate that writes to a terminal.

mod chronicle;
mod ci;
mod color;
mod columns;
mod detail;
mod event_text;
mod experiment;
mod explain;
mod fleet;
mod fold;
mod history_text;
mod human;
mod init;
mod json;
mod log_json;
mod log_text;
mod markdown;
mod names;
mod one_document;
mod plan_json;
mod plan_text;
mod plans_text;
mod progress;
mod repairs;
mod status_text;
mod streams;
mod summary;
mod surface;
mod take_back_text;
#[cfg(test)]
mod tests;
mod traffic;
mod verification;
mod warnings;

pub use chronicle::{
    Checks, Chronicle, ManifestRecord, Obstacle, PlanRecord, Recorded, SharedChronicle,
};
pub use ci::{
    Command, Workspace, annotations, code_quality, dotenv, github_outputs, links, outcome,
};
pub use color::{Color, Drawing, palette_for};
pub use detail::{Detailed, Verbosity, detail, request_line};
pub use experiment::{
    ExperimentView, SamplePlansView, comparison_document, comparison_text, experiment_document,
    experiment_html, experiment_svg, experiment_text, experiments_document, experiments_text,
    headline, open_reason_meaning, reason_meaning, record_document, record_html, record_svg,
    record_text, records_document, records_text, sample_plans_document, sample_plans_text,
    start_document, start_text, stop_text,
};
pub use explain::{Explained, explained_document, explained_list, explained_text};
pub use fleet::Fleet;
pub use history_text::{history_text, model_history_document, model_history_text};
pub use human::{Human, time_of_day};
pub use init::{init_document, init_notes, init_page};
pub use json::Json;
pub(crate) use json::name;
pub use log_json::LogJson;
pub use log_text::LogText;
pub use markdown::{Author, Document, findings_document, plans_document, run_document};
pub use one_document::OneDocument;
pub use plan_json::{add_refusal, ended_document, plan_error_document, unplanned_document};
pub use plan_text::plan_text;
pub use plans_text::{plans_in_order, plans_sum, plans_text};
pub use repairs::{Mended, repairs_document, repairs_text};
pub use status_text::status_text;
pub use streams::{
    Writer, choose_color, conceal, concealed, failed_to_write, has_failed, is_output_lost,
    stderr_is_terminal,
};

pub use take_back_text::take_back_text;
pub use verification::{Verification, verify_document, verify_text};
pub use warnings::warning_lines;

pub use mlship_core::app::{
    AliasMove, RegistryRecord, ReleaseRecord, Report, ResultRecord, RunRecord,
};
pub use mlship_core::plan::plan_document;
pub use mlship_core::progress::Event;
