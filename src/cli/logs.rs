//! `mlship logs`

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::load::load_one;
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{LogJson, LogText, Writer};
use mlship_core::cloud::{Cloud, CloudError};
use mlship_core::logs::{Begin, Choice, Listener, Reader, Stop, Survey, Which, death, follow};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_core::release::{LiveService, LiveTask};
use mlship_text::arn::last_part;
use mlship_text::moment::{Moment, moment};

/// How far back the logs of running tasks are read unless asked otherwise.
const RECENT: Moment = Moment::Ago(SignedDuration::from_mins(10));
/// How many lines of each container of a dead task are read unless asked otherwise.
const LAST_WORDS: u32 = 100;
/// How many dead tasks are read.
const DEAD: usize = 10;

/// Show what the containers of a service log, by default its running tasks' last ten minutes
///
/// Words that look like secrets are shown as ***.
#[derive(Debug, Args)]
#[command(after_help = examples::LOGS)]
pub(super) struct Logs {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Go on with new lines, and new tasks, until interrupted
    #[arg(short, long)]
    follow: bool,
    /// Read the tasks that died instead: why, and the last 100 lines of each container
    #[arg(long, conflicts_with_all = ["follow", "task"])]
    failed: bool,
    /// Read the tasks whose id begins so, running or stopped
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Read only the containers of this name
    #[arg(long, value_name = "NAME")]
    container: Option<String>,
    /// Read lines since a time ago, such as 1h, or since a moment, such as 2026-05-01 or
    /// 2026-05-01T14:00, of UTC unless it names a zone
    #[arg(long, value_parser = moment, value_name = "TIME")]
    since: Option<Moment>,
    /// Read this many lines of each container, the last ones, however old unless --since is given
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    lines: Option<u32>,
    /// Write the time before each line
    #[arg(long)]
    timestamps: bool,
}

pub(super) async fn run(command: &Logs, global: &Global) -> ExitCode {
    let loaded = match load_one(&command.path, "logs", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let service = loaded.service();
    let mut listener = command.listener(global, &service);
    let reader = Reader::new(&session.cloud, listener.as_mut());
    let read = tokio::select! {
        // What has ended beats a signal that came with it.
        biased;
        read = Box::pin(command.read(&reader, &session.cloud, &service)) => read,
        signal = session.interrupts.wait() => return ExitCode::from(signal),
        // A container that is silent would keep this going after everybody has left.
        () = output::unread() => return ExitCode::Done,
    };
    match read {
        Ok(code) => code,
        // Whoever read had enough.
        Err(Stop::Unheard) => ExitCode::Done,
        Err(Stop::Cloud(error)) => output::cloud_error(&error, global),
    }
}

impl Logs {
    fn listener<'a>(&self, global: &Global, service: &'a ServiceId) -> Box<dyn Listener + 'a> {
        match global.output {
            Format::Human => Box::new(LogText::new(
                Writer::stdout(),
                Writer::stderr(),
                global.palette(),
                self.timestamps,
            )),
            Format::Json => Box::new(LogJson::new(Writer::stdout(), Writer::stderr(), service)),
        }
    }

    async fn read<C: Cloud>(
        &self,
        reader: &Reader<'_, C>,
        cloud: &C,
        service: &ServiceId,
    ) -> Result<ExitCode, Stop> {
        let live = cloud.service(service).await?;
        let live = live
            .filter(LiveService::is_active)
            .ok_or_else(|| CloudError::no_service(service))?;
        let choice = Choice {
            container: self.container.clone(),
        };
        let survey = Survey::new(reader, service, choice);
        let which = self.which();
        let tasks = survey.tasks(&which).await?;
        let now = now_of(&live, &tasks);
        if self.follow {
            return self.follow(&survey, &which, tasks, now).await;
        }
        self.read_once(&survey, &which, &tasks, now).await
    }

    async fn follow<C: Cloud>(
        &self,
        survey: &Survey<'_, '_, C>,
        which: &Which,
        tasks: Vec<LiveTask>,
        now: Timestamp,
    ) -> Result<ExitCode, Stop> {
        for task in &tasks {
            survey.sources(task).await?;
        }
        if let Some(code) = self.refuse(survey, which, &tasks) {
            return Ok(code);
        }
        let begin = self.begin(now, false);
        follow(survey, which, tasks, &begin, &Timestamp::now).await?;
        Ok(ExitCode::Done)
    }

    async fn read_once<C: Cloud>(
        &self,
        survey: &Survey<'_, '_, C>,
        which: &Which,
        tasks: &[LiveTask],
        now: Timestamp,
    ) -> Result<ExitCode, Stop> {
        let shown = match which {
            Which::Failed => &tasks[..tasks.len().min(DEAD)],
            Which::Running | Which::Task(_) => tasks,
        };
        let mut sources = Vec::new();
        for task in shown {
            sources.push((task, survey.sources(task).await?));
        }
        if let Some(code) = self.refuse(survey, which, tasks) {
            return Ok(code);
        }
        let reader = survey.reader();
        let mut count = 0;
        // Each dead task by itself, behind the reason of its death; the living together.
        let (dead, living): (Vec<_>, Vec<_>) = sources
            .into_iter()
            .partition(|(task, _)| task.has_stopped());
        for (task, sources) in dead {
            if let Some(death) = death(task) {
                reader.death(&death)?;
            }
            count += reader.read(&sources, &self.begin(now, true)).await?;
        }
        let living: Vec<_> = living
            .into_iter()
            .flat_map(|(_, sources)| sources)
            .collect();
        count += reader.read(&living, &self.begin(now, false)).await?;
        if tasks.len() > shown.len() {
            let more = tasks.len() - shown.len();
            reader.note(&format!(
                "{more} more died before; --task ID reads one of them"
            ));
        } else if tasks.is_empty() {
            reader.note(nothing(which));
        } else if count == 0 {
            reader.note(self.silence(shown));
        }
        Ok(ExitCode::Done)
    }

    /// Returns the exit code for a task or a container that is not there.
    fn refuse<C: Cloud>(
        &self,
        survey: &Survey<'_, '_, C>,
        which: &Which,
        tasks: &[LiveTask],
    ) -> Option<ExitCode> {
        if let Which::Task(prefix) = which
            && tasks.is_empty()
        {
            output::complain(&format!(
                "error: no task {prefix}: neither running nor among those that ECS remembers"
            ));
            return Some(ExitCode::Usage);
        }
        let known = survey.mistaken()?.join(", ");
        let wanted = self.container.as_deref().unwrap_or_default();
        output::complain(&format!("error: no container {wanted}; there are: {known}"));
        Some(ExitCode::Usage)
    }

    /// Returns what is said where tasks wrote nothing.
    fn silence(&self, tasks: &[LiveTask]) -> &'static str {
        let are_dead = tasks.iter().all(LiveTask::has_stopped);
        if self.since.is_none() && (self.lines.is_some() || are_dead) {
            return "nothing was logged";
        }
        "nothing was logged in that time; --since reads further back"
    }

    fn which(&self) -> Which {
        match &self.task {
            Some(id) => Which::Task(last_part(id).to_owned()),
            None if self.failed => Which::Failed,
            None => Which::Running,
        }
    }

    fn begin(&self, now: Timestamp, dead: bool) -> Begin {
        let from = self.since.map(|since| since.at(now));
        match (self.lines, from) {
            (Some(lines), from) => Begin::Tail(lines, from),
            (None, Some(from)) => Begin::At(from),
            (None, None) if dead => Begin::Tail(LAST_WORDS, None),
            (None, None) => Begin::At(RECENT.at(now)),
        }
    }
}

fn nothing(which: &Which) -> &'static str {
    match which {
        Which::Failed => "no task died as far back as ECS remembers, which is about an hour",
        Which::Running | Which::Task(_) => {
            "no task runs; mlship logs --failed reads those that died"
        }
    }
}

/// What ECS has stamped cannot lie in the future: a clock here that is behind must not make
/// "ten minutes ago" longer than it is.
fn now_of(service: &LiveService, tasks: &[LiveTask]) -> Timestamp {
    let events = service.events.iter().filter_map(|event| event.created_at);
    let tasks = tasks
        .iter()
        .flat_map(|task| [task.created_at, task.stopped_at()]);
    let newest = events.chain(tasks.flatten()).max();
    newest.max(Some(Timestamp::now())).unwrap_or_default()
}
