//! Shared by the tests of use cases: a fake AWS on a paused clock, and manifests of its one
//! service.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::deploy::{Deploy, DeployOptions};
use super::fleet::simulated;
use super::watch::watch_newest;
use super::{Context, Interrupts, Invocation, Subject};
use crate::app::ResultRecord;
use crate::app::recording_report::RecordingReport;
use crate::cloud::Identity;
use crate::cloud::fake::{FakeCloud, World};
use crate::progress::Interrupt;
use crate::release::Provenance;
use mlship_manifest::{Identified, Manifest, ReadOptions, Source, identify, read};

/// Stands in for a process and for AWS.
pub(crate) struct Stand {
    pub(crate) cloud: FakeCloud,
    tell: watch::Sender<Option<Interrupt>>,
    interrupts: Interrupts,
    invocation: Invocation,
    pub(crate) pipeline: Provenance,
}

impl Stand {
    #[must_use]
    pub(crate) fn new(world: World) -> Self {
        let (tell, heard) = watch::channel(None);
        Self {
            cloud: FakeCloud::new(world),
            tell,
            interrupts: Interrupts::from_channel(heard),
            invocation: Invocation::default(),
            pipeline: Provenance::default(),
        }
    }

    /// One whose service runs its first release.
    #[must_use]
    pub(crate) fn serving() -> Self {
        Self::new(World::serving())
    }

    pub(crate) fn context(&self) -> Context<'_, FakeCloud> {
        Context {
            cloud: &self.cloud,
            interrupts: &self.interrupts,
            invocation: &self.invocation,
            pipeline: &self.pipeline,
            clock: || Timestamp::UNIX_EPOCH,
            examined: |examined| examined,
        }
    }

    /// Deploys a manifest.
    pub(crate) async fn deploy_with(
        &self,
        manifest: &Manifest,
        options: &DeployOptions,
    ) -> (ResultRecord, RecordingReport) {
        let caller = self.cloud.caller().await.unwrap();
        let deploy = Deploy {
            context: &self.context(),
            caller: &caller,
            options,
            review: None,
        };
        let mut heard = RecordingReport::default();
        let result = Box::pin(deploy.run(manifest, &mut heard)).await;
        (result, heard)
    }

    /// Deploys a version with the options that a command has by default.
    pub(crate) async fn deploy(&self, version: &str) -> ResultRecord {
        self.deploy_with(&manifest(version), &options()).await.0
    }

    /// Deploys a version while ECS takes it, and lets it succeed.
    pub(crate) async fn released(&self, version: &str) {
        self.succeed_after(20);
        self.deploy(version).await;
    }

    /// Begins to deploy a version, and waits for nothing.
    pub(crate) async fn begin(&self, version: &str) -> ResultRecord {
        let detach = DeployOptions {
            detach: true,
            ..options()
        };
        self.deploy_with(&manifest(version), &detach).await.0
    }

    /// Deploys a version that ECS is busy with from now on.
    pub(crate) async fn rolling_out(&self, version: &str) {
        self.begin(version).await;
        self.cloud
            .after_now(0, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    }

    pub(crate) async fn watch(&self) -> ResultRecord {
        let (options, mut heard) = (options().watch, RecordingReport::default());
        let subject = subject();
        let context = self.context();
        Box::pin(watch_newest(&context, &subject, options, false, &mut heard)).await
    }

    /// Lets the deployment that runs by then succeed.
    pub(crate) fn succeed_after(&self, seconds: u64) {
        self.cloud.after_now(seconds, |world| {
            world.tasks(2, 0, 0);
            world.end("SUCCESSFUL", "COMPLETED");
        });
    }

    /// Lets the deployment that runs by then fail, and ECS go back.
    pub(crate) fn fail_after(&self, seconds: u64) {
        self.cloud
            .after_now(seconds, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
        self.cloud.after_now(seconds, |world| {
            world.fail_task("CannotPullContainerError: m:2: not found");
        });
        self.cloud
            .after_now(seconds + 5, |world| world.roll_back("FAILED"));
        self.cloud.after_now(seconds + 10, World::finish_rollback);
    }

    /// Runs something, and sends a signal meanwhile.
    pub(crate) async fn interrupting<T>(&self, seconds: u64, work: impl Future<Output = T>) -> T {
        let signal = async {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            self.tell.send(Some(Interrupt::Terminate)).unwrap();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            done = work => done,
            () = signal => unreachable!("a signal alone ends nothing"),
        }
    }
}

/// What a deploy is given where the command line says nothing.
#[must_use]
pub(crate) fn options() -> DeployOptions {
    simulated::options(None)
}

/// A release of the stand-in's one service.
#[must_use]
pub(crate) fn manifest(version: &str) -> Manifest {
    manifest_with(version, "")
}

/// Whom that release is about.
#[must_use]
pub(crate) fn subject() -> Subject {
    subject_of(manifest("2"))
}

/// Whom a release is about.
#[must_use]
pub(crate) fn subject_of(manifest: Manifest) -> Subject {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let source = manifest.source.clone();
    match identify(source, &settings) {
        Identified::Release(identity) => Subject::of_manifest(&identity, Some(Box::new(manifest))),
        other => panic!("{other:?}"),
    }
}

/// Whom a release is about of whose manifest nothing else can be read.
#[must_use]
pub(crate) fn subject_alone(text: &str) -> Subject {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    match identify(Source::new("m.yaml", text), &settings) {
        Identified::Release(identity) => Subject::of_manifest(&identity, None),
        other => panic!("{other:?}"),
    }
}

/// The service of the stand-in, named without a manifest.
#[must_use]
pub(crate) fn service_alone() -> Subject {
    Subject::of_service(FakeCloud::id(), None)
}

/// Such a release, with more in its manifest.
#[must_use]
pub(crate) fn manifest_with(version: &str, more: &str) -> Manifest {
    let model = format!("{{ name: m, version: \"{version}\" }}");
    read_manifest(&model, version, more)
}

/// A release whose version a registry knows.
#[must_use]
pub(crate) fn manifest_of(model: &str, image: &str) -> Manifest {
    read_manifest(model, image, "")
}

fn read_manifest(model: &str, image: &str, more: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {model}\nimage: m:{image}\n\
         service: {{ cluster: ml, name: m, desired: 2 }}\nruntime: {{ cpu: 256, memory: 512 }}\n\
         network: {{ subnets: [subnet-1] }}\n{more}"
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    match read(Source::new("m.yaml", text), &settings) {
        Ok(manifest) => manifest,
        Err(findings) => panic!("{findings:#?}"),
    }
}
