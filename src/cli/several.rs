//! Runs a command on several services at a time, and tells of each by its name.

use std::cell::RefCell;

use futures_util::stream::{self, StreamExt};

use super::{Format, Global, output};
use crate::report::Report;
use mlship_core::app::fleet::Audience;
use mlship_core::app::{ResultRecord, RunRecord, Subject, fault, results};
use mlship_core::cloud::CloudError;
use mlship_core::progress::{Event, ExitCode, Observer};
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// How many services are worked on at a time: AWS throttles who asks about more.
const AT_A_TIME: usize = 8;

/// Runs a command on each service, with a reader of what happens to it, and returns the worst
/// exit code.
pub(super) async fn on_each(
    subjects: &[Subject],
    global: &Global,
    run: impl AsyncFn(&Subject, &mut dyn Report) -> ExitCode,
) -> ExitCode {
    let stage = Stage::of(subjects.len(), global);
    let each = stream::iter(subjects).map(async |subject| {
        let mut report = Part {
            stage: &stage,
            service: subject.service(),
        };
        Box::pin(run(subject, &mut report)).await
    });
    let codes: Vec<ExitCode> = each.buffered(AT_A_TIME).collect().await;
    ExitCode::worst(codes)
}

/// Says of each service that nothing happened to it, since there is no way to AWS.
pub(super) fn no_way(subjects: &[Subject], error: &CloudError, global: &Global) -> ExitCode {
    if global.output == Format::Human || subjects.len() == 1 {
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
        match global.output {
            Format::Human => {
                output::cloud_error_of(subject.service(), error);
            }
            Format::Json => {
                let result = results::aws_error(subject.service(), error);
                global.reporter().result(&result);
            }
        }
    }
    fault(error).into()
}

/// The one reader of everything.
pub(super) struct Stage {
    reader: RefCell<Box<dyn Report>>,
    /// Whom it heard of last.
    speaker: RefCell<Option<ServiceId>>,
    has_headings: bool,
}

impl Stage {
    /// Opens one for so many services.
    pub(super) fn of(services: usize, global: &Global) -> Self {
        Self {
            reader: RefCell::new(global.reporter_of(services)),
            speaker: RefCell::new(None),
            has_headings: services > 1 && global.output == Format::Human,
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

impl Part<'_> {
    fn tell(&self, tell: impl FnOnce(&mut dyn Report)) {
        let mut speaker = self.stage.speaker.borrow_mut();
        if self.stage.has_headings && speaker.as_ref() != Some(self.service) {
            output::complain(&format!("{}:", self.service));
            *speaker = Some(self.service.clone());
        }
        tell(self.stage.reader.borrow_mut().as_mut());
    }
}

impl Observer for Part<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        self.tell(|reader| reader.event(service, event));
    }

    /// What was held back comes out under the service's own heading, now or with its next event.
    fn idle(&mut self, service: &ServiceId) {
        let spoke_last = self.stage.speaker.borrow().as_ref() == Some(service);
        if spoke_last || !self.stage.has_headings {
            self.stage.reader.borrow_mut().idle(service);
        }
    }

    /// Whoever hears it says whom it is about; nobody else wants a heading for it.
    fn decision(&mut self, service: &ServiceId, text: &str) {
        self.stage.reader.borrow_mut().decision(service, text);
    }
}

impl Report for Part<'_> {
    fn result(&mut self, result: &ResultRecord) {
        self.tell(|reader| reader.result(result));
    }

    fn warning(&mut self, text: &str) {
        self.tell(|reader| reader.warning(text));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.tell(|reader| reader.findings(findings));
    }

    fn run(&mut self, run: &RunRecord) {
        self.tell(|reader| reader.run(run));
    }
}
