//! `mlship promote`

use clap::Args;

use super::confirm::unless_agreed;
use super::session::Session;
use super::sessions::{Asking, Sessions};
use super::several::{no_way, on_each};
use super::targets::{Answer, Targets};
use super::watch_flags::Limit;
use super::{Global, examples, output};
use crate::report::Report;
use mlship_core::app::Subject;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::promote::{PromoteOptions, Promotion, Waits};
use mlship_core::app::watch::{OnInterrupt, WatchOptions};
use mlship_core::progress::ExitCode;

/// Let a deployment go on that waits for somebody's word
///
/// Ends what it waits at when it is looked first, and without `--all` no later wait. Exits with 0
/// once ECS took that, or where somebody had done it already. Where nothing waits, it changes
/// nothing and exits with 11.
#[derive(Debug, Args)]
#[command(after_help = examples::PROMOTE)]
pub(super) struct Promote {
    #[command(flatten)]
    targets: Targets,
    /// End this one wait, of which a paused deployment names each
    #[arg(long, value_name = "ID", value_parser = hook)]
    hook: Option<String>,
    #[command(flatten)]
    every: EveryWait,
    /// Watch what goes on to its verdict, as `mlship watch` does
    #[arg(long)]
    follow: bool,
    /// Watch it, and let each step be judged by the manifest's `rollout.analysis`, as `mlship
    /// deploy` does: after a pipeline was killed
    #[arg(long, conflicts_with_all = ["hook", "follow", "all"])]
    judge: bool,
    #[command(flatten)]
    limit: Limit,
}

/// The word that ends all waits.
#[derive(Debug, Args)]
struct EveryWait {
    /// End all waits, those that come later too, and watch the deployment to its verdict. Asks
    /// first on a terminal
    #[arg(long, conflicts_with = "hook")]
    all: bool,
    /// With --all, ask nobody
    #[arg(long, requires = "all")]
    yes: bool,
}

/// Reads the name of a wait, as ECS makes them.
fn hook(written: &str) -> Result<String, String> {
    let is_part = |part: &str| {
        let is_one = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !part.is_empty() && part.chars().all(is_one)
    };
    let mut parts = written.splitn(3, '-');
    let (ecs, kind, id) = (parts.next(), parts.next(), parts.next());
    match (ecs, kind, id) {
        (Some("ecs"), Some(kind), Some(id)) if is_part(kind) && is_part(id) => {
            Ok(written.to_owned())
        }
        (_, _, _) => Err("ECS names waits like ecs-pause-pmvIyqpZn0BpErWGsVDk7z".to_owned()),
    }
}

pub(super) async fn run(command: &Promote, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| promote(command, read, global).await;
    let targets = &command.targets;
    targets.serve("promote", Answer::Lines, global, serve).await
}

async fn promote(command: &Promote, mut read: Subjects, global: &Global) -> ExitCode {
    if command.hook.is_some() && read.subjects.len() > 1 {
        return output::usage("--hook is of one service, and several are named", global);
    }
    if command.every.all
        && let Some(ended) = unless_agreed(&question(&read.subjects), command.every.yes, global)
    {
        return ended;
    }
    // It goes by its name in ECS: who calls only has to be the right one.
    let opened = Sessions::of_subjects(&mut read, true, Asking::Soon, global).await;
    let sessions = match opened {
        Ok(sessions) => sessions,
        Err(error) => return no_way(&read.subjects, &error, global),
    };
    let options = command.options();
    let promote = async |subject: &Subject, session: &Session, report: &mut dyn Report| {
        let caller = session.caller.as_ref();
        let result = match subject.clear(caller, &mut |line| output::complain(line)) {
            Ok(subject) => {
                let promotion = Promotion {
                    context: &session.context(),
                    subject,
                    options: &options,
                };
                Box::pin(promotion.run(report)).await
            }
            Err(refused) => *refused,
        };
        report.result(&result);
        result.exit_code()
    };
    on_each(&read.subjects, &sessions, global, promote).await
}

fn question(subjects: &[Subject]) -> String {
    let names: Vec<String> = subjects
        .iter()
        .map(|subject| subject.service().to_string())
        .collect();
    format!(
        "let {} go on to the end, past every wait for somebody?",
        names.join(", ")
    )
}

impl Promote {
    fn options(&self) -> PromoteOptions {
        let watch = WatchOptions {
            timeout: self.limit.timeout(),
            adds_shift: self.limit.adds_shift(),
            until: mlship_core::rollout::Until::Done,
            on_interrupt: OnInterrupt::Detach,
        };
        PromoteOptions {
            waits: match &self.hook {
                Some(hook) => Waits::One(hook.clone()),
                None if self.every.all => Waits::All(watch),
                None => Waits::Lasting,
            },
            follow: (self.follow || self.judge).then_some(watch),
            judge: self.judge,
            timeout: self.limit.timeout(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::hook;

    #[test]
    fn what_is_no_name_of_ecs_s_is_refused_before_aws_is_asked() {
        for good in ["ecs-pause-1", "ecs-pause-pmvI-yq_pZ", "ecs-lambda-x"] {
            assert_eq!(hook(good), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "pause",
            "ecs-pause",
            "ecs-pause-",
            "ecs--1",
            "ecs-pause-a b",
            "x-pause-1",
        ] {
            assert!(hook(bad).is_err(), "{bad}");
        }
    }
}
