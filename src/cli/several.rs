//! Runs a command on several services at a time, and tells of each by its name.

use std::cell::RefCell;
use std::time::Instant;

use super::session::Session;
use super::sessions::Sessions;
use super::{Format, Global, output};
use crate::report::Report;
use mlship_core::app::at_once;
use mlship_core::app::fleet::Audience;
use mlship_core::app::{ResultRecord, RunRecord, Subject, ended_by, results};
use mlship_core::cloud::CloudError;
use mlship_core::progress::{Event, ExitCode, Observer};
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Runs a command on each service at the same time, each by its own way to AWS and with a reader of
/// what happens to it, and returns the worst exit code.
pub(super) async fn on_each(
    subjects: &[Subject],
    sessions: &Sessions,
    global: &Global,
    run: impl AsyncFn(&Subject, &Session, &mut dyn Report) -> ExitCode,
) -> ExitCode {
    let (start, calls_before) = (Instant::now(), sessions.calls());
    let stage = Stage::of(subjects.len(), global);
    let run = async |subject: &Subject, way: Way<'_>, report: &mut dyn Report| match way {
        Ok(session) => run(subject, session, report).await,
        Err(error) => {
            let result = results::aws_error(subject.service(), error);
            report.result(&result);
            result.exit_code()
        }
    };
    let codes = on_stage(&stage, subjects, sessions, run).await;
    let results = stage.results.take();
    // A dry run has plans instead, which end it.
    if subjects.len() > 1 && results.len() == subjects.len() {
        let calls = sessions.calls() - calls_before;
        let record = RunRecord::of(&results, start.elapsed().as_secs_f64(), calls);
        stage.run(&record);
    }
    ExitCode::worst(codes)
}

/// The way to AWS of one service, or why there is none.
pub(super) type Way<'a> = Result<&'a Session, &'a CloudError>;

/// Runs a command on each service at the same time, with one reader of everything, and returns what
/// each came to, in the order of the services.
pub(super) async fn told_to<T>(
    reader: Box<dyn Report>,
    subjects: &[Subject],
    sessions: &Sessions,
    run: impl AsyncFn(&Subject, Way<'_>, &mut dyn Report) -> T,
) -> Vec<T> {
    let stage = Stage::with(reader, subjects.len());
    on_stage(&stage, subjects, sessions, run).await
}

async fn on_stage<T>(
    stage: &Stage,
    subjects: &[Subject],
    sessions: &Sessions,
    run: impl AsyncFn(&Subject, Way<'_>, &mut dyn Report) -> T,
) -> Vec<T> {
    let each = subjects.iter().enumerate().map(async |(at, subject)| {
        let mut report = Part {
            stage,
            service: subject.service(),
        };
        run(subject, sessions.to(at), &mut report).await
    });
    at_once::in_order(each).await
}

/// Says of each service that nothing happened to it, since there is no way to AWS.
pub(super) fn no_way(subjects: &[Subject], error: &CloudError, global: &Global) -> ExitCode {
    if global.format() == Format::Human || subjects.len() == 1 {
        return output::cloud_error(error, global);
    }
    each_without_way(subjects, error, global)
}

/// Says of each service by its name that AWS gave no answer about it.
pub(super) fn each_without_way(
    subjects: &[Subject],
    error: &CloudError,
    global: &Global,
) -> ExitCode {
    for subject in subjects {
        match global.format() {
            Format::Human => {
                output::cloud_error_of(subject.service(), error, global);
            }
            Format::Json => {
                let result = results::aws_error(subject.service(), error);
                global.reporter().result(&result);
            }
        }
    }
    ended_by(error).exit_code()
}

/// The one reader of everything.
pub(super) struct Stage {
    reader: RefCell<Box<dyn Report>>,
    results: RefCell<Vec<ResultRecord>>,
    /// Whether a warning has to say whom it is about.
    names_warnings: bool,
}

impl Stage {
    /// Opens one for so many services.
    pub(super) fn of(services: usize, global: &Global) -> Self {
        Self::with(global.reporter_of(services), services)
    }

    fn with(reader: Box<dyn Report>, services: usize) -> Self {
        Self {
            reader: RefCell::new(reader),
            results: RefCell::default(),
            names_warnings: services > 1,
        }
    }

    /// Tells of a run over several services.
    pub(super) fn run(&self, run: &RunRecord) {
        self.reader.borrow_mut().run(run);
    }
}

impl Audience for Stage {
    fn report_of<'a>(&'a self, service: &'a ServiceId) -> Box<dyn Report + 'a> {
        Box::new(Part {
            stage: self,
            service,
        })
    }
}

/// What is told of one service.
struct Part<'a> {
    stage: &'a Stage,
    service: &'a ServiceId,
}

// Whoever is told goes by the service as the run names it, with where it is.
impl Observer for Part<'_> {
    fn event(&mut self, _: &ServiceId, event: &Event) {
        self.stage.reader.borrow_mut().event(self.service, event);
    }

    fn idle(&mut self, _: &ServiceId) {
        self.stage.reader.borrow_mut().idle(self.service);
    }

    /// Whoever hears it says whom it is about; nobody else wants a heading for it.
    fn decision(&mut self, _: &ServiceId, text: &str) {
        self.stage.reader.borrow_mut().decision(self.service, text);
    }
}

impl Report for Part<'_> {
    fn result(&mut self, result: &ResultRecord) {
        let result = match &self.service.place {
            Some(named) => result.clone().at(self.service, &named.place),
            None => result.clone(),
        };
        self.stage.reader.borrow_mut().result(&result);
        self.stage.results.borrow_mut().push(result);
    }

    fn warning(&mut self, text: &str) {
        let mut reader = self.stage.reader.borrow_mut();
        if self.stage.names_warnings {
            reader.warning(&format!("{}: {text}", self.service));
        } else {
            reader.warning(text);
        }
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.stage.reader.borrow_mut().findings(findings);
    }

    fn run(&mut self, run: &RunRecord) {
        self.stage.reader.borrow_mut().run(run);
    }
}
