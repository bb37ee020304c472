//! `mlship experiment drop`

use clap::Args;

use super::load::load_one;
use super::presenter::Presenter;
use crate::cli::session::Session;
use crate::cli::{Global, examples, output};
use mlship_core::app::experiment as app;
use mlship_core::progress::ExitCode;

/// Take a variant out of an experiment: open another phase without it
///
/// It gets no traffic any more, and clients leave it at once. What is compared from then on is
/// analysed on its own, and corrected for as many challengers as there were. The manifest may keep
/// the variant.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_DROP)]
pub(super) struct Drop {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// The variant: a challenger, of two at least
    #[arg(value_name = "VARIANT")]
    variant: String,
}

pub(super) async fn run(command: &Drop, global: &Global) -> ExitCode {
    let comparison = match load_one(&command.path, "drop", global) {
        Ok(comparison) => comparison,
        Err(code) => return code,
    };
    let mut presenter = Presenter {
        comparison: &comparison,
        global,
    };
    let opened = Session::listening_as_caller(comparison.destination(), global).await;
    let (session, caller) = match opened {
        Ok(opened) => opened,
        Err(error) => return presenter.end(&error.into()),
    };
    let tell = &mut |line: &str| output::complain(line);
    let cleared = match comparison.clear(Ok(&caller), tell) {
        Ok(cleared) => cleared,
        Err(refused) => return presenter.end(&refused),
    };
    let drop = app::Drop {
        context: &session.context(),
        comparison: cleared,
        caller: &caller,
        variant: &command.variant,
    };
    let outcome = Box::pin(drop.run(&mut presenter)).await;
    presenter.end(&outcome)
}
