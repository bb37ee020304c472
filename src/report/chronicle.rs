//! What a run came to, kept for reports that are written once it is over.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Event, Report, ResultRecord, RunRecord};
use mlship_core::app::rollback::TakeBack;
use mlship_core::plan::{Change, Effect, Plan, plan_document};
use mlship_core::progress::{Cause, Conclusion, Observer};
use mlship_core::release::ids::{Caller, ServiceId};
use mlship_core::release::service_of;
use mlship_manifest::{Diagnostic, Manifest, Span};

/// What a run came to.
#[derive(Debug, Default)]
pub struct Chronicle {
    /// What was planned and shown.
    pub plans: Vec<PlanRecord>,
    /// How each service ended.
    pub results: Vec<ResultRecord>,
    /// What was found in the manifests.
    pub findings: Vec<Diagnostic>,
    /// What ended the command, or a part of it.
    pub obstacles: Vec<Obstacle>,
    /// The manifests of releases.
    pub manifests: Vec<ManifestRecord>,
    /// Of a command that asked AWS what releases lean on: how many checks passed, and how many could
    /// not be made.
    pub checks: Option<Checks>,
}

/// How checks ended that found nothing wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checks {
    /// All that these look at was seen, and is right.
    pub passed: usize,
    /// Not all was seen.
    pub unchecked: usize,
}

/// A plan, without what must not be seen.
#[derive(Debug, Clone)]
pub struct PlanRecord {
    /// The service.
    pub service: ServiceId,
    /// The account and the region that it is for.
    pub home: (Option<String>, String),
    /// What it does; none where a running deployment is taken back, and none made.
    pub effect: Option<Effect>,
    /// How many tasks run.
    pub tasks: u32,
    /// The version that serves.
    pub before: Option<String>,
    /// The version that is wanted.
    pub after: String,
    /// What differs.
    pub changes: Vec<Change>,
    /// What a reviewer should read twice.
    pub notes: Vec<String>,
}

/// What stood in the way.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// The service, where it was about one.
    pub service: Option<String>,
    /// How that ended.
    pub conclusion: Conclusion,
    /// What went wrong.
    pub error: String,
    /// The next step.
    pub hint: Option<String>,
}

/// A manifest of a release, and where the fields are that a failure may be about.
#[derive(Debug, Clone)]
pub struct ManifestRecord {
    /// The service.
    pub service: ServiceId,
    /// The file.
    pub file: String,
    places: BTreeMap<&'static str, Span>,
}

impl PlanRecord {
    /// Takes what may be seen of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let shown = plan_document(plan);
        let changes = serde_json::from_value(shown["changes"].clone());
        let notes = serde_json::from_value(shown["notes"].clone());
        Self {
            service: plan.service.clone(),
            home: home(&plan.caller),
            effect: Some(plan.effect),
            tasks: plan.tasks,
            before: plan
                .previous
                .as_ref()
                .map(|previous| previous.version_or_revision().to_owned()),
            after: plan.model.version.clone(),
            changes: changes.unwrap_or_default(),
            notes: notes.unwrap_or_default(),
        }
    }

    /// Takes what may be seen of a deployment that is taken back.
    #[must_use]
    pub fn of_take_back(shown: &TakeBack) -> Self {
        let document = shown.document();
        let changes = serde_json::from_value(document["changes"].clone());
        let notes = serde_json::from_value(document["notes"].clone());
        let from = shown.from.as_ref();
        Self {
            service: shown.service.clone(),
            home: home(&shown.caller),
            effect: None,
            tasks: 0,
            before: from.map(|from| from.version_or_revision().to_owned()),
            after: shown.to.version_or_revision().to_owned(),
            changes: changes.unwrap_or_default(),
            notes: notes.unwrap_or_default(),
        }
    }
}

fn home(caller: &Caller) -> (Option<String>, String) {
    let account = caller.account.known();
    (account.map(str::to_owned), caller.region.clone())
}

impl ManifestRecord {
    /// Takes whom a manifest is about, and where its fields are.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let fields = Cause::ALL.into_iter().map(field).chain([IMAGE]);
        let written = fields.filter(|field| manifest.places.is_written(field));
        Self {
            service: service_of(&manifest.release),
            file: manifest.source.name().to_owned(),
            places: written
                .map(|field| (field, manifest.places.span(field)))
                .collect(),
        }
    }

    /// Returns the place of the field that a cause is about, else that of the image.
    #[must_use]
    pub fn place(&self, cause: Option<Cause>) -> Option<&Span> {
        let own = cause.and_then(|cause| self.places.get(field(cause)));
        own.or_else(|| self.places.get(IMAGE))
    }
}

const IMAGE: &str = "image";

/// Returns the field that a cause is about.
fn field(cause: Cause) -> &'static str {
    match cause {
        Cause::ImageNotFound
        | Cause::ImageDenied
        | Cause::ImageNetwork
        | Cause::ExecFormat
        | Cause::ContainerExited
        | Cause::StoppedBySomeone
        | Cause::Unknown => IMAGE,
        Cause::ImageArchitecture => "runtime.arch",
        Cause::SecretMissing | Cause::SecretDenied | Cause::SecretNetwork => "runtime.secrets",
        Cause::OutOfMemory => "runtime.memory",
        Cause::CommandNotFound => "runtime.command",
        Cause::ContainerUnhealthy => "health.container",
        Cause::LoadBalancerUnhealthy => "traffic.targetGroup",
        Cause::SlowStart => "health",
        Cause::NoCapacity => "runtime.cpu",
        Cause::NetworkInterface => "network",
        Cause::LogDriver => "runtime.logs",
        Cause::Volume => "overrides",
        Cause::WeightsMissing | Cause::WeightsCorrupt => "model.artifact",
        Cause::RoleDenied => "runtime.roles",
        Cause::Alarm => "rollout",
        Cause::Analysis => "rollout.analysis",
        Cause::HookFailed => "rollout.hooks",
        Cause::PauseTimedOut => "rollout.pause",
    }
}

impl Chronicle {
    /// Returns the manifest of a service.
    #[must_use]
    pub fn manifest_of(&self, result: &ResultRecord) -> Option<&ManifestRecord> {
        let service = result.service_id();
        self.manifests.iter().find(|manifest| {
            manifest.service.name == service.name
                && manifest.service.cluster.short() == service.cluster.short()
        })
    }
}

/// A chronicle that several write to.
#[derive(Debug, Clone, Default)]
pub struct SharedChronicle(Rc<RefCell<Chronicle>>);

impl SharedChronicle {
    /// Takes something down.
    pub fn note(&self, note: impl FnOnce(&mut Chronicle)) {
        note(&mut self.0.borrow_mut());
    }

    /// Reads it.
    pub fn read<T>(&self, read: impl FnOnce(&Chronicle) -> T) -> T {
        read(&self.0.borrow())
    }
}

/// Takes down what another reader tells.
pub struct Recorded {
    inner: Box<dyn Report>,
    chronicle: SharedChronicle,
}

impl Recorded {
    /// Listens beside a reader.
    #[must_use]
    pub fn new(inner: Box<dyn Report>, chronicle: SharedChronicle) -> Self {
        Self { inner, chronicle }
    }
}

impl Observer for Recorded {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        if let Event::Planned { plan } = event {
            let mut record = PlanRecord::of(plan);
            record.service = service.clone();
            self.chronicle
                .note(|chronicle| chronicle.plans.push(record));
        }
        self.inner.event(service, event);
    }

    fn idle(&mut self, service: &ServiceId) {
        self.inner.idle(service);
    }

    fn decision(&mut self, service: &ServiceId, text: &str) {
        self.inner.decision(service, text);
    }
}

impl Report for Recorded {
    fn result(&mut self, result: &ResultRecord) {
        self.chronicle
            .note(|chronicle| chronicle.results.push(result.clone()));
        self.inner.result(result);
    }

    fn warning(&mut self, text: &str) {
        self.inner.warning(text);
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.chronicle
            .note(|chronicle| chronicle.findings.extend_from_slice(findings));
        self.inner.findings(findings);
    }

    fn run(&mut self, run: &RunRecord) {
        self.inner.run(run);
    }
}
