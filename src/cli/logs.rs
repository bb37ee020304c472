//! `mlship logs`

use clap::Args;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};

use super::sessions::Sessions;
use super::several::{Way, each_without_way};
use super::targets::{Answer, Targets};
use super::{Format, Global, examples, output};
use crate::report::{LogJson, LogText, Writer};
use mlship_core::app::Subject;
use mlship_core::app::at_once::together;
use mlship_core::app::logs::{DeadTasks, LogOptions, LogsEnd, read_logs};
use mlship_core::app::manifests::Subjects;
use mlship_core::logs::{Kept, Listener, TaskSelection};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_text::arn::last_part;
use mlship_text::moment::{Moment, moment};

/// How many services' logs are read at a time: what is read of each is held until its turn.
const AT_ONCE: usize = 32;

/// Show what the containers of a service log, by default its running tasks' last ten minutes
///
/// Words that look like secrets are shown as ***.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags, each of which is given or not"
)]
#[command(after_help = examples::LOGS)]
pub(super) struct Logs {
    #[command(flatten)]
    targets: Targets,
    /// Show new lines, and those of new tasks, until interrupted
    #[arg(short, long)]
    follow: bool,
    /// Show the tasks that failed instead, one for each cause: why, and the last 100 lines of each
    /// container
    #[arg(long, conflicts_with_all = ["follow", "task"])]
    failed: bool,
    /// With --failed show each task that failed, not only the newest for each cause
    #[arg(long, requires = "failed")]
    all: bool,
    /// Show only the tasks whose id begins with this, running or stopped
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Show only the containers of this name
    #[arg(long, value_name = "NAME")]
    container: Option<String>,
    /// Show lines since a time ago, such as 1h, or since a moment, such as 2026-05-01 or
    /// 2026-05-01T14:00, of UTC unless it names a zone
    #[arg(long, value_parser = moment, value_name = "TIME")]
    since: Option<Moment>,
    /// Show this many lines of each container, the last ones, however old unless --since is given
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    lines: Option<u32>,
    /// Write the time before each line
    #[arg(long)]
    timestamps: bool,
}

pub(super) async fn run(command: &Logs, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| logs(command, read, global).await;
    let targets = &command.targets;
    targets.serve("logs", Answer::Lines, global, serve).await
}

async fn logs(command: &Logs, mut read: Subjects, global: &Global) -> ExitCode {
    let asking = command.targets.named.asking();
    let sessions = match Sessions::of_subjects(&mut read, true, asking, global).await {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.targets.say_place(&sessions, global) {
        return code;
    }
    let read = command.read(&sessions, &read.subjects, global);
    tokio::select! {
        // What has ended beats a reader who left with it.
        biased;
        code = Box::pin(read) => code,
        // A container that is silent would keep this going after everybody has left.
        () = output::unread() => ExitCode::Done,
    }
}

impl Logs {
    /// Reads the logs of every service at the same time. Those that are followed are told as they
    /// come; of others what belongs together stands together, in the order of the services.
    async fn read(&self, sessions: &Sessions, subjects: &[Subject], global: &Global) -> ExitCode {
        let is_one = subjects.len() == 1;
        if self.follow || is_one {
            let each = subjects.iter().enumerate().map(async |(at, subject)| {
                let mut listener = self.listener(global, subject.service());
                let read = self.of_service(sessions.to(at), subject, listener.as_mut(), global);
                code(read.await, subject, is_one, global)
            });
            return ExitCode::worst(join_all(each).await);
        }
        let each = subjects.iter().enumerate().map(async |(at, subject)| {
            let mut kept = Kept::default();
            let way = sessions.to(at);
            let ended = self.of_service(way, subject, &mut kept, global).await;
            (subject, kept, ended)
        });
        let mut each = stream::iter(together(each)).buffered(AT_ONCE);
        let mut codes = Vec::new();
        while let Some((subject, kept, ended)) = each.next().await {
            let mut listener = self.listener(global, subject.service());
            let ended = match kept.tell(subject.service(), listener.as_mut()) {
                Ok(()) => ended,
                Err(_) => Err(LogsEnd::BrokenPipe),
            };
            codes.push(code(ended, subject, is_one, global));
        }
        ExitCode::worst(codes)
    }

    async fn of_service(
        &self,
        way: Way<'_>,
        subject: &Subject,
        listener: &mut dyn Listener,
        global: &Global,
    ) -> Result<(), LogsEnd> {
        let session = way.map_err(|error| LogsEnd::Cloud(error.clone()))?;
        let (context, options) = (session.context(), self.options(global.format()));
        Box::pin(read_logs(&context, subject, &options, listener)).await
    }

    fn listener<'a>(&self, global: &Global, service: &'a ServiceId) -> Box<dyn Listener + 'a> {
        match global.format() {
            Format::Human => Box::new(LogText::new(
                Writer::stdout(),
                Writer::stderr(),
                global.palette(),
                self.timestamps,
            )),
            Format::Json => Box::new(LogJson::new(Writer::stdout(), Writer::stderr(), service)),
        }
    }

    fn options(&self, output: Format) -> LogOptions {
        LogOptions {
            which: match &self.task {
                Some(id) => TaskSelection::Task(last_part(id).to_owned()),
                None if self.failed => TaskSelection::Failed,
                None => TaskSelection::Running,
            },
            follow: self.follow,
            container: self.container.clone(),
            since: self.since,
            lines: self.lines,
            dead: match output {
                Format::Human | Format::Json if self.all => DeadTasks::All,
                Format::Human => DeadTasks::OneACause,
                // Programs fold by themselves.
                Format::Json => DeadTasks::Newest,
            },
        }
    }
}

/// Says why reading ended, and returns the exit code.
fn code(ended: Result<(), LogsEnd>, subject: &Subject, is_one: bool, global: &Global) -> ExitCode {
    let Err(ended) = ended else {
        return ExitCode::Done;
    };
    match ended {
        // Whoever read had enough.
        LogsEnd::BrokenPipe => ExitCode::Done,
        LogsEnd::Interrupted(signal) => ExitCode::from(signal),
        LogsEnd::Mistaken(mistake) => {
            output::usage_with_hint(&mistake.to_string(), mistake.hint().as_deref(), global)
        }
        LogsEnd::Cloud(error) if is_one => output::cloud_error(&error, global),
        LogsEnd::Cloud(error) => each_without_way(std::slice::from_ref(subject), &error, global),
    }
}
