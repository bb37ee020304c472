//! Fleets: many services in one run.

mod run_record;

pub use run_record::RunRecord;
