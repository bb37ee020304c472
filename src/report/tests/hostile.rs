//! Tests with hostile text in every field of all output. Records are written out in full, so that a
//! new field does not compile before it is tested.

mod planted;

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use planted::{
    hostile_entry, hostile_events, hostile_failure, hostile_finding, hostile_line, hostile_plan,
    hostile_result, hostile_service, hostile_status,
};

use super::*;
use mlship_core::app::status::{LastDeployment, RunningDeployment, ServiceStatus, ServingRelease};
use mlship_core::cloud::{CloudError, ErrorKind};
use mlship_core::history::{Entry, Outcome, TookPart};
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
        alike: 1,
        since: None,
    };
    listener.death(&death).unwrap();
    listener.note(text);
    drop(listener);
    [out.text(), notes.text()]
}

const CONCLUSIONS: [Conclusion; 13] = [
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
    Conclusion::NotBegun,
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
            for verbosity in [Verbosity::Usual, Verbosity::Requests] {
                check_people(&written(|paper| {
                    let writer = || Writer::new(paper.clone(), colors);
                    let mut human = Human::new(writer(), writer(), palette).with_verbosity(verbosity);
                    for event in hostile_events(&text) {
                        human.event(&hostile_service(&text), &event);
                    }
                    for conclusion in CONCLUSIONS {
                        human.result(&hostile_result(&text, conclusion));
                    }
                }));
                check_people(&written(|paper| {
                    let writer = || Writer::new(paper.clone(), colors);
                    let fleet = Fleet::new(2, writer(), writer(), palette);
                    let mut fleet = fleet.with_verbosity(verbosity);
                    let service = hostile_service(&text);
                    for event in hostile_events(&text) {
                        fleet.event(&service, &event);
                        fleet.idle(&service);
                    }
                    fleet.warning(&text);
                    for _ in 0..5 {
                        fleet.findings(&[hostile_finding(&text)]);
                    }
                    let results = CONCLUSIONS.map(|conclusion| {
                        let mut result = hostile_result(&text, conclusion);
                        result.service.push_str(conclusion.word());
                        fleet.result(&result);
                        result
                    });
                    fleet.run(&RunRecord::of(&results, 1.0, 1));
                }));
            }
            for event in hostile_events(&text) {
                let line = super::super::event_text::full_line(&event, &palette, Timestamp::UNIX_EPOCH);
                let line = line.map(|line| super::super::streams::guard(&line, colors).into_owned());
                check_people(&line.unwrap_or_default());
            }
            let entry = hostile_entry(&text);
            let service = hostile_service(&text);
            let both = [(service.clone(), entry.clone())];
            for page in [
                history_text(&service, &[entry], &palette),
                model_history_text(&text, &both, &palette),
                status_text(&hostile_status(&text), "mlship watch m.yaml", &palette),
                render(&hostile_finding(&text), colors == Colors::Keep),
                take_back_text(&take_back(&text), &palette),
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
    fn a_build_reads_no_command_and_no_mark_of_others(text in hostile()) {
        let results = CONCLUSIONS.map(|conclusion| hostile_result(&text, conclusion));
        let mut chronicle = Chronicle {
            plans: vec![
                PlanRecord::of(&hostile_plan(&text)),
                PlanRecord::of_take_back(&take_back(&text)),
            ],
            results: results.to_vec(),
            findings: vec![hostile_finding(&text)],
            ..Chronicle::default()
        };
        chronicle.obstacles.push(Obstacle {
            service: Some(text.clone()),
            conclusion: Conclusion::Error(Fault::SaidNo),
            error: text.clone(),
            hint: Some(text.clone()),
        });
        let author = Author::default();
        for document in [
            run_document(&chronicle, &author),
            plans_document(&chronicle, &author),
            findings_document(&chronicle),
        ] {
            let document = document.within(usize::MAX);
            check_people(&document);
            let spans = document.split('`');
            // What is within a code span or a fence is shown as it is.
            let open: String = spans.step_by(2).collect();
            prop_assert!(!open.contains("<b>"), "{}", document);
        }
        for command in annotations(&chronicle, &Workspace::default()) {
            let line = command.line();
            let rest = line.strip_prefix("::error ").or_else(|| line.strip_prefix("::warning "));
            prop_assert!(rest.is_some(), "{:?}", line);
            check_people(&format!("x {}", rest.unwrap_or_default()));
        }
        let told = outcome(&chronicle, ExitCode::Failed);
        for (name, text) in [("", github_outputs(&told)), ("MLSHIP_", dotenv(&told))] {
            prop_assert_eq!(text.lines().count(), 3);
            check_people(&text);
            prop_assert!(text.lines().all(|line| line.starts_with(name)));
        }
        for value in [code_quality(&chronicle, &Workspace::default()), links(&chronicle)] {
            check_people(&mlship_text::json::document(&value));
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
