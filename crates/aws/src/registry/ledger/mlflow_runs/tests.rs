use std::sync::{Arc, Mutex};

use aws_credential_types::provider::SharedCredentialsProvider;

use super::*;
use crate::cloud::Signer;
use crate::registry::mlflow::Credentials;
use crate::registry::sagemaker_mlflow::connect;
use crate::registry::testing::signature::{check, credentials};
use crate::registry::testing::{
    Raw, ReceivedRequest, Server, hurried, json as answer, raw, system_trust,
};
use mlship_core::ledger::{Part, Release};
use mlship_manifest::MlflowArn;

/// What a server has, and what it does next.
#[derive(Default)]
struct State {
    has_experiment: bool,
    runs: Vec<Value>,
    artifacts: Vec<(String, String)>,
    location: String,
    /// How the next creations of a run end: whether it is made, and whether that is said.
    creations: Vec<(bool, bool)>,
}

fn missing() -> Raw {
    answer(
        404,
        &json!({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}),
    )
}

fn add(list: &mut Value, items: &Value) {
    for item in items.as_array().into_iter().flatten() {
        let list = list.as_array_mut().unwrap();
        list.retain(|known| known["key"] != item["key"]);
        list.push(item.clone());
    }
}

/// A small MLflow, in the shapes of the real one.
fn serve(state: &Arc<Mutex<State>>) -> Server {
    let state = Arc::clone(state);
    Server::start(move |asked: &ReceivedRequest, _| {
        let mut state = state.lock().unwrap();
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let (method, target) = asked.line.split_once(' ').unwrap();
        if method == "PUT" {
            state
                .artifacts
                .push((target.to_owned(), asked.body.clone()));
            return answer(200, &json!({}));
        }
        let path = target.strip_prefix("/api/2.0/mlflow/").unwrap();
        match path.split('?').next().unwrap() {
            "experiments/get-by-name" if state.has_experiment => answer(
                200,
                &json!({"experiment": {"experiment_id": "7", "lifecycle_stage": "active"}}),
            ),
            "experiments/get-by-name" => missing(),
            "experiments/create" => {
                state.has_experiment = true;
                answer(200, &json!({"experiment_id": "7"}))
            }
            "experiments/search" => answer(200, &json!({"experiments": [{"experiment_id": "7"}]})),
            "runs/search" => answer(200, &json!({"runs": state.runs})),
            "runs/create" => {
                let next = (!state.creations.is_empty()).then(|| state.creations.remove(0));
                let (is_made, is_told) = next.unwrap_or((true, true));
                if is_made {
                    let id = format!("run{}", state.runs.len() + 1);
                    let location = state.location.clone();
                    state.runs.push(json!({
                        "info": {"run_id": id, "artifact_uri": location},
                        "data": {"tags": body["tags"], "params": [], "metrics": []},
                    }));
                }
                if is_told {
                    answer(200, &json!({"run": {}}))
                } else {
                    Vec::new()
                }
            }
            "runs/log-batch" => {
                let mut runs = state.runs.iter_mut();
                let run = runs
                    .find(|run| run["info"]["run_id"] == body["run_id"])
                    .unwrap();
                for (list, from) in [
                    ("tags", "tags"),
                    ("params", "params"),
                    ("metrics", "metrics"),
                ] {
                    add(&mut run["data"][list], &body[from]);
                }
                answer(200, &json!({}))
            }
            "runs/update" => answer(200, &json!({})),
            _ => raw(500, "", "what?"),
        }
    })
}

fn runs(server: &Server) -> MlflowRuns {
    let nobody = Credentials::from_variables(&|_| None);
    let mlflow = Mlflow::connect(&server.url, nobody, &system_trust(), hurried()).unwrap();
    of(mlflow, server)
}

fn of(mlflow: Mlflow, server: &Server) -> MlflowRuns {
    let provider = SharedCredentialsProvider::new(credentials(None));
    let signer = Signer::new(&provider);
    let region = "eu-west-1";
    let objects = Objects::new(signer, region, Some(&server.url), system_trust(), hurried());
    MlflowRuns::new(mlflow, objects)
}

fn record() -> ExperimentRecord {
    let text = json!({
        "schema": "mlship/experiment-record/v1", "id": "20260501T100000Z-0a1b2c3d",
        "experiment": "v9", "hypothesis": "x ".repeat(3000), "rule": "arn:rule",
        "started": "2026-05-01T10:00:00Z", "started_by": "ana",
        "ended": "2026-05-09T10:00:00Z", "ended_by": "bo",
        "outcome": "challenger_better", "winner": "challenger", "terms": "0a1b",
        "design": null, "variants": [], "phases": [], "readout": null, "disturbed": null,
    });
    let mut record = ExperimentRecord::parse(&text.to_string()).unwrap();
    record.variants.push(Part {
        name: "control".to_owned(),
        control: true,
        service: mlship_core::release::ids::ServiceId {
            cluster: mlship_core::release::ids::ClusterName::new("ml"),
            name: mlship_core::release::ids::ServiceName::new("fraud"),
            place: None,
        },
        release: Some(Release {
            model: Some("fraud".to_owned()),
            version: Some("7".to_owned()),
            ..Release::default()
        }),
    });
    record
}

async fn write(server: &Server) -> Answer<Written> {
    let entry = Entry {
        record: &record(),
        page: "<html>",
    };
    runs(server).write(&entry).await
}

fn state() -> Arc<Mutex<State>> {
    Arc::new(Mutex::new(State {
        location: "mlflow-artifacts:/7/run1/artifacts".to_owned(),
        ..State::default()
    }))
}

#[tokio::test]
async fn a_record_is_a_run_with_parameters_tags_and_a_page_and_is_read_again() {
    let state = state();
    let server = serve(&state);
    let written = write(&server).await.unwrap();
    assert_eq!(
        written.place,
        format!("{}/#/experiments/7/runs/run1", server.url)
    );
    assert_eq!(written.lacks, None);
    let known = state.lock().unwrap().runs[0]["data"].clone();
    let parameter = |name: &str| {
        let all = known["params"].as_array().unwrap();
        let found = all.iter().find(|pair| pair["key"] == name);
        found.map(|pair| pair["value"].clone())
    };
    assert_eq!(parameter("control/version"), Some(json!("7")));
    let artifacts = state.lock().unwrap().artifacts.clone();
    let path = "/api/2.0/mlflow-artifacts/artifacts/7/run1/artifacts/report.html";
    assert_eq!(artifacts, [(path.to_owned(), "<html>".to_owned())]);
    for name in [None, Some("v9")] {
        let read = runs(&server).read(name).await.unwrap();
        assert_eq!(read.records, [record()]);
    }
}

#[tokio::test]
async fn a_start_has_one_run_however_often_it_is_written_and_whatever_was_lost() {
    for creations in [
        vec![],
        vec![(true, false)],
        vec![(false, false)],
        vec![(false, false), (true, false)],
    ] {
        let state = state();
        state.lock().unwrap().creations.clone_from(&creations);
        let server = serve(&state);
        write(&server).await.unwrap();
        write(&server).await.unwrap();
        assert_eq!(state.lock().unwrap().runs.len(), 1, "{creations:?}");
    }
    let state = state();
    state.lock().unwrap().creations = vec![(false, false); 9];
    let error = write(&serve(&state)).await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Unreachable);
}

#[tokio::test]
async fn a_parameter_that_is_there_is_not_sent_again_since_it_cannot_change() {
    let state = state();
    let server = serve(&state);
    write(&server).await.unwrap();
    write(&server).await.unwrap();
    let batches = server.asked().into_iter();
    let batches = batches.filter(|asked| asked.line.ends_with("runs/log-batch"));
    let sent: Vec<usize> = batches
        .map(|asked| {
            let body: Value = serde_json::from_str(&asked.body).unwrap();
            body["params"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(sent, [3, 0]);
}

#[tokio::test]
async fn a_page_goes_where_mlflow_keeps_its_artifacts_and_elsewhere_that_is_said() {
    for (location, path, lacks) in [
        ("s3://ml/7/run1", Some("/ml/7/run1/report.html"), None),
        (
            "mlflow-artifacts://host:80/7/run1",
            Some("/api/2.0/mlflow-artifacts/artifacts/7/run1/report.html"),
            None,
        ),
        (
            "dbfs:/mlflow/7",
            None,
            Some("without the report: MLflow keeps its artifacts where only it can write (dbfs:)"),
        ),
    ] {
        let state = state();
        location.clone_into(&mut state.lock().unwrap().location);
        let server = serve(&state);
        let written = write(&server).await.unwrap();
        assert_eq!(written.lacks.as_deref(), lacks, "{location}");
        let artifacts = state.lock().unwrap().artifacts.clone();
        let paths: Vec<&str> = artifacts.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, path.into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_mlflow_in_sagemaker_gets_and_gives_records_by_signed_requests_that_name_it() {
    for (arn, service, header) in [
        (
            "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml",
            "sagemaker-mlflow",
            "x-mlflow-sm-tracking-server-arn",
        ),
        (
            "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-app/app-ABC123",
            "sagemaker",
            "x-sm-mlflow-app-arn",
        ),
    ] {
        // SageMaker's keep their artifacts in a bucket of the account.
        let state = state();
        "s3://ml/7/run1".clone_into(&mut state.lock().unwrap().location);
        let server = serve(&state);
        let ledger = || {
            let read = MlflowArn::parse(arn).unwrap();
            let who = credentials(Some("t0ken"));
            let mlflow = connect(&read, &server.url, who, &system_trust(), hurried());
            of(mlflow.unwrap(), &server)
        };
        let entry = Entry {
            record: &record(),
            page: "<html>",
        };
        let written = ledger().write(&entry).await.unwrap();
        // People see its pages elsewhere, by an address that is made for them.
        let place = format!("run run1 of mlship/v9 in {}", server.url);
        assert_eq!((written.place, written.lacks), (place, None), "{arn}");
        let read = ledger().read(Some("v9")).await.unwrap();
        assert_eq!(read.records, [record()], "{arn}");
        let asked = server.asked();
        let (pages, api): (Vec<_>, Vec<_>) = asked
            .iter()
            .partition(|asked| asked.line.starts_with("PUT "));
        assert_eq!(pages.len(), 1);
        assert_eq!(check(pages[0]).service, "s3");
        assert!(api.len() > 5, "{}", api.len());
        for asked in api {
            let signed = check(asked);
            assert_eq!((&*signed.region, &*signed.service), ("eu-west-1", service));
            assert_eq!(asked.header(header), Some(arn));
        }
    }
}

#[tokio::test]
async fn who_may_not_write_is_told() {
    let server = Server::always(raw(403, "", "<html>no</html>"));
    let error = write(&server).await.unwrap_err();
    assert_eq!(error.kind, RegistryErrorKind::Refused);
}
