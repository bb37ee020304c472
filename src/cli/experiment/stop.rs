//! `mlship experiment stop`

use clap::Args;

use super::ledger::RecordFlag;
use super::load::{find, load_some};
use super::presenter::Presenter;
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::several::Way;
use crate::cli::targets::NamedServices;
use crate::cli::{Global, examples, output};
use mlship_core::app::experiment::{self as app, Comparison, Ending, Outcome, StopOptions};
use mlship_core::progress::ExitCode;

/// Stop an experiment: give one variant all the traffic, by one checked write
///
/// Clients whose cookie names a loser stay with it as long as the cookie lives, unless it breaches
/// a guardrail. Who wins is yours to say: the numbers are not asked, so look at `experiment status`
/// first. --service, of any variant, needs no manifest.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_STOP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Stop {
    /// Manifests of experiments, directories of them, or - for standard input; only whose traffic
    /// they are about is read
    #[arg(required_unless_present = "services")]
    paths: Vec<String>,
    #[command(flatten)]
    named: NamedServices,
    /// Give this variant all the traffic, whatever the numbers say of it, and where there are none
    #[arg(long, value_name = "NAME", conflicts_with = "no_winner")]
    winner: Option<String>,
    /// Give the control all the traffic
    #[arg(long)]
    no_winner: bool,
    /// Take clients from the losers at once, whatever their cookies say; also after a stop
    #[arg(long)]
    now: bool,
    /// Scale the losers down, once no client is with them any more
    #[arg(long)]
    cleanup: bool,
    /// Stop even when the winner can't carry the traffic: it breaches a guardrail or has no healthy
    /// target
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    ledger: RecordFlag,
}

pub(super) async fn run(command: &Stop, global: &Global) -> ExitCode {
    let options = command.options();
    if options.ending.is_none() && !options.cleanup {
        let message = "experiment stop takes --winner NAME or --no-winner";
        return output::usage(message, global);
    }
    if !command.named.is_empty() {
        return match named(command, &options, global).await {
            Ok(codes) => ExitCode::worst(codes),
            Err(code) => code,
        };
    }
    let (comparisons, broken) = match load_some(&command.paths, "stop", Need::Places, global) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let comparisons = command.recorded(comparisons);
    let wanted: Vec<_> = comparisons.iter().map(Comparison::destination).collect();
    let sessions = Sessions::listening(&wanted, Asking::Soon, global).await;
    let ways = (0..comparisons.len()).map(|at| sessions.as_ref().and_then(|all| all.to(at)));
    let found: Vec<_> = comparisons.iter().zip(ways).collect();
    let codes = each(&found, &options, global).await;
    ExitCode::worst([broken].into_iter().chain(codes))
}

/// Stops the experiments that services are variants of.
async fn named(
    command: &Stop,
    options: &StopOptions,
    global: &Global,
) -> Result<Vec<ExitCode>, ExitCode> {
    command.named.may_be_used(global)?;
    let wanted = command.named.destinations();
    let sessions = Sessions::listening(&wanted, Asking::Soon, global).await;
    let sessions = sessions.map_err(|error| output::cloud_error(&error, global))?;
    command.named.say_place(&sessions, global)?;
    let (found, mut codes) = find(&command.named, &sessions, global).await;
    let (comparisons, ways): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let comparisons = command.recorded(comparisons);
    let ways = ways.into_iter().map(Ok);
    let found: Vec<_> = comparisons.iter().zip(ways).collect();
    codes.extend(each(&found, options, global).await);
    Ok(codes)
}

/// Stops each, and returns how that ended.
async fn each(
    comparisons: &[(&Comparison, Way<'_>)],
    options: &StopOptions,
    global: &Global,
) -> Vec<ExitCode> {
    let mut codes = Vec::new();
    for (comparison, session) in comparisons {
        let presenter = Presenter { comparison, global };
        let outcome = match session {
            Ok(session) => Box::pin(stop(session, presenter, options)).await,
            Err(error) => Outcome::from((*error).clone()),
        };
        codes.push(presenter.end(&outcome));
    }
    codes
}

async fn stop(session: &Session, mut presenter: Presenter<'_>, options: &StopOptions) -> Outcome {
    let tell = &mut |line: &str| output::complain(line);
    match presenter.comparison.clear(session.caller.as_ref(), tell) {
        Ok(comparison) => {
            let stop = app::Stop {
                context: &session.context(),
                comparison,
            };
            Box::pin(stop.run(options, &mut presenter)).await
        }
        Err(refused) => refused,
    }
}

impl Stop {
    fn recorded(&self, comparisons: Vec<Comparison>) -> Vec<Comparison> {
        let comparisons = comparisons.into_iter();
        let place = || self.ledger.record.clone();
        comparisons
            .map(|comparison| comparison.recorded_in(place()))
            .collect()
    }

    fn options(&self) -> StopOptions {
        let winner = self.winner.clone().map(Ending::Winner);
        StopOptions {
            ending: winner.or(self.no_winner.then_some(Ending::NoWinner)),
            now: self.now,
            cleanup: self.cleanup,
            force: self.force,
        }
    }
}
