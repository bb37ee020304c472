//! What a step of a pipeline hands on to the next ones.

use serde_json::{Value, json};

use crate::report::ResultRecord;
use crate::report::chronicle::Chronicle;
use mlship_core::progress::ExitCode;

/// Names and values, in lower case, and each service with its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub(super) values: Vec<(&'static str, String)>,
    pub(super) services: Vec<(String, Value)>,
}

/// Returns how a run ended: of one service with its release, of several with a list. No account is
/// in it: a platform that masks account ids drops what holds one.
#[must_use]
pub fn outcome(chronicle: &Chronicle, code: ExitCode) -> Outcome {
    let worst = chronicle
        .results
        .iter()
        .max_by_key(|result| result.exit_code().severity());
    let hindered = chronicle
        .obstacles
        .iter()
        .max_by_key(|obstacle| obstacle.conclusion.exit_code().severity());
    let of_result = worst.map(ResultRecord::conclusion);
    let of_obstacle = hindered.map(|obstacle| obstacle.conclusion);
    let ends = of_result.into_iter().chain(of_obstacle);
    let verdict = ends.max_by_key(|end| end.exit_code().severity());
    let verdict = verdict.map_or(word_of(code), |end| end.word());
    let mut values = vec![
        ("verdict", verdict.to_owned()),
        ("exit_code", code.number().to_string()),
    ];
    if let [only] = &chronicle.results[..] {
        values.extend(release(only));
    }
    let services = chronicle.results.iter();
    let services = services.map(|result| (result.service_id().to_string(), service(result)));
    Outcome {
        values,
        services: services.collect(),
    }
}

/// Of a command that came to no result.
fn word_of(code: ExitCode) -> &'static str {
    match code {
        ExitCode::Invalid | ExitCode::Refused | ExitCode::Stale => "refused",
        ExitCode::Interrupted | ExitCode::Terminated => "interrupted",
        ExitCode::Done => "unchanged",
        ExitCode::Unexpected
        | ExitCode::Usage
        | ExitCode::Pending
        | ExitCode::SaidNo
        | ExitCode::Unreachable
        | ExitCode::Failed
        | ExitCode::Misrouted
        | ExitCode::RolledBack
        | ExitCode::TimedOut
        | ExitCode::Superseded
        | ExitCode::Paused
        | ExitCode::Inconclusive
        | ExitCode::Harm => "error",
    }
}

fn release(result: &ResultRecord) -> Vec<(&'static str, String)> {
    let short = |arn: &String| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let released = result.release.as_ref();
    let version = released.map(|release| release.version.clone());
    let previous = result.previous.as_ref();
    let previous = previous.and_then(|previous| previous.version.clone());
    let digest = released.and_then(|release| {
        let (_, digest) = release.image.split_once('@')?;
        Some(digest.to_owned())
    });
    vec![
        ("service", result.service.clone()),
        (
            "cluster",
            result
                .cluster
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned(),
        ),
        ("version", version.unwrap_or_default()),
        (
            "revision",
            result
                .task_definition
                .as_ref()
                .map(short)
                .unwrap_or_default(),
        ),
        ("previous_version", previous.unwrap_or_default()),
        ("digest", digest.unwrap_or_default()),
    ]
}

fn service(result: &ResultRecord) -> Value {
    let mut service = json!({
        "verdict": result.conclusion().word(),
        "exit_code": result.exit_code(),
    });
    for (name, value) in release(result) {
        service[name] = json!(value);
    }
    service
}
