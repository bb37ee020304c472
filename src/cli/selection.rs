//! Which of many manifests a command is for, and what it does to those that have not changed.

use clap::{Args, ValueEnum};

use super::fleet_flags::FLEETS;
use super::{Global, output};
use mlship_core::app::manifests::Selector;
use mlship_core::plan::Redeploy;
use mlship_core::progress::ExitCode;

/// Which of many manifests a command is for.
#[derive(Debug, Default, Args)]
pub(super) struct Selection {
    /// Take only manifests of this name, cluster, model or tag; * stands for any text. Can be
    /// repeated: then all of them must match
    #[arg(long = "select", value_name = "KEY=VALUE", help_heading = FLEETS)]
    pub(super) selectors: Vec<Selector>,
    /// Which of them to release: those that changed, or all as --force-new-deployment does
    #[arg(
        long,
        value_enum,
        default_value_t = Only::Changed,
        value_name = "WHICH",
        help_heading = FLEETS
    )]
    only: Only,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Only {
    /// Those that differ from what serves
    #[default]
    Changed,
    /// Each, with new tasks
    All,
}

impl Selection {
    /// Returns whether tasks are replaced where nothing changes.
    pub(super) fn redeploy(&self) -> Redeploy {
        match self.only {
            Only::Changed => Redeploy::WhenChanged,
            Only::All => Redeploy::Always,
        }
    }

    /// Refuses a command for which nothing is left.
    pub(super) fn check(&self, selected: usize, global: &Global) -> Result<(), ExitCode> {
        if selected > 0 || self.selectors.is_empty() {
            return Ok(());
        }
        let hint = "a KEY is name, cluster, model or a tag of the manifests, and * any text";
        Err(output::usage_with_hint(
            "--select selects no manifest",
            Some(hint),
            global,
        ))
    }
}
