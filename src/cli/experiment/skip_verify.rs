//! `--skip-verify`, of the commands of experiments that deploy.

use clap::Args;

/// Whether to ask first what releases lean on.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SkipVerify {
    /// Deploy without asking first whether all is there that the releases lean on
    #[arg(
        long,
        env = VARIABLE,
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    skip_verify: bool,
}

const VARIABLE: &str = "MLSHIP_SKIP_VERIFY";

impl SkipVerify {
    /// Says whether it was asked for on the command line, and not by the environment, which speaks
    /// to commands that never ask, too.
    pub(super) fn is_flag(self) -> bool {
        self.skip_verify && std::env::var_os(VARIABLE).is_none()
    }

    /// Says whether to ask.
    pub(super) fn verify(self) -> bool {
        !self.skip_verify
    }
}
