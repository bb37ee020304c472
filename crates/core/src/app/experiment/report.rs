//! The events of a command on an experiment, and the trait that receives them.

use super::outcome::Outcome;
use super::readout::Readout;
use super::recording::LedgerNotice;
use crate::app::Report;
use crate::cloud::CloudError;
use crate::experiment::stop::Closing;
use crate::experiment::{Arm, start};
use crate::ledger::ExperimentRecord;

/// Something that happens to an experiment.
#[derive(Debug)]
pub enum ExperimentEvent<'a> {
    /// This is about to be written to open a phase.
    StartPlanned(&'a start::StartPlan),
    /// Variants have no healthy target yet.
    WaitingForTargets(&'a str),
    /// This was found before a stop.
    NumbersRead(&'a Readout),
    /// A stop goes on without numbers, since they can't be read.
    NumbersUnreadable(&'a str),
    /// This is about to be written to stop it.
    StopPlanned(&'a Closing),
    /// A loser's service runs no tasks any more.
    ScaledDown(&'a Arm),
    /// The record of an experiment that had ended before was written, or was not.
    Recorded(&'a LedgerNotice),
    /// A step of an experiment that runs by itself was taken, or a look said that none is due.
    StepTaken(&'a Outcome),
    /// A look of a watch came to nothing; there will be others.
    LookFailed(&'a CloudError),
    /// A look found this. What follows from it is yet to be done.
    Looked(&'a Readout),
    /// What follows from a look is done: the experiment was stopped, or was to be.
    LookEnded {
        /// What was found.
        readout: &'a Readout,
        /// How the stop ended, where what was found asked for one.
        stopped: Option<&'a Outcome>,
    },
}

/// Hears what happens to an experiment.
pub trait ExperimentReport {
    /// Something happened.
    fn event(&mut self, event: &ExperimentEvent<'_>);

    /// Returns the page of an experiment that ended, which goes into its ledger.
    fn page(&self, record: &ExperimentRecord) -> String;

    /// Returns who hears of a release that a start deploys.
    fn release(&mut self) -> Box<dyn Report + '_>;
}
