//! Hostile text in every field of what is reported.

use mlship_core::app::status::{Misrouted, NotSeen, ReleaseStatus, Role};
use mlship_core::progress::{
    Cause, ContinuedPause, Counted, Decision, HookCall, Lack, MetricJudgement, Pause,
    PausePermission, StepJudgement, TrafficShares,
};
use mlship_core::release::{HookAction, LifecycleStage, Place};

use super::*;

pub(super) fn hostile_origin(text: &str) -> Origin {
    let text = text.to_owned();
    Origin {
        reference: text.clone(),
        model: text.clone(),
        version: text.clone(),
        run_id: Some(text.clone()),
        git_sha: Some(text.clone()),
        metrics: [(text.clone(), 0.5)].into(),
        before: None,
        page: Some(text.clone()),
        overridden: [(text.clone(), text.clone())].into(),
        required: vec![text],
    }
}

pub(super) fn hostile_plan(text: &str) -> Plan {
    let mut plan = planted(&plan(), text);
    plan.origin = Some(hostile_origin(text));
    plan
}

/// Returns the events of a deployment that moves traffic.
fn of_traffic(text: &str) -> [Event; 6] {
    [
        Event::Stage {
            stage: LifecycleStage::Unknown(text.to_owned()),
            step: Some(1),
            steps: 2,
            ends: None,
            ends_is: None,
            instant_return_until: None,
            at: None,
        },
        Event::Paused {
            pause: Box::new(hostile_pause(text)),
            is_attached: true,
        },
        Event::Hook {
            call: Box::new(HookCall {
                hook: text.to_owned(),
                lambda: Some(text.to_owned()),
                stage: Some(LifecycleStage::Unknown(text.to_owned())),
                step: None,
                steps: None,
                until: None,
                on_timeout: HookAction::Rollback,
            }),
        },
        Event::Alarms {
            status: text.to_owned(),
            alarms: vec![text.to_owned()],
            triggered: vec![text.to_owned()],
        },
        Event::Weights {
            requested: TrafficShares {
                new: 5.0,
                live: 95.0,
            },
            actual: None,
            forwards_nothing: Some(text.to_owned()),
            is_first: true,
        },
        Event::Judged {
            judgement: Box::new(hostile_judgement(text)),
            deployment: ServiceDeploymentArn::new(text),
        },
    ]
}

fn hostile_judgement(text: &str) -> StepJudgement {
    StepJudgement {
        step: 1,
        steps: 2,
        look: 1,
        decision: Decision::Undecided,
        from: Timestamp::UNIX_EPOCH,
        to: Timestamp::UNIX_EPOCH,
        next: None,
        metrics: vec![MetricJudgement {
            metric: text.to_owned(),
            margin: 0.01,
            live: Counted::default(),
            new: Counted::default(),
            difference: None,
            interval: None,
            gate: mlship_stats::Gate::Inconclusive,
            lack: Some(Lack::Data),
            requests_needed: 1000,
            minutes_more: None,
        }],
    }
}

/// Returns an event of every kind.
pub(super) fn hostile_events(text: &str) -> Vec<Event> {
    let owned = || text.to_owned();
    let deployment = || DeploymentId::new(text);
    let task_definition = || TaskDefinitionArn::new(text);
    let mut events = vec![
        Event::Planned {
            plan: Box::new(hostile_plan(text)),
        },
        Event::Registered {
            task_definition: task_definition(),
        },
        Event::Adopted { what: owned() },
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
            model: Some(owned()),
            version: Some(owned()),
            since: None,
            counts: None,
        },
        Event::Status {
            deployment: ServiceDeploymentArn::new(text),
            status: ServiceDeploymentStatus::Stopped,
            reason: Some(owned()),
            at: None,
        },
        Event::Progress {
            desired: 1,
            running: 1,
            pending: 1,
            failed: 1,
            others: 1,
        },
        Event::ServiceMessage {
            message: owned(),
            at: None,
        },
        Event::TaskFailed {
            task: owned(),
            cause: Cause::Unknown,
            reason: owned(),
            at: None,
        },
        Event::Aborting {
            tasks: 3,
            cause: Cause::Unknown,
            reason: owned(),
            after: 3,
            deployment: mlship_core::release::ids::ServiceDeploymentArn::default(),
        },
        Event::RestsOnDeploymentId {
            deployment: deployment(),
        },
        Event::Note { message: owned() },
    ];
    events.extend(of_traffic(text));
    // A new kind does not compile here before it stands above.
    let kind = |event: &Event| match event {
        Event::Planned { .. } => 0,
        Event::Registered { .. } => 1,
        Event::Adopted { .. } => 2,
        Event::Adjusted => 3,
        Event::Started { .. } => 4,
        Event::Attached { .. } => 5,
        Event::WaitingFor { .. } => 6,
        Event::Status { .. } => 7,
        Event::Progress { .. } => 8,
        Event::ServiceMessage { .. } => 9,
        Event::TaskFailed { .. } => 10,
        Event::Aborting { .. } => 11,
        Event::RestsOnDeploymentId { .. } => 12,
        Event::Note { .. } => 13,
        Event::Stage { .. } => 14,
        Event::Weights { .. } => 15,
        Event::Paused { .. } => 16,
        Event::Judged { .. } => 17,
        Event::Hook { .. } => 18,
        Event::Alarms { .. } => 19,
    };
    let kinds: BTreeSet<u32> = events.iter().map(kind).collect();
    assert_eq!(kinds.len(), 20);
    events
}

pub(super) fn hostile_failure(text: &str) -> Failure {
    let evidence = Evidence {
        tasks: 2,
        stop_codes: [text.to_owned()].into(),
        exit_codes: [(text.to_owned(), [1].into())].into(),
        health: [(text.to_owned(), [text.to_owned()].into())].into(),
        answer: Some(text.to_owned()),
        lived_seconds: Some((1, 2)),
        failed_at: None,
        container: Some(text.to_owned()),
    };
    Failure {
        cause: Cause::Unknown,
        reason: text.to_owned(),
        evidence: evidence.clone(),
        summary: text.to_owned(),
        help: text.to_owned(),
        others: vec![Group {
            cause: Cause::Unknown,
            reason: text.to_owned(),
            evidence,
        }],
        log_tail: vec![text.to_owned()],
        more: Some(text.to_owned()),
    }
}

pub(super) fn hostile_result(text: &str, conclusion: Conclusion) -> ResultRecord {
    let owned = || Some(text.to_owned());
    ResultRecord {
        end: conclusion.into(),
        service: text.to_owned(),
        cluster: text.to_owned(),
        place: Place {
            region: owned(),
            account: owned(),
        },
        named: None,
        release: Some(ReleaseRecord {
            model: text.to_owned(),
            version: text.to_owned(),
            image: text.to_owned(),
        }),
        task_definition: owned(),
        deployment: owned(),
        previous: Some(Previous {
            model: owned(),
            version: owned(),
            image: owned(),
            task_definition: TaskDefinitionArn::new(text),
        }),
        origin: Some(Box::new(hostile_origin(text))),
        registry: Some(RegistryRecord {
            tagged: vec![text.to_owned()],
            alias: Some(AliasMove {
                name: text.to_owned(),
                before: owned(),
                after: text.to_owned(),
            }),
            error: owned(),
            retry: owned(),
        }),
        pauses: vec![hostile_pause(text)],
        continued: vec![ContinuedPause {
            hook: text.to_owned(),
            stage: Some(LifecycleStage::Unknown(text.to_owned())),
            already: false,
        }],
        failure: Some(Box::new(hostile_failure(text))),
        api_calls: 1,
        duration_seconds: Some(12.0),
        note: owned(),
        warnings: vec![text.to_owned()],
        error: owned(),
        hint: owned(),
    }
}

fn hostile_pause(text: &str) -> Pause {
    Pause {
        deployment: ServiceDeploymentArn::new(text),
        hook: text.to_owned(),
        stage: Some(LifecycleStage::Unknown(text.to_owned())),
        step: Some(1),
        steps: Some(2),
        since: None,
        until: None,
        on_timeout: HookAction::Rollback,
        promote: text.to_owned(),
        abort: text.to_owned(),
        permission: PausePermission {
            action: "ecs:ContinueServiceDeployment",
            resource: ServiceDeploymentArn::new(text),
        },
    }
}

pub(super) fn hostile_service(text: &str) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new(text),
        name: ServiceName::new(text),
        place: None,
    }
}

pub(super) fn hostile_entry(text: &str) -> Entry {
    let owned = || Some(text.to_owned());
    Entry {
        going_back: true,
        model: owned(),
        version: owned(),
        task_definition: Some(TaskDefinitionArn::new(text)),
        image: owned(),
        digest: owned(),
        cause: Some(Cause::Unknown),
        serves: true,
        gone_back_from: true,
        outcome: Some(Outcome::Failed),
        started: Some(Timestamp::UNIX_EPOCH),
        finished: Some(Timestamp::UNIX_EPOCH),
        duration_seconds: Some(12.0),
        who: owned(),
        git_sha: owned(),
        run: owned(),
        model_ref: owned(),
        model_run: owned(),
        model_git_sha: owned(),
        model_metrics: owned(),
        overridden: owned(),
        deployment: Some(ServiceDeploymentArn::new(text)),
        experiments: Some(vec![TookPart {
            experiment: text.to_owned(),
            id: text.to_owned(),
            ended: Timestamp::UNIX_EPOCH,
            outcome: text.to_owned(),
            winner: text.to_owned(),
            variant: text.to_owned(),
        }]),
    }
}

pub(super) fn hostile_line(text: &str) -> Line {
    let source = LogSource {
        task: TaskArn::new(text),
        task_definition: TaskDefinitionArn::new(text),
        container: text.to_owned(),
        log: LogStream {
            region: Some(text.to_owned()),
            group: text.to_owned(),
            stream: text.to_owned(),
        },
    };
    Line {
        source: Rc::new(source),
        time: Timestamp::UNIX_EPOCH,
        message: text.to_owned(),
    }
}

pub(super) fn hostile_finding(text: &str) -> Diagnostic {
    Diagnostic {
        field: Some(text.to_owned()),
        code: Code::GATE_FAILED,
        severity: Severity::Error,
        message: text.to_owned(),
        span: None,
        help: Some(text.to_owned()),
    }
}

/// Texts wherever a status can have one.
pub(super) fn hostile_status(text: &str) -> ServiceStatus {
    let word = || Some(text.to_owned());
    ServiceStatus {
        service: ServiceName::new(text),
        cluster: ClusterName::new(text),
        account: word(),
        region: None,
        place: None,
        release: Some(ServingRelease {
            model: word(),
            version: word(),
            model_ref: word(),
            model_metrics: word(),
            image: word(),
            digest: word(),
            task_definition: TaskDefinitionArn::new(text),
        }),
        deployed: None,
        releases: [Role::Serving, Role::Arriving, Role::Leaving]
            .map(|role| ReleaseStatus {
                model: word(),
                version: word(),
                image: word(),
                digest: word(),
                task_definition: TaskDefinitionArn::new(text),
                role,
                running: 1,
                healthy: None,
                starting: 1,
                failed: Some(1),
                weight: None,
                cause: Some(Cause::Unknown),
                reason: word(),
            })
            .into(),
        desired: 1,
        running: 1,
        pending: 0,
        deployment: Some(RunningDeployment {
            going_back: true,
            id: DeploymentId::new(text),
            task_definition: TaskDefinitionArn::new(text),
            desired: 1,
            running: 1,
            pending: 0,
            failed: 1,
            reason: word(),
            started: Some(Timestamp::UNIX_EPOCH),
            instant_return_until: Some(Timestamp::UNIX_EPOCH),
        }),
        last_deployment: Some(LastDeployment {
            going_back: true,
            outcome: Some(Outcome::Failed),
            task_definition: Some(TaskDefinitionArn::new(text)),
            finished: Some(Timestamp::UNIX_EPOCH),
            reason: word(),
            cause: Some(Cause::Unknown),
        }),
        note: word(),
        misrouted: Some(Misrouted {
            wrong: vec![text.to_owned()],
            hint: word(),
        }),
        meant: word(),
        not_seen: vec![NotSeen {
            what: "which images run",
            error: text.to_owned(),
            hint: word(),
        }],
        unanswered: Some(CloudError {
            operation: "ListServiceDeployments",
            kind: ErrorKind::Lost,
            code: word(),
            message: text.to_owned(),
            hint: word(),
        }),
    }
}
