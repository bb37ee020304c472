//! Tests with answers recorded from a real MLflow server (`tests/fixtures/mlflow`).

use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::registry::testing::{
    Raw, ReceivedRequest, Server, hurried, json as answer, raw, system_trust,
};

/// An exchange with a real server.
struct Recorded {
    line: String,
    body: Value,
    status: u16,
    headers: String,
    answer: String,
}

impl Recorded {
    fn read(text: &str) -> Self {
        let (request, response) = text.split_once("###\n").unwrap();
        let (head, body) = request
            .split_once("\n\n")
            .unwrap_or((request.trim_end(), ""));
        let (first, answer) = response.split_once("\n\n").unwrap();
        let (status, headers) = first.split_once('\n').unwrap_or((first, ""));
        Self {
            line: head.lines().next().unwrap().to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
            status: status.split(' ').next().unwrap().parse().unwrap(),
            headers: headers
                .lines()
                .fold(String::new(), |all, line| all + line + "\r\n"),
            answer: answer.to_owned(),
        }
    }

    fn meets(&self, asked: &ReceivedRequest) -> bool {
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        self.line == asked.line && self.body == body
    }

    fn raw(&self) -> Raw {
        raw(self.status, &self.headers, &self.answer)
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlflow/exchanges")
}

fn recorded(name: &str) -> Recorded {
    Recorded::read(&std::fs::read_to_string(folder().join(name)).unwrap())
}

fn all_recorded() -> Vec<Recorded> {
    let files = std::fs::read_dir(folder()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    files
        .filter(|path| path.is_file())
        .map(|path| Recorded::read(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// A server that answers what the real one did, and nothing else.
fn replay() -> Server {
    let all = all_recorded();
    Server::start(move |asked, _| {
        let known = all.iter().find(|reply| reply.meets(asked));
        known.map_or_else(|| raw(418, "", &format!("{asked:?}")), Recorded::raw)
    })
}

fn mlflow(url: &str, credentials: Credentials) -> Mlflow {
    Mlflow::connect(url, credentials, &system_trust(), hurried()).unwrap()
}

async fn find(server: &Server, reference: &str) -> Answer<RegisteredVersion> {
    let reference = Reference::parse(reference).unwrap();
    let mlflow = mlflow(&server.url, Credentials::Nobody);
    mlflow.find(&reference).await
}

#[tokio::test]
async fn an_alias_leads_to_a_version_with_its_run() {
    let server = replay();
    let found = find(&server, "models:/fraud-scorer@champion")
        .await
        .unwrap();
    assert_eq!((&*found.name, &*found.version), ("fraud-scorer", "1"));
    let run = "26702593e2784bb7913f5764205f7281";
    assert_eq!(found.run_id.as_deref(), Some(run));
    let commit = "3f2c1a9d5b7e4860a1b2c3d4e5f60718293a4b5c";
    assert_eq!(found.git_sha.as_deref(), Some(commit));
    assert_eq!(found.metrics["auc"].to_string(), "0.8687");
    assert!(found.metrics["drift"].is_nan());
    assert!(found.metrics["ratio"].is_infinite());
    let files = format!("s3://ml-models/fraud-scorer/{run}/artifacts/model/");
    assert_eq!(found.artifact_uri, Some(files));
    assert_eq!(found.tags["mlship.deployed"], "ml-prod/fraud-scorer");
    assert_eq!(found.created.unwrap().as_millisecond(), 1_795_580_173_590);
    assert_eq!(found.trained.unwrap().as_millisecond(), 1_795_000_000_000);
    assert_eq!(found.unusable, None);
    let page = format!("{}/#/experiments/1/runs/{run}", server.url);
    assert_eq!(found.page, Some(page));
}

#[tokio::test]
async fn a_logged_model_has_metrics_of_its_own_and_hides_no_nan() {
    let found = find(&replay(), "models:/fraud-scorer@challenger")
        .await
        .unwrap();
    assert_eq!(found.version, "2");
    let model = "s3://ml-models/fraud-scorer/models/m-9429ae719e594987811939020717132b/artifacts/";
    assert_eq!(found.artifact_uri.as_deref(), Some(model));
    assert_eq!(found.metrics["loss"].to_string(), "0.4135");
    assert!(found.metrics["drift"].is_nan(), "{:?}", found.metrics);
}

#[tokio::test]
async fn a_version_was_trained_when_its_run_ended_or_began_or_nobody_knows_when() {
    let trained = async |times: Value| {
        let others = all_recorded();
        let server = Server::start(move |asked, _| {
            if asked.line.contains("/runs/get?") {
                return answer(200, &json!({"run": {"info": times, "data": {}}}));
            }
            let known = others.iter().find(|reply| reply.meets(asked));
            known.map_or_else(|| raw(418, "", ""), Recorded::raw)
        });
        let found = find(&server, "models:/fraud-scorer@champion").await;
        found.unwrap().trained.map(Timestamp::as_millisecond)
    };
    let began = 1_795_000_000_000_i64;
    let ended = began + 3_600_000;
    let both = json!({"start_time": began, "end_time": ended});
    assert_eq!(trained(both).await, Some(ended));
    // It runs still.
    assert_eq!(trained(json!({"start_time": began})).await, Some(began));
    assert_eq!(trained(json!({})).await, None);
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let missing = [
        "models:/fraud-scorer@nobody",
        "models:/fraud-scorer@CHAMPION",
        "models:/no-such@champion",
        "models:/fraud-scorer/99",
        "models:/no-such/1",
    ];
    for reference in missing {
        let error = find(&replay(), reference).await.unwrap_err();
        assert_eq!(error.kind, RegistryErrorKind::Missing, "{error}");
        assert!(error.hint.is_some());
    }
    let mlflow = mlflow(&replay().url, Credentials::Nobody);
    assert_eq!(mlflow.aliased("fraud-scorer", "nobody").await, Ok(None));
    let champion = mlflow.aliased("fraud-scorer", "champion").await;
    assert_eq!(champion, Ok(Some("1".to_owned())));
}

#[tokio::test]
async fn aliases_and_tags_are_written_as_a_real_server_takes_them() {
    let server = replay();
    let mlflow = mlflow(&server.url, Credentials::Nobody);
    mlflow
        .set_alias("fraud-scorer", "champion", "2")
        .await
        .unwrap();
    let expected = recorded("set-tag.http").body;
    let text = |name: &str| expected[name].as_str().unwrap().to_owned();
    mlflow
        .set_tag(
            &text("name"),
            &text("version"),
            &text("key"),
            &text("value"),
        )
        .await
        .unwrap();
    let refused = mlflow.set_alias("fraud-scorer", "latest", "1").await;
    assert_eq!(refused.unwrap_err().kind, RegistryErrorKind::Refused);
}

#[tokio::test]
async fn a_server_that_does_not_know_who_asks_says_so() {
    for (file, status) in [
        ("none", 401),
        ("wrong-password", 401),
        ("bearer-token", 401),
        ("not-granted", 403),
    ] {
        let server = Server::always(recorded(&format!("auth/{file}.http")).raw());
        let error = find(&server, "models:/guarded@champion").await.unwrap_err();
        assert_eq!(error.kind, RegistryErrorKind::Refused);
        assert!(error.message.contains(&format!("HTTP {status}")), "{error}");
        assert!(error.hint.unwrap().contains("MLFLOW_TRACKING_TOKEN"));
    }
    let server = Server::always(recorded("auth/reader-sets-tag.http").raw());
    let mlflow = mlflow(&server.url, Credentials::Nobody);
    let error = mlflow.set_tag("guarded", "1", "a", "b").await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Refused);
}

#[tokio::test]
async fn an_address_without_the_api_is_no_registry() {
    let server = Server::always(recorded("endpoint-missing.http").raw());
    let error = find(&server, "models:/fraud-scorer@champion")
        .await
        .unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::NotARegistry);
    let odd = Server::always(answer(200, &json!({"unexpected": true})));
    let error = find(&odd, "models:/fraud-scorer@champion")
        .await
        .unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::NotARegistry, "{error}");
}

const ADA: [(&str, &str); 3] = [
    ("MLFLOW_TRACKING_USERNAME", "ada"),
    ("MLFLOW_TRACKING_PASSWORD", "hunter2"),
    ("MLFLOW_TRACKING_TOKEN", "t0ken"),
];

#[tokio::test]
async fn credentials_go_by_mlflows_variables_and_into_one_header() {
    let of = |set: &'static [(&'static str, &'static str)]| {
        let variable = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Credentials::from_variables(&variable)
    };
    let cases = [
        (of(&ADA), Some("Basic YWRhOmh1bnRlcjI=")),
        (
            of(&[("MLFLOW_TRACKING_TOKEN", "t0ken")]),
            Some("Bearer t0ken"),
        ),
        (of(&[("MLFLOW_TRACKING_USERNAME", "ada")]), None),
    ];
    for (credentials, expected) in cases {
        let server = replay();
        let mlflow = mlflow(&server.url, credentials);
        mlflow.aliased("fraud-scorer", "champion").await.unwrap();
        assert_eq!(server.asked()[0].header("authorization"), expected);
    }
    let broken = mlflow(
        "http://127.0.0.1:9",
        of(&[("MLFLOW_TRACKING_TOKEN", "t0k\nen")]),
    );
    let error = broken.aliased("a", "b").await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Refused);
    assert!(!format!("{error:?}").contains("t0k"));
}

#[tokio::test]
async fn a_server_that_repeats_the_request_gives_no_credential_away() {
    let token = "not-a-secret-but-like-one".repeat(20);
    let variables = move |name: &str| (name == "MLFLOW_TRACKING_TOKEN").then(|| token.clone());
    for status in [400, 403, 404, 500] {
        let server = Server::start(move |asked, _| {
            let words = format!("\u{1b}]0;title\nheaders: {:?}", asked.headers);
            let code = "RESOURCE_DOES_NOT_EXIST";
            answer(status, &json!({"error_code": code, "message": words}))
        });
        let mlflow = mlflow(&server.url, Credentials::from_variables(&variables));
        let reference = Reference::parse("models:/fraud/1").unwrap();
        let error = mlflow.find(&reference).await.unwrap_err().message;
        assert!(error.contains("Bearer ***"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_for_another_version_is_none() {
    let check = async |reference: &str, name: &str, version: &str| {
        let version = json!({"name": name, "version": version});
        let server = Server::always(answer(200, &json!({"model_version": version})));
        find(&server, reference).await.map_err(|error| error.kind)
    };
    for (reference, name, version) in [
        ("models:/fraud/1", "fraud", "2"),
        ("models:/fraud/1", "other", "1"),
        ("models:/fraud@champion", "Fraud", "1"),
        ("models:/fraud@champion", "fraud", "1\n\u{1b}[2J"),
        ("models:/fraud@champion", "fraud", ""),
    ] {
        let found = check(reference, name, version).await;
        assert_eq!(found, Err(RegistryErrorKind::NotARegistry), "{version:?}");
    }
    assert!(check("models:/fraud/1", "fraud", "1").await.is_ok());
}

#[tokio::test]
async fn what_is_repeated_of_an_answer_is_not_longer_than_a_line_should_be() {
    let odd = "9".repeat(1000);
    let version = json!({"name": "fraud", "version": "1", "run_id": "r", "status": odd});
    let answers = json!({
        "model_version": version,
        "run": {"info": {"run_id": odd, "experiment_id": odd}},
    });
    let found = find(&Server::always(answer(200, &answers)), "models:/fraud/1").await;
    let RegisteredVersion { unusable, page, .. } = found.unwrap();
    for text in [unusable.unwrap(), page.unwrap()] {
        assert!(text.chars().count() < 600, "{text:?}");
    }
    let server = Server::always(answer(200, &json!({"model_version": {"version": odd}})));
    let mlflow = mlflow(&server.url, Credentials::Nobody);
    let aliased = mlflow.aliased("fraud", "champion").await.unwrap();
    assert_eq!(aliased, Some("9".repeat(200) + "…"));
}
