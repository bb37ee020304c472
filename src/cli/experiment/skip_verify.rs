//! `--skip-verify`, of the commands of experiments that deploy.

use clap::Args;

/// Whether to ask first what releases lean on.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SkipVerify {
    /// Deploy without asking first whether all is there that the releases lean on
    #[arg(
        long,
        env = "MLSHIP_SKIP_VERIFY",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    skip_verify: bool,
}

impl SkipVerify {
    /// Says whether to ask.
    pub(super) fn verify(self) -> bool {
        !self.skip_verify
    }
}
