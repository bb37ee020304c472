//! A winner whose release becomes the control's, with a service for each variant.

mod foreseen;
mod images;
mod killed;
mod preflight;
mod refused;
mod scale_down;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::super::super::{Context, Interrupts, Invocation};
use super::{EXPERIMENT, RecordedEvents};
use crate::app::experiment::served::{EndedWhen, Tested, served};
use crate::app::experiment::{
    Comparison, Conclusion, Details, Ending, Origin, Outcome, Run, RunOptions, Stop, StopOptions,
    WrittenExperiment,
};
use crate::cloud::fake::{FakeFleet, FakeRegistry, Fault, Moment};
use crate::cloud::{Ecs, Identity};
use crate::experiment::testing::{definition, rule, rule_arn};
use crate::experiment::{PromotionState, Record, State};
use crate::progress::ExitCode;
use crate::release::{Provenance, Routing};
use mlship_manifest::{Code, Manifest, ManifestContent, ReadOptions, Source, examine, read};

thread_local! {
    static BEGAN: Instant = Instant::now();
}

/// The time by the clock that tests pause.
fn clock() -> Timestamp {
    let since = SignedDuration::try_from(BEGAN.with(Instant::elapsed)).unwrap();
    let began = Timestamp::from_second(1_790_000_000).unwrap();
    began.saturating_add(since).unwrap()
}

const SETTINGS: ReadOptions<'static> = ReadOptions {
    environment: None,
    variables: &|_: &str| None,
};

fn release(service: &str, version: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"{version}\" }}\n\
         image: m:{version}\nservice: {{ cluster: ml, name: {service}, desired: 2 }}\n\
         runtime: {{ cpu: 256, memory: 512 }}\nnetwork: {{ subnets: [subnet-{service}] }}\n"
    );
    read(Source::new(format!("{service}.yaml"), text), &SETTINGS).unwrap()
}

fn sha256(digit: char) -> String {
    format!("sha256:{}", String::from(digit).repeat(64))
}

/// The image that the challenger ran from the start.
fn tested() -> String {
    format!("m@{}", sha256('b'))
}

struct Lab {
    verify: bool,
    fleet: FakeFleet,
    comparison: Comparison,
    interrupts: Interrupts,
    invocation: Invocation,
    pipeline: Provenance,
}

impl Lab {
    fn new() -> Self {
        Self::on_winner("promote")
    }

    fn on_winner(word: &str) -> Self {
        clock();
        let text = EXPERIMENT.replace("RULE", rule_arn().as_str());
        let text = format!("{text}onWinner: {word}\n");
        let examined = examine(Source::new("e.yaml", text), &SETTINGS);
        let ManifestContent::Experiment(Some(manifest)) = examined.subject else {
            panic!("{:#?}", examined.findings);
        };
        let definition = crate::experiment::Definition {
            stickiness: Some(3600),
            ..definition(&[50, 50])
        };
        let fleet = FakeFleet::serving(["control", "challenger"], 1.0);
        fleet.balancer.put(rule(&[(&definition.arms[0].group, 1)]));
        for service in ["control", "challenger"] {
            for (tag, digest) in [("8", 'a'), ("9", 'b')] {
                let digest = sha256(digest);
                fleet.change(service, |world| {
                    world.image_tags.insert(tag.to_owned(), digest);
                });
            }
        }
        let releases = vec![release("control", "8"), release("challenger", "9")];
        Self {
            verify: true,
            fleet,
            comparison: Comparison {
                origin: Origin::Manifest(Box::new(WrittenExperiment {
                    manifest: *manifest,
                    releases,
                    defaults: Vec::new(),
                })),
                definition,
            },
            interrupts: Interrupts::never(),
            invocation: Invocation::default(),
            pipeline: Provenance::default(),
        }
    }

    /// One that runs, and whose challenger is better.
    async fn won() -> Self {
        let lab = Self::new();
        lab.wins().await;
        lab
    }

    /// Starts it, and lets the challenger be better.
    async fn wins(&self) {
        let outcome = self.advance(false).await;
        assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
        self.count([500.0, 750.0], 1000.0);
        sleep(Duration::from_hours(48)).await;
    }

    fn count(&self, converted: [f64; 2], errors: f64) {
        let metrics = &self.fleet.metrics;
        for (arm, (converted, errors)) in self
            .comparison
            .definition
            .arms
            .iter()
            .zip(converted.into_iter().zip([1000.0, errors]))
        {
            let group = arm.group.dimension();
            metrics.put(group, "RequestCount", 1_000_000.0);
            metrics.put(group, "HTTPCode_Target_2XX_Count", 1_000_000.0 - errors);
            metrics.put(group, "HTTPCode_Target_5XX_Count", errors);
            metrics.put(group, "HealthyHostCount", 2.0);
            metrics.put(&arm.name, "Clients", 10_000.0);
            metrics.put(&arm.name, "Converted", converted);
        }
    }

    fn context(&self) -> Context<'_, FakeFleet> {
        Context {
            cloud: &self.fleet,
            interrupts: &self.interrupts,
            invocation: &self.invocation,
            pipeline: &self.pipeline,
            clock,
            examined: |examined| examined,
        }
    }

    /// Stops it once more, which does nothing but tell of it.
    async fn stop_again(&self) -> Outcome {
        let caller = self.fleet.caller().await.unwrap();
        let stop = Stop {
            context: &self.context(),
            comparison: self.comparison.clear(Ok(&caller), &mut |_| {}).unwrap(),
        };
        let options = StopOptions {
            ending: Some(Ending::Winner("control".to_owned())),
            now: false,
            force: false,
            cleanup: false,
        };
        Box::pin(stop.run(&options, &mut RecordedEvents::default())).await
    }

    async fn advance(&self, retry_failed: bool) -> Outcome {
        let context = self.context();
        let caller = self.fleet.caller().await.unwrap();
        let run = Run {
            context: &context,
            comparison: self.comparison.clear(Ok(&caller), &mut |_| {}).unwrap(),
            caller: &caller,
            options: RunOptions {
                timeout: Duration::from_mins(30),
                retry_failed,
                verify: self.verify,
            },
            rows: None,
        };
        Box::pin(run.advance(&mut RecordedEvents::default())).await
    }

    /// Takes a step, and is killed at a write of it; says whether it was.
    async fn killed_at(&self, write: usize, moment: Moment) -> bool {
        let kill = &self.fleet.balancer.kill;
        kill.at(write, moment);
        let is_killed = tokio::select! {
            biased;
            () = kill.happens() => true,
            _ = self.advance(false) => false,
        };
        kill.nobody();
        is_killed
    }

    /// Lets the tag of the winner's image stand for another one.
    fn move_tag(&self, digest: Option<char>) {
        for service in ["control", "challenger"] {
            self.fleet.change(service, |world| match digest {
                Some(digest) => {
                    world.image_tags.insert("9".to_owned(), sha256(digest));
                }
                None => {
                    world.image_tags.remove("9");
                }
            });
        }
    }

    async fn check_refused(&self, said: &str) {
        let outcome = self.advance(false).await;
        let code = outcome.conclusion.exit_code();
        assert_eq!(code, ExitCode::Refused, "{outcome:?}");
        let finding = &outcome.findings().unwrap()[0];
        assert_eq!(finding.code, Code::TESTED_IMAGE_UNKNOWN);
        assert!(finding.message.contains(said), "{}", finding.message);
        let promotion = self.record().promotion;
        assert_eq!((self.weights(), promotion), (vec![50, 50], None));
        assert_eq!(self.runs(0).await, ("m:8".to_owned(), 2));
    }

    /// Returns the image that a service runs, and how many revisions it has.
    async fn runs(&self, arm: usize) -> (String, usize) {
        let id = &self.comparison.definition.arms[arm].service;
        let service = self.fleet.service(id).await.unwrap().unwrap();
        let name = service.task_definition.as_str();
        let revision = self.fleet.task_definition(name).await.unwrap().unwrap();
        let image = &revision.document["containerDefinitions"][0]["image"];
        let all = self.fleet.revisions_of_family(id.name.as_str(), 99).await;
        (image.as_str().unwrap().to_owned(), all.unwrap().len())
    }

    fn weights(&self) -> Vec<u32> {
        match self.fleet.balancer.rule(&rule_arn()).routing {
            Routing::Forward(forward) => forward.weights.into_values().collect(),
            Routing::Other(action) => panic!("{action}"),
        }
    }

    fn record(&self) -> Record {
        Record::read(&self.fleet.balancer.rule(&rule_arn()).tags).unwrap()
    }

    async fn check_promoted(&self, said: &str) {
        assert_eq!(self.weights(), [100, 0], "{said}");
        assert_eq!(self.runs(0).await, (tested(), 3), "{said}");
        assert_eq!(self.runs(1).await, ("m:9".to_owned(), 2), "{said}");
        let record = self.record();
        assert_eq!(record.state, State::Stopped, "{said}");
        let promotion = record.promotion.unwrap();
        assert_eq!(promotion.state, PromotionState::Deployed, "{said}");
        let end = record.end.unwrap();
        assert_eq!(
            (&*end.winner, &*end.outcome),
            ("control", "challenger_better"),
            "{said}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_winner_gets_the_controls_service_and_only_then_all_traffic() {
    let lab = Lab::won().await;
    assert_eq!(lab.runs(0).await, ("m:8".to_owned(), 2));
    let deploys = async {
        sleep(Duration::from_secs(20)).await;
        assert_eq!(lab.weights(), [50, 50], "while it is deployed");
    };
    let (outcome, ()) = tokio::join!(lab.advance(false), deploys);
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("at once").await;
    let Some(Details::Promoted { winner, changes }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    let changes: Vec<&str> = changes.iter().map(|change| &*change.path).collect();
    assert_eq!(
        (&**winner, changes),
        ("challenger", vec!["image", "model.version"])
    );
    // Clients may still be with it.
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Unchanged, "{outcome:?}");
    sleep(Duration::from_hours(2)).await;
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::CleanedUp, "{outcome:?}");
    let Some(Details::CleanedUp { scaled_down }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    assert_eq!(scaled_down, &["ml/challenger"]);
    assert_eq!(lab.advance(false).await.conclusion, Conclusion::Unchanged);
}

#[tokio::test(start_paused = true)]
async fn what_was_compared_is_known_whatever_the_clocks_say() {
    let lab = Lab::won().await;
    let mut before = Vec::new();
    for arm in &lab.comparison.definition.arms {
        let service = lab.fleet.service(&arm.service).await.unwrap().unwrap();
        before.push(service.task_definition);
    }
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    let of_control = async |record: &Record| {
        let arm = &lab.comparison.definition.arms[0];
        let tested = EndedWhen::Earlier.tested(record, arm);
        let entry = served(&lab.fleet, arm, tested).await.unwrap();
        entry.and_then(|entry| entry.task_definition)
    };
    // Who promoted was ahead of ECS by two hours, or behind by three days.
    for skew in [
        SignedDuration::from_hours(2),
        SignedDuration::from_hours(-72),
    ] {
        let mut record = lab.record();
        let promotion = record.promotion.as_mut().unwrap();
        promotion.since = promotion.since.saturating_add(skew).unwrap();
        for (arm, before) in lab.comparison.definition.arms.iter().zip(&before) {
            let found = EndedWhen::Earlier.tested(&record, arm);
            assert_eq!(found, Tested::Revision(before.short()), "{skew}");
        }
        assert_eq!(
            of_control(&record).await.as_ref(),
            Some(&before[0]),
            "{skew}"
        );
        record.promotion.as_mut().unwrap().ran.clear();
        let by_clock = of_control(&record).await;
        assert_ne!(
            by_clock.as_ref(),
            Some(&before[0]),
            "{skew}: times alone err"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_registry_is_told_who_was_promoted_and_who_was_replaced() {
    let mut lab = Lab::new();
    let registry = FakeRegistry::default().with("8", 0.9).with("9", 0.95);
    lab.fleet.registry.replace(Some(registry.clone()));
    let Origin::Manifest(written) = &mut lab.comparison.origin else {
        unreachable!()
    };
    for (release, version) in written.releases.iter_mut().zip(["8", "9"]) {
        let model = &mut release.release.model;
        model.reference = Some(format!("models:/m/{version}"));
        model.version = None;
    }
    lab.wins().await;
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("from a registry").await;
    // By then the control's service has another release than the one that was compared.
    let again = lab.stop_again().await;
    assert_eq!(again.conclusion, Conclusion::Unchanged, "{again:?}");
    let mut told = registry.outcomes();
    told.retain(|(_, outcome)| outcome.starts_with("challenger better"));
    let pair = |version: &str, outcome: &str| (version.to_owned(), outcome.to_owned());
    let expected = [
        pair("8", "challenger better, control was replaced by challenger"),
        pair(
            "9",
            "challenger better, challenger was promoted to the service of control",
        ),
    ];
    assert_eq!(told, [&expected[..], &expected].concat());
}
