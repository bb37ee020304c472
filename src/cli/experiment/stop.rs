//! `mlship experiment stop`

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::cleanup::clean_up;
use super::ending::{Conclusion, Ending};
use super::readout::{Readout, Wanted, numbers, shown, without_targets};
use super::status::outcome;
use super::subject::Subject;
use super::tell::tell;
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{headline, stop_text};
use mlship_aws::cloud::AwsCloud;
use mlship_core::cloud::{Answer, Balancing, Identity};
use mlship_core::experiment::stop::{Asked, Closes, Known, Plan, plan};
use mlship_core::experiment::{Definition, Record, close};
use mlship_core::progress::ExitCode;
use mlship_core::release::ListenerRule;

/// How long a stop waits for what it can do without: numbers, the targets' health, who calls.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stop an experiment: give one variant all the traffic, by one checked write
///
/// Clients whose cookie names a loser stay with it as long as the cookie lives, unless it breaches
/// a guardrail.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_STOP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Stop {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Give this variant all the traffic
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
    /// Stop in spite of what speaks against the winner
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(command: &Stop, global: &Global) -> ExitCode {
    if command.winner.is_none() && !command.no_winner && !command.cleanup {
        let message = "experiment stop takes --winner NAME or --no-winner";
        return output::usage(message, global);
    }
    let subject = match Subject::load(&command.path, "stop", Need::Places, global) {
        Ok(subject) => subject,
        Err(code) => return code,
    };
    let name = &subject.definition.name;
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return Ending::from(error).tell(name, global),
    };
    let work = Box::pin(command.run(&session.cloud, &subject, global));
    let ending = tokio::select! {
        ending = work => ending,
        interrupt = session.interrupts.wait() => {
            let path = subject.manifest.source.name();
            let again = global.invocation().command_line("experiment stop", path);
            Err(Ending::interrupted(interrupt, &command.again(again)))
        }
    };
    match ending {
        Ok(ending) | Err(ending) => ending.tell(name, global),
    }
}

impl Stop {
    /// Adds what was asked for to a command line.
    fn again(&self, mut line: String) -> String {
        if let Some(winner) = &self.winner {
            let _ = write!(line, " --winner {winner}");
        }
        let flags = [
            ("--no-winner", self.no_winner),
            ("--now", self.now),
            ("--cleanup", self.cleanup),
            ("--force", self.force),
        ];
        for (flag, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
            let _ = write!(line, " {flag}");
        }
        line
    }

    async fn run(
        &self,
        cloud: &AwsCloud,
        subject: &Subject,
        global: &Global,
    ) -> Result<Ending, Ending> {
        let mut stopped = None;
        if self.winner.is_some() || self.no_winner {
            let definition = &subject.definition;
            let rule = cloud.listener_rule(&definition.rule).await?;
            let siblings = siblings(cloud, definition).await?;
            let known = known(cloud, subject, rule.as_ref(), global).await;
            let asked = Asked {
                winner: self.winner.clone(),
                now: self.now,
                force: self.force,
            };
            let stop = Stopping {
                cloud,
                subject,
                global,
            };
            stopped = Some(stop.run(rule.as_ref(), &siblings, &known, &asked).await?);
        }
        if !self.cleanup {
            return Ok(
                stopped.unwrap_or_else(|| Ending::done(Conclusion::Unchanged, "", json!({})))
            );
        }
        let cleaned = clean_up(cloud, subject, global).await;
        match stopped {
            Some(stopped) => cleaned.map_err(|error| error.after(stopped)),
            None => cleaned,
        }
    }
}

/// Stops an experiment in which a guardrail is breached.
pub(super) async fn stop_for_harm(
    cloud: &AwsCloud,
    subject: &Subject,
    rule: &ListenerRule,
    readout: &Readout,
    global: &Global,
) -> Ending {
    let known = Known {
        outcome: outcome(readout),
        breached: readout.reading.breached(),
        dead: readout.dead.clone(),
    };
    let stop = Stopping {
        cloud,
        subject,
        global,
    };
    let work = async {
        let siblings = siblings(cloud, &subject.definition).await?;
        stop.run(Some(rule), &siblings, &known, &Asked::default())
            .await
    };
    match Box::pin(work).await {
        Ok(ending) | Err(ending) => ending,
    }
}

/// Returns the rules of the listener, among which are those of the header.
async fn siblings(cloud: &AwsCloud, definition: &Definition) -> Answer<Vec<ListenerRule>> {
    match cloud.rules_of(&definition.rule.listener()).await {
        // There are none of a header to find.
        Err(_) if definition.header.is_none() => Ok(Vec::new()),
        siblings => siblings,
    }
}

/// Returns what is known of the variants. A stop waits for no numbers: without them it goes by
/// the targets alone, and without these by nothing.
async fn known(
    cloud: &AwsCloud,
    subject: &Subject,
    rule: Option<&ListenerRule>,
    global: &Global,
) -> Known {
    let unknown = Known {
        outcome: "unknown".to_owned(),
        ..Known::default()
    };
    let record = rule.and_then(|rule| Record::read(&rule.tags));
    let is_own = |one: &Record| one.state.is_open() && one.name == subject.definition.name;
    let Some(record) = record.filter(is_own) else {
        return unknown;
    };
    let dead = timeout(PATIENCE, without_targets(cloud, &subject.definition));
    let dead = dead.await.unwrap_or_default();
    let (wanted, now) = (Wanted::default(), Timestamp::now());
    let reading = Box::pin(numbers(cloud, subject, &record, wanted, now, &dead));
    let error = match timeout(PATIENCE, reading).await {
        Ok(Ok(reading)) => {
            let readout = Readout {
                reading,
                notes: Vec::new(),
                dead,
                at: now,
            };
            if global.output == Format::Human {
                let found = headline(&shown(subject, &record, &readout));
                output::line(&format!("{}: {found}", record.name));
            }
            return Known {
                outcome: outcome(&readout),
                breached: readout.reading.breached(),
                dead: readout.dead,
            };
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    if global.output == Format::Human {
        output::complain(&format!(
            "warning: the numbers can't be read, so nothing is known of breaches: {error}"
        ));
    }
    Known { dead, ..unknown }
}

struct Stopping<'a> {
    cloud: &'a AwsCloud,
    subject: &'a Subject,
    global: &'a Global,
}

impl Stopping<'_> {
    async fn run(
        &self,
        rule: Option<&ListenerRule>,
        siblings: &[ListenerRule],
        known: &Known,
        asked: &Asked,
    ) -> Result<Ending, Ending> {
        let definition = &self.subject.definition;
        let closes = match plan(definition, rule, siblings, known, asked) {
            Ok(Plan::Closes(closes)) => closes,
            Ok(Plan::Ended(record)) => {
                let message = format!("{}: stopped already", record.name);
                let (line, told) = self.tell(&record).await.unzip();
                let more = json!({ "registry": told });
                return Ok(Ending::done(Conclusion::Unchanged, message, more).adding(line));
            }
            Err(refusals) => {
                let findings = self.subject.findings(refusals);
                return Err(Ending::refused(&findings, self.global));
            }
        };
        if self.global.output == Format::Human {
            let text = stop_text(definition, &closes, &self.global.palette());
            output::page(&text);
        }
        let caller = timeout(PATIENCE, self.cloud.caller()).await;
        let caller = caller.ok().and_then(Result::ok);
        let by = caller.map_or_else(|| "unknown".to_owned(), |caller| caller.arn);
        let record = close(self.cloud, &closes, &by, Timestamp::now).await?;
        Ok(self.ended(&closes, &record).await)
    }

    /// Tells the model registries, and says so.
    async fn tell(&self, record: &Record) -> Option<(String, Value)> {
        let end = record.end.as_ref()?;
        let told = Box::pin(tell(self.cloud, self.subject, end)).await;
        Some((told.line()?, told.document()))
    }

    async fn ended(&self, closes: &Closes, record: &Record) -> Ending {
        let path = self.subject.manifest.source.name();
        let clean = self
            .global
            .invocation()
            .command_line("experiment stop", path);
        let message = format!(
            "{}: stopped, {} has all the traffic",
            record.name, closes.winner
        );
        let cookies = record.end.as_ref().map(|end| end.cookies_end);
        let next = match cookies.filter(|_| !closes.cookies.is_zero()) {
            Some(until) => format!(
                "clients may be with the losers until {until}; `{clean} --cleanup` scales them \
                 down after that"
            ),
            None => format!(
                "no client is with the losers any more; `{clean} --cleanup` scales them down"
            ),
        };
        let (line, told) = self.tell(record).await.unzip();
        let more = json!({
            "registry": told,
            "winner": closes.winner,
            "outcome": closes.outcome,
            "cookies_end": cookies,
            "clients_leave": closes.leaves.is_some(),
        });
        Ending::done(Conclusion::Stopped, message, more)
            .adding([next])
            .adding(line)
    }
}
