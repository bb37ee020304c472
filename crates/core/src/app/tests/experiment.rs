//! Tests of experiments from start to cleanup, on paused time.

mod by_service;
mod drop;
mod planned_looks;
mod promote;
mod record;
mod rows;
mod run;
mod start;
mod status;
mod stop;

use std::time::Duration;

use jiff::Timestamp;

use super::super::recording_report::RecordingReport;
use super::super::testing::{Stand, manifest};
use super::super::{Context, Interrupts, Report};
use crate::app::experiment::{
    ClearedExperiment, Comparison, Ending, ExperimentEvent, ExperimentReport, Guard, LookEnd,
    Origin, Outcome, Readout, RowsInput, Start, StartOptions, Status, StatusOptions, Stop, StopOn,
    StopOptions, WrittenExperiment,
};
use crate::cloud::Identity;
use crate::cloud::fake::{FakeCloud, Fault};
use crate::experiment::start::StartRequest;
use crate::experiment::testing::{definition, rule, rule_arn};
use crate::experiment::{Record, State};
use crate::ledger::ExperimentRecord;
use crate::release::{Forward, Routing};
use mlship_manifest::{Manifest, ManifestContent, ReadOptions, Source, examine};

const EXPERIMENT: &str = "\
apiVersion: mlship/v1
kind: Experiment
metadata: { name: v9 }
listenerRule: RULE
stickiness: 7d
variants:
  - { name: control, release: a.yaml, weight: 50, control: true }
  - { name: challenger, release: b.yaml, weight: 50 }
primary: { metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }
guardrails:
  - { metric: error_rate, type: proportion, direction: down, margin: 0.002 }
metrics:
  conversion: { namespace: Fraud, successes: Converted, trials: Clients, unit: client }
plannedSample: 40000
";

/// What may become of a write.
const FAULTS: [Fault; 8] = [
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Unreachable,
    Fault::Throttled,
    Fault::Denied,
    Fault::Garbled,
    Fault::GarbledAfter,
    Fault::Swallowed,
];

/// Remembers the names of events, and what was found last.
#[derive(Default)]
struct RecordedEvents(Vec<String>, Option<Readout>);

impl ExperimentReport for RecordedEvents {
    fn event(&mut self, event: &ExperimentEvent<'_>) {
        let shown = format!("{event:?}");
        let name = shown.split(|c: char| !c.is_ascii_alphabetic()).next();
        self.0.extend(name.map(str::to_owned));
        if let ExperimentEvent::Looked(readout) = event {
            self.1 = Some((*readout).clone());
        }
    }

    fn page(&self, record: &ExperimentRecord) -> String {
        format!("<title>{}</title>", record.experiment)
    }

    fn release(&mut self) -> Box<dyn Report + '_> {
        Box::new(RecordingReport::default())
    }
}

/// An experiment, and AWS.
struct Lab {
    stand: Stand,
    comparison: Comparison,
}

impl Lab {
    fn new() -> Self {
        Self::of([manifest("2"), manifest("2")])
    }

    fn of(releases: [Manifest; 2]) -> Self {
        Self::with(EXPERIMENT, releases)
    }

    fn with(text: &str, releases: [Manifest; 2]) -> Self {
        let text = text.replace("RULE", rule_arn().as_str());
        let settings = ReadOptions {
            environment: None,
            variables: &|_: &str| None,
        };
        let examined = examine(Source::new("e.yaml", text), &settings);
        let ManifestContent::Experiment(Some(manifest)) = examined.subject else {
            panic!("{:#?}", examined.findings);
        };
        let stand = Stand::serving();
        let definition = definition(&[50, 50]);
        let control = &definition.arms[0].group;
        stand.cloud.balancer.put(rule(&[(control, 1)]));
        let comparison = Comparison {
            origin: Origin::Manifest(Box::new(WrittenExperiment {
                manifest: *manifest,
                releases: releases.into(),
                defaults: Vec::new(),
            })),
            definition,
        };
        Self { stand, comparison }
    }

    /// Lets a variant have another release.
    fn release(&mut self, arm: usize, release: Manifest) {
        match &mut self.comparison.origin {
            Origin::Manifest(written) => written.releases[arm] = release,
            Origin::Service(_) => panic!("it has a manifest"),
        }
    }

    /// One that has run for two days.
    async fn running() -> Self {
        let lab = Self::new();
        lab.stand.succeed_after(20);
        let (outcome, _) = lab.start(StartRequest::default()).await;
        assert!(outcome.conclusion.is_done(), "{outcome:?}");
        lab
    }

    async fn start(&self, asked: StartRequest) -> (Outcome, RecordedEvents) {
        let interrupts = Interrupts::never();
        let context = Context {
            interrupts: &interrupts,
            ..self.stand.context()
        };
        self.start_in(&context, asked).await
    }

    async fn start_in(
        &self,
        context: &Context<'_, FakeCloud>,
        asked: StartRequest,
    ) -> (Outcome, RecordedEvents) {
        let start = Start {
            context,
            comparison: &self.comparison,
            caller: &self.stand.cloud.caller().await.unwrap(),
            options: StartOptions {
                asked,
                verify: true,
                timeout: Duration::from_mins(10),
            },
        };
        let mut told = RecordedEvents::default();
        let outcome = Box::pin(start.run(&mut told)).await;
        (outcome, told)
    }

    async fn stop(&self, options: &StopOptions) -> (Outcome, RecordedEvents) {
        let interrupts = Interrupts::never();
        let stop = Stop {
            context: &self.later(&interrupts),
            comparison: self.cleared().await,
        };
        let mut told = RecordedEvents::default();
        let outcome = Box::pin(stop.run(options, &mut told)).await;
        (outcome, told)
    }

    async fn cleared(&self) -> ClearedExperiment<'_> {
        let caller = self.stand.cloud.caller().await.unwrap();
        self.comparison.clear(Ok(&caller), &mut |_| {}).unwrap()
    }

    async fn status(&self, options: StatusOptions) -> (LookEnd, RecordedEvents) {
        self.look(options, None).await
    }

    /// Looks, to stop it where a guardrail is breached.
    async fn guard(&self, options: StatusOptions) -> (LookEnd, RecordedEvents) {
        self.guard_against(StopOn::Guardrail, options).await
    }

    async fn guard_against(
        &self,
        stop_on: StopOn,
        options: StatusOptions,
    ) -> (LookEnd, RecordedEvents) {
        let comparison = self.cleared().await;
        let guard = Guard {
            comparison,
            stop_on,
        };
        self.look(options, Some(guard)).await
    }

    async fn look(
        &self,
        options: StatusOptions,
        guard: Option<Guard<'_>>,
    ) -> (LookEnd, RecordedEvents) {
        self.look_at(options, guard, None).await
    }

    async fn look_at(
        &self,
        options: StatusOptions,
        guard: Option<Guard<'_>>,
        rows: Option<RowsInput<'_>>,
    ) -> (LookEnd, RecordedEvents) {
        let interrupts = Interrupts::never();
        let status = Status {
            context: &self.later(&interrupts),
            comparison: &self.comparison,
            guard,
            options,
            rows,
        };
        let mut told = RecordedEvents::default();
        let unread = async || std::future::pending().await;
        let end = Box::pin(status.run(unread, &mut told)).await;
        (end, told)
    }

    /// Two days after the start.
    fn later<'a>(&'a self, interrupts: &'a Interrupts) -> Context<'a, FakeCloud> {
        Context {
            interrupts,
            clock: || Timestamp::from_second(2 * 86_400).unwrap(),
            examined: |examined| examined,
            ..self.stand.context()
        }
    }

    /// Lets a variant have answered so many of a million requests by an error.
    fn errors(&self, arm: usize, errors: f64) {
        let arm = &self.comparison.definition.arms[arm];
        let metrics = &self.stand.cloud.metrics;
        let group = arm.group.dimension();
        metrics.put(group, "RequestCount", 1_000_000.0);
        metrics.put(group, "HTTPCode_Target_2XX_Count", 1_000_000.0 - errors);
        metrics.put(group, "HTTPCode_Target_5XX_Count", errors);
        metrics.put(group, "HealthyHostCount", 2.0);
        metrics.put(&arm.name, "Clients", 10_000.0);
        metrics.put(&arm.name, "Converted", 500.0);
    }

    /// Lets the challenger breach the guardrail.
    fn harm(&self) {
        self.errors(0, 1000.0);
        self.errors(1, 400_000.0);
    }

    /// Lets fewer clients of the challenger convert, while guardrails know little.
    fn lose(&self) {
        self.errors(0, 1000.0);
        self.errors(1, 2900.0);
        let challenger = &self.comparison.definition.arms[1].name;
        self.stand.cloud.metrics.put(challenger, "Converted", 300.0);
    }

    fn forward(&self) -> Forward {
        match self.stand.cloud.balancer.rule(&rule_arn()).routing {
            Routing::Forward(forward) => forward,
            Routing::Other(action) => panic!("{action}"),
        }
    }

    /// Returns the variant that gets all requests, if one does.
    fn alone(&self) -> Option<&str> {
        let forward = self.forward();
        let mut serving = forward.serving();
        let (first, more) = (serving.next()?, serving.next());
        let arm = self.comparison.definition.arm_of(first)?;
        more.is_none().then_some(&*arm.name)
    }

    fn state(&self) -> Option<State> {
        let rule = self.stand.cloud.balancer.rule(&rule_arn());
        Some(Record::read(&rule.tags)?.state)
    }

    /// Returns how often the rule or the service was written to.
    fn writes(&self) -> usize {
        let of_rule = ["ModifyRule", "AddTags", "RemoveTags", "CreateRule"];
        let of_rule = of_rule.map(|name| self.stand.cloud.balancer.count(name));
        let of_service = ["UpdateService", "TagResource", "WriteScaling"];
        let of_service = of_service.map(|name| self.stand.cloud.count(name));
        of_rule.iter().chain(&of_service).sum()
    }
}

/// What a stop is asked where nothing else is.
fn ending(ending: Ending) -> StopOptions {
    StopOptions {
        ending: Some(ending),
        now: false,
        cleanup: false,
        force: false,
    }
}

fn winner() -> StopOptions {
    ending(Ending::Winner("challenger".to_owned()))
}
