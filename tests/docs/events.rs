//! What JSON lines hold is what their schema says: every event, and the result with all it can have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use mlship::report::{
    AliasMove, Event, Json, RegistryRecord, ReleaseRecord, Report, ResultRecord, Writer,
};
use mlship_core::app::RunRecord;
use mlship_core::plan::Previous;
use mlship_core::progress::{
    Conclusion, ContinuedPause, Counted, Decision, EndsIs, HookCall, MetricJudgement, Observer,
    Pause, PausePermission, StepJudgement, TaskCounts, TrafficShares,
};
use mlship_core::release::ids::{
    ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceName, TaskDefinitionArn,
};
use mlship_core::release::{HookAction, LifecycleStage, ServiceDeploymentStatus};
use mlship_core::release::{Origin, PreviousVersion};
use mlship_core::rollout::{Cause, Evidence, Failure, Group};
use mlship_manifest::schema::Stage;
use mlship_stats::{Gate, Interval};
use mlship_text::sanitize::Colors;
use serde_json::{Value, json};

use super::pages::root;
use super::schemas::{check_document, check_line, lines, schema};

fn service() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml-staging"),
        name: ServiceName::new("fraud-scorer"),
        place: None,
    }
}

fn written(tell: impl FnOnce(&mut Json<'_>)) -> Value {
    let mut out = Vec::new();
    tell(&mut Json::new(Writer::new(&mut out, Colors::Drop)));
    serde_json::from_slice(&out).unwrap()
}

/// A wait for somebody.
fn pause() -> Pause {
    Pause {
        deployment: ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/c/s/1"),
        hook: "ecs-pause-1".to_owned(),
        stage: Some(LifecycleStage::At(Stage::PostScaleUp)),
        step: Some(1),
        steps: Some(2),
        since: Some(Timestamp::UNIX_EPOCH),
        until: Some(Timestamp::UNIX_EPOCH),
        on_timeout: HookAction::Rollback,
        promote: "words".to_owned(),
        abort: "words".to_owned(),
        permission: PausePermission {
            action: "ecs:ContinueServiceDeployment",
            resource: ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/c/s/1"),
        },
    }
}

/// The events of a deployment that moves traffic.
fn of_traffic() -> [Event; 6] {
    [
        Event::Paused {
            pause: Box::new(pause()),
            is_attached: false,
        },
        Event::Hook {
            call: Box::new(HookCall {
                hook: "ecs-lambda-1".to_owned(),
                lambda: Some("arn:aws:lambda:x:1:function:f".to_owned()),
                stage: Some(LifecycleStage::At(Stage::PostScaleUp)),
                step: Some(1),
                steps: Some(2),
                until: Some(Timestamp::UNIX_EPOCH),
                on_timeout: HookAction::Continue,
            }),
        },
        Event::Alarms {
            status: "MONITORING".to_owned(),
            alarms: vec!["words".to_owned()],
            triggered: Vec::new(),
        },
        Event::Stage {
            stage: LifecycleStage::At(Stage::ProductionTrafficShift),
            step: Some(1),
            steps: 2,
            ends: Some(Timestamp::UNIX_EPOCH),
            ends_is: Some(EndsIs::AtTheLatest),
            instant_return_until: Some(Timestamp::UNIX_EPOCH),
            at: None,
        },
        Event::Weights {
            requested: TrafficShares {
                new: 10.0,
                live: 90.0,
            },
            actual: None,
            forwards_nothing: Some("fixed-response".to_owned()),
            is_first: true,
        },
        Event::Judged {
            judgement: Box::new(judgement()),
            deployment: ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/c/s/1"),
        },
    ]
}

/// A step that is as good.
fn judgement() -> StepJudgement {
    let counted = Counted {
        requests: 1000,
        rate: Some(0.01),
    };
    StepJudgement {
        step: 1,
        steps: 2,
        look: 1,
        decision: Decision::GoesOn,
        from: Timestamp::UNIX_EPOCH,
        to: Timestamp::UNIX_EPOCH,
        next: Some(Timestamp::UNIX_EPOCH),
        metrics: vec![MetricJudgement {
            metric: "error_rate".to_owned(),
            margin: 0.01,
            live: counted,
            new: counted,
            difference: Some(0.0),
            interval: Some(Interval {
                lower: -0.001,
                upper: 0.001,
            }),
            gate: Gate::Passed,
            lack: None,
            requests_needed: 1000,
            minutes_more: None,
        }],
    }
}

/// One event of each kind but the plan, which is made by the planner. A new kind breaks this.
fn events() -> Vec<Event> {
    let deployment = || DeploymentId::new("ecs-svc/1");
    let task_definition = || TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/f:3");
    let text = || "words".to_owned();
    let mut all = vec![
        Event::Registered {
            task_definition: task_definition(),
        },
        Event::Adopted { what: text() },
        Event::Adjusted,
        Event::Started {
            deployment: deployment(),
            task_definition: task_definition(),
            at: None,
        },
        Event::Attached {
            deployment: deployment(),
        },
        Event::WaitingFor {
            deployment: deployment(),
            task_definition: task_definition(),
            model: Some(text()),
            version: Some(text()),
            since: Some(Timestamp::UNIX_EPOCH),
            counts: Some(TaskCounts {
                desired: 2,
                running: 1,
                pending: 1,
                failed: 0,
            }),
        },
        Event::Status {
            deployment: ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/c/s/1"),
            status: ServiceDeploymentStatus::RollbackInProgress,
            reason: Some(text()),
            at: None,
        },
        Event::Progress {
            desired: 2,
            running: 1,
            pending: 1,
            failed: 0,
            others: 2,
        },
        Event::ServiceMessage {
            message: text(),
            at: None,
        },
        Event::TaskFailed {
            task: text(),
            cause: Cause::ImageNotFound,
            reason: text(),
            at: None,
        },
        Event::Aborting {
            tasks: 3,
            cause: Cause::OutOfMemory,
            reason: text(),
            after: 3,
            deployment: mlship_core::release::ids::ServiceDeploymentArn::default(),
        },
        Event::RestsOnDeploymentId {
            deployment: deployment(),
        },
        Event::Note { message: text() },
    ];
    all.extend(of_traffic());
    for event in &all {
        match event {
            Event::Planned { .. }
            | Event::Registered { .. }
            | Event::Adopted { .. }
            | Event::Adjusted
            | Event::Started { .. }
            | Event::Attached { .. }
            | Event::WaitingFor { .. }
            | Event::Status { .. }
            | Event::Progress { .. }
            | Event::ServiceMessage { .. }
            | Event::TaskFailed { .. }
            | Event::Aborting { .. }
            | Event::Stage { .. }
            | Event::Weights { .. }
            | Event::Paused { .. }
            | Event::Hook { .. }
            | Event::Alarms { .. }
            | Event::Judged { .. }
            | Event::RestsOnDeploymentId { .. }
            | Event::Note { .. } => {}
        }
    }
    all
}

#[test]
fn every_event_is_as_the_schema_says() {
    let events = events();
    // `planned` is checked below, with what a real run wrote.
    let kinds: BTreeSet<String> = events
        .iter()
        .map(|event| written(|out| out.event(&service(), event)))
        .map(|line| {
            check_line(&line);
            line["event"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds.len(), events.len());
    let schema = schema("events.schema.json");
    let named = schema["oneOf"].as_array().unwrap();
    let named: BTreeSet<String> = named
        .iter()
        .filter_map(|choice| choice["$ref"].as_str()?.rsplit('/').next())
        .map(str::to_owned)
        .collect();
    let more = [
        "planned",
        "result",
        "run",
        "experiment_result",
        "experiment_look",
        "log",
        "task_died",
    ]
    .map(str::to_owned);
    assert_eq!(named, kinds.into_iter().chain(more).collect());
}

#[test]
fn the_line_of_a_run_is_as_the_schema_says() {
    let results = [Conclusion::Succeeded, Conclusion::NotBegun];
    let results = results.map(|conclusion| ResultRecord::new(&service(), conclusion));
    let line = written(|out| out.run(&RunRecord::of(&results, 81.5, 12)));
    check_line(&line);
    assert!(line["service"].is_null() && line["cluster"].is_null());
}

fn evidence() -> Evidence {
    Evidence {
        tasks: 3,
        stop_codes: ["EssentialContainerExited".to_owned()].into(),
        exit_codes: [("m".to_owned(), [1].into())].into(),
        health: [("m".to_owned(), ["UNKNOWN".to_owned()].into())].into(),
        answer: Some("codes [502]".to_owned()),
        lived_seconds: Some((1, 9)),
        failed_at: Some((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)),
        container: Some("m".to_owned()),
    }
}

#[test]
fn a_result_is_as_the_schema_says_with_all_it_can_have_and_with_nothing() {
    let text = || Some("words".to_owned());
    let bare = ResultRecord::new(&service(), Conclusion::TimedOut);
    check_line(&written(|out| out.result(&bare)));
    let full = ResultRecord {
        release: Some(ReleaseRecord {
            model: "fraud".to_owned(),
            version: "9".to_owned(),
            image: "fraud:9".to_owned(),
        }),
        task_definition: text(),
        deployment: text(),
        previous: Some(Previous {
            model: text(),
            version: text(),
            image: text(),
            task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/f:3"),
        }),
        origin: Some(Box::new(Origin {
            reference: "models:/fraud@champion".to_owned(),
            model: "fraud".to_owned(),
            version: "9".to_owned(),
            run_id: text(),
            git_sha: text(),
            metrics: [("auc".to_owned(), 0.9)].into(),
            before: Some(PreviousVersion {
                version: "8".to_owned(),
                metrics: BTreeMap::new(),
            }),
            page: text(),
            overridden: [("metrics.auc".to_owned(), "why".to_owned())].into(),
            required: vec!["auc".to_owned()],
        })),
        registry: Some(RegistryRecord {
            tagged: vec!["9".to_owned()],
            alias: Some(AliasMove {
                name: "champion".to_owned(),
                before: text(),
                after: "9".to_owned(),
            }),
            error: text(),
            retry: text(),
        }),
        pauses: vec![pause()],
        continued: vec![ContinuedPause {
            hook: "ecs-pause-1".to_owned(),
            stage: Some(LifecycleStage::At(Stage::PostScaleUp)),
            already: false,
        }],
        failure: Some(Box::new(Failure {
            cause: Cause::ContainerExited,
            reason: "words".to_owned(),
            evidence: evidence(),
            summary: "words".to_owned(),
            help: "words".to_owned(),
            others: vec![Group {
                cause: Cause::Unknown,
                reason: "words".to_owned(),
                evidence: evidence(),
            }],
            log_tail: vec!["words".to_owned()],
            more: text(),
        })),
        api_calls: 26,
        duration_seconds: Some(107.0),
        error: text(),
        hint: text(),
        ..ResultRecord::new(&service(), Conclusion::RolledBack)
    };
    check_line(&written(|out| out.result(&full)));
}

#[test]
fn every_line_that_was_recorded_is_as_the_schema_says() {
    let folder = root().join("tests/docs/recorded");
    let mut kinds = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        for line in lines_of(&path) {
            check_line(&line);
            kinds.insert(line["event"].as_str().unwrap().to_owned());
        }
    }
    for kind in ["planned", "result", "log", "task_died", "look"] {
        assert!(kinds.contains(kind), "{kind} was not recorded");
    }
}

fn lines_of(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_document_that_was_recorded_is_as_its_schema_says() {
    let kinds = [
        "init",
        "diff",
        "diff-ended-early",
        "diff-take-back",
        "status",
        "history",
        "histories",
        "model-history",
        "validate",
        "experiment-status",
        "experiment-status-by-service",
        "experiment-list",
        "experiment-plan",
        "experiment-record",
        "comparison",
    ];
    for kind in kinds {
        let path = root().join(format!("tests/docs/recorded/{kind}.json"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut document: Value = serde_json::from_str(&text).unwrap();
        check_document(&document);
        document["surprise"] = json!(1);
        let seen = std::panic::catch_unwind(|| check_document(&document));
        assert!(seen.is_err(), "{kind}");
    }
}

#[test]
fn a_line_that_is_not_as_the_schema_says_is_seen() {
    let good = written(|out| out.event(&service(), &Event::Adjusted));
    let mut more = good.clone();
    more["surprise"] = json!(1);
    let mut other = good.clone();
    other["event"] = json!("surprise");
    let mut less = good;
    less.as_object_mut().unwrap().remove("time");
    for line in [more, other, less] {
        assert!(!lines().is_valid(&line), "{line}");
    }
}

#[test]
fn the_schema_knows_every_cause_and_exit_code() {
    let check = |file: &str, name: &str, expected: Value| {
        let schema = schema(file);
        let written = &schema["$defs"][name]["enum"];
        assert!(
            *written == expected,
            "write the enum `{name}` of docs/{file}: {expected}"
        );
    };
    let causes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
    check("events.schema.json", "cause", json!(causes));
    let codes = mlship_core::progress::ExitCode::ALL.map(mlship_core::progress::ExitCode::number);
    for file in ["events.schema.json", "documents.schema.json"] {
        check(file, "exit_code", json!(codes));
    }
}
