//! Tests with hostile text in every field of all output. Records are written out in full, so that a
//! new field does not compile before it is tested.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use mlship_core::app::status::{LastDeployment, RunningDeployment, ServiceStatus, ServingRelease};
use mlship_core::cloud::{CloudError, ErrorKind};
use mlship_core::history::{Entry, Outcome};
use mlship_core::logs::{Death, Line, Listener, LogSource};
use mlship_core::release::LogStream;
use mlship_core::release::Origin;
use mlship_core::release::ids::TaskArn;
use mlship_core::rollout::{Evidence, Failure, Group};
use mlship_manifest::{Code, Diagnostic, Severity, render};
use mlship_text::sanitize::testing::fault;
use mlship_text::sanitize::{has_command, is_harmful};

/// What a log must not make anybody believe.
const FORGED: &str = "fraud-scorer 2 serves in service fraud-scorer after 12 s";

/// Text that does what it can, but begins no line by itself.
pub(in crate::report) fn hostile() -> impl Strategy<Value = String> {
    let parts = vec![
        "\u{1b}]52;c;aGk=\u{7}",
        "\u{1b}[2J",
        "\u{1b}[1A\u{1b}[2K",
        "\u{1b}[8m",
        "\u{1b}[31m",
        "\u{1b}",
        "\u{9b}2J",
        "\u{8}",
        "\r",
        "\n",
        "\r\n",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\u{7f}",
        "::error::",
        "##vso[task.x]",
        "##[error]",
        "::",
        " ",
        "\t",
        "中",
        "\"",
        "<b>",
        FORGED,
    ];
    let parts = prop::collection::vec(prop::sample::select(parts), 1..12);
    parts.prop_map(|parts| format!("x{}", parts.concat()))
}

/// Checks what people read.
#[track_caller]
pub(in crate::report) fn check_people(written: &str) {
    for line in written.split('\n') {
        assert_eq!(fault(line), None, "{line:?} of {written:?}");
        let bare = anstream::adapter::strip_str(line).to_string();
        assert!(!bare.trim_start().starts_with(FORGED), "{written:?}");
    }
}

/// Checks what programs read, and returns it.
#[track_caller]
pub(in crate::report) fn check_programs(written: &str) -> Value {
    let is_raw = |character| character != '\n' && is_harmful(character);
    assert!(!written.contains(is_raw), "{written:?}");
    assert!(!has_command(written), "{written:?}");
    serde_json::from_str(written).unwrap()
}

fn written(write: impl FnOnce(&SharedBuffer)) -> String {
    let paper = SharedBuffer::default();
    write(&paper);
    paper.text()
}

/// Plants a text in place of every text of a value, as far as its type takes it.
fn planted<T: serde::Serialize + serde::de::DeserializeOwned>(sample: &T, text: &str) -> T {
    let mut value = serde_json::to_value(sample).unwrap();
    let mut places = Vec::new();
    find(&value, String::new(), &mut places);
    assert!(!places.is_empty());
    for place in places {
        let before = std::mem::replace(value.pointer_mut(&place).unwrap(), json!(text));
        if serde_json::from_value::<T>(value.clone()).is_err() {
            *value.pointer_mut(&place).unwrap() = before;
        }
    }
    serde_json::from_value(value).unwrap()
}

/// Finds the places of all texts.
fn find(value: &Value, place: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(place),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                find(item, format!("{place}/{at}"), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                find(member, format!("{place}/{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn hostile_origin(text: &str) -> Origin {
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

fn hostile_plan(text: &str) -> Plan {
    let mut plan = planted(&plan(), text);
    plan.origin = Some(hostile_origin(text));
    plan
}

/// Returns an event of every kind.
fn hostile_events(text: &str) -> Vec<Event> {
    let owned = || text.to_owned();
    let deployment = || DeploymentId::new(text);
    let task_definition = || TaskDefinitionArn::new(text);
    let events = vec![
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
        },
        Event::Attached {
            deployment: deployment(),
        },
        Event::WaitingFor {
            deployment: deployment(),
        },
        Event::Status {
            deployment: ServiceDeploymentArn::new(text),
            status: ServiceDeploymentStatus::Stopped,
            reason: Some(owned()),
        },
        Event::Progress {
            desired: 1,
            running: 1,
            pending: 1,
            failed: 1,
            others: 1,
        },
        Event::ServiceMessage { message: owned() },
        Event::TaskFailed {
            task: owned(),
            cause: Cause::Unknown,
            reason: owned(),
        },
        Event::Aborting {
            tasks: 3,
            cause: Cause::Unknown,
            reason: owned(),
        },
        Event::RestsOnDeploymentId {
            deployment: deployment(),
        },
        Event::Note { message: owned() },
    ];
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
    };
    let kinds: BTreeSet<u32> = events.iter().map(kind).collect();
    assert_eq!(kinds.len(), 14);
    events
}

fn hostile_failure(text: &str) -> Failure {
    let evidence = Evidence {
        tasks: 2,
        stop_codes: [text.to_owned()].into(),
        exit_codes: [(text.to_owned(), [1].into())].into(),
        health: [(text.to_owned(), [text.to_owned()].into())].into(),
        answer: Some(text.to_owned()),
        lived_seconds: Some((1, 2)),
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

fn hostile_result(text: &str, conclusion: Conclusion) -> ResultRecord {
    let owned = || Some(text.to_owned());
    ResultRecord {
        end: conclusion.into(),
        service: text.to_owned(),
        cluster: text.to_owned(),
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
        failure: Some(Box::new(hostile_failure(text))),
        api_calls: 1,
        duration_seconds: Some(12.0),
        error: owned(),
        hint: owned(),
    }
}

fn hostile_service(text: &str) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new(text),
        name: ServiceName::new(text),
    }
}

fn hostile_entry(text: &str) -> Entry {
    let owned = || Some(text.to_owned());
    Entry {
        model: owned(),
        version: owned(),
        task_definition: Some(TaskDefinitionArn::new(text)),
        image: owned(),
        digest: owned(),
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
    }
}

fn hostile_line(text: &str) -> Line {
    let source = LogSource {
        task: TaskArn::new(text),
        task_definition: TaskDefinitionArn::new(text),
        container: text.to_owned(),
        log: LogStream {
            region: None,
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

/// Returns a listener's output on both streams.
fn heard<'a>(
    listener: impl FnOnce(SharedBuffer, SharedBuffer) -> Box<dyn Listener + 'a>,
    text: &str,
) -> [String; 2] {
    let (out, notes) = (SharedBuffer::default(), SharedBuffer::default());
    let mut listener = listener(out.clone(), notes.clone());
    let line = hostile_line(text);
    let other = LogSource {
        container: "other".to_owned(),
        ..(*line.source).clone()
    };
    listener.expect(&line.source);
    listener.expect(&other);
    listener.line(&line).unwrap();
    let death = Death {
        task: TaskArn::new(text),
        task_definition: TaskDefinitionArn::new(text),
        time: Some(Timestamp::UNIX_EPOCH),
        failure: hostile_failure(text),
    };
    listener.death(&death).unwrap();
    listener.note(text);
    drop(listener);
    [out.text(), notes.text()]
}

const CONCLUSIONS: [Conclusion; 12] = [
    Conclusion::Succeeded,
    Conclusion::Unchanged,
    Conclusion::Started,
    Conclusion::RolledBack,
    Conclusion::Returned,
    Conclusion::Failed,
    Conclusion::Superseded,
    Conclusion::TimedOut,
    Conclusion::Paused,
    Conclusion::Interrupted(Interrupt::Interrupt),
    Conclusion::Refused(Refusal::Check),
    Conclusion::Error(Fault::SaidNo),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn people_read_no_line_of_others(text in hostile()) {
        for (colors, palette) in [
            (Colors::Drop, palette_for(false)),
            (Colors::Keep, palette_for(true)),
        ] {
            check_people(&written(|paper| {
                let writer = || Writer::new(paper.clone(), colors);
                let mut human = Human::new(writer(), writer(), palette);
                for event in hostile_events(&text) {
                    human.event(&hostile_service(&text), &event);
                }
                for conclusion in CONCLUSIONS {
                    human.result(&hostile_result(&text, conclusion));
                }
            }));
            for event in hostile_events(&text) {
                let line = super::super::human::event_line(&event, &palette);
                let line = line.map(|line| super::super::streams::guard(&line, colors).into_owned());
                check_people(&line.unwrap_or_default());
            }
            let entry = hostile_entry(&text);
            let service = hostile_service(&text);
            let both = [(service.clone(), entry.clone())];
            for page in [
                history_text(&service, &[entry], &palette),
                model_history_text(&text, &both, &palette),
                status_text(&hostile_status(&text), &palette),
                render(&hostile_finding(&text), colors == Colors::Keep),
            ] {
                check_people(&page.to_string());
            }
            for stream in heard(
                |out, notes| {
                    let streams = [out, notes].map(|paper| Writer::new(paper, colors));
                    let [out, notes] = streams;
                    Box::new(LogText::new(out, notes, palette, true))
                },
                &text,
            ) {
                check_people(&stream);
            }
        }
    }

    #[test]
    fn programs_read_what_was_written(text in hostile()) {
        let lines = written(|paper| {
            let mut json = Json::new(Writer::new(paper.clone(), Colors::Drop));
            for event in hostile_events(&text) {
                json.event(&hostile_service(&text), &event);
            }
            json.result(&hostile_result(&text, Conclusion::Failed));
        });
        let events = hostile_events(&text);
        let originals = events.iter().map(|event| serde_json::to_value(event).unwrap());
        let result = serde_json::to_value(hostile_result(&text, Conclusion::Failed)).unwrap();
        let originals: Vec<Value> = originals.chain([result]).collect();
        prop_assert_eq!(lines.lines().count(), originals.len());
        for (line, original) in lines.lines().zip(&originals) {
            let read = check_programs(line);
            prop_assert_eq!(&read["cluster"], &json!(text));
            for (name, member) in original.as_object().unwrap() {
                prop_assert_eq!(&read[name], member);
            }
        }
        for document in [
            plan_document(&hostile_plan(&text)),
            json!(hostile_entry(&text)),
            json!(hostile_finding(&text)),
            json!(hostile_status(&text)),
        ] {
            let page = written(|paper| {
                let mut writer = Writer::new(paper.clone(), Colors::Drop);
                writer.document(&document).unwrap();
            });
            prop_assert_eq!(check_programs(&page), document);
        }
        let service = hostile_service(&text);
        let [lines, notes] = heard(
            |out, notes| {
                let streams = [out, notes].map(|paper| Writer::new(paper, Colors::Drop));
                let [out, notes] = streams;
                Box::new(LogJson::new(out, notes, &service))
            },
            &text,
        );
        check_people(&notes);
        for line in lines.lines() {
            prop_assert_eq!(&check_programs(line)["service"], &json!(text));
        }
    }
}

fn hostile_finding(text: &str) -> Diagnostic {
    Diagnostic {
        code: Code::GATE_FAILED,
        severity: Severity::Error,
        message: text.to_owned(),
        span: None,
        help: Some(text.to_owned()),
    }
}

/// Texts wherever a status can have one.
fn hostile_status(text: &str) -> ServiceStatus {
    let word = || Some(text.to_owned());
    ServiceStatus {
        service: ServiceName::new(text),
        cluster: ClusterName::new(text),
        release: Some(ServingRelease {
            model: word(),
            version: word(),
            model_ref: word(),
            model_metrics: word(),
            image: word(),
            digest: word(),
            task_definition: TaskDefinitionArn::new(text),
        }),
        desired: 1,
        running: 1,
        pending: 0,
        deployment: Some(RunningDeployment {
            id: DeploymentId::new(text),
            task_definition: TaskDefinitionArn::new(text),
            desired: 1,
            running: 1,
            pending: 0,
            failed: 1,
            reason: word(),
        }),
        last_deployment: Some(LastDeployment {
            outcome: Some(Outcome::Failed),
            task_definition: Some(TaskDefinitionArn::new(text)),
            finished: Some(Timestamp::UNIX_EPOCH),
            reason: word(),
        }),
        unanswered: Some(CloudError {
            operation: "ListServiceDeployments",
            kind: ErrorKind::Lost,
            code: word(),
            message: text.to_owned(),
            hint: word(),
        }),
    }
}
