//! Gives every operation every kind of invalid answer: each must become an error.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::json;

use super::super::operation::{Effect, Operation};
use super::super::testing::{Recorded, RecordedAnswer};
use super::drive::{before, drive, service, xml};
use mlship_core::cloud::request::{Observer, Stage};
use mlship_core::cloud::{CloudError, Ecs, ErrorKind};
use mlship_core::release::DesiredStatus;
use mlship_core::release::ids::TaskArn;

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    Cbor,
}

fn form(operation: Operation) -> Form {
    match operation.permission().split(':').next() {
        Some("elasticloadbalancing" | "sts" | "ec2" | "iam") => Form::Xml,
        Some("cloudwatch") => Form::Cbor,
        _ => Form::Json,
    }
}

/// Whether an answer that holds nothing is all that AWS gives.
fn holds_nothing(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::TagResource
            | Operation::UntagResource
            | Operation::DeleteScalingPolicy
            | Operation::DeregisterScalableTarget
            | Operation::RegisterScalableTarget
            | Operation::AddTags
            | Operation::RemoveTags
            | Operation::DeleteRule
            | Operation::DeleteAlarms
            | Operation::PutMetricAlarm
    )
}

/// An answer with the headers that AWS gives.
fn given(status: u16, body: impl Into<Vec<u8>>) -> RecordedAnswer {
    RecordedAnswer {
        status,
        headers: None,
        body: body.into(),
    }
}

/// An answer with a type, if any, and no other header.
fn typed(status: u16, kind: Option<&'static str>, body: impl Into<Vec<u8>>) -> RecordedAnswer {
    RecordedAnswer {
        headers: Some(
            kind.into_iter()
                .map(|kind| ("content-type", kind))
                .collect(),
        ),
        ..given(status, body)
    }
}

/// What somebody on the way may answer to any operation.
fn foreign() -> Vec<RecordedAnswer> {
    const PAGE: &str = "<html><body>Ask your administrator.</body></html>";
    let mut all = Vec::new();
    for status in [200, 204, 302, 400, 403, 404, 407, 429, 502, 503] {
        all.push(typed(status, Some("text/html; charset=utf-8"), PAGE));
        all.push(typed(status, None, ""));
        all.push(typed(
            status,
            Some("application/json"),
            r#"{"status": "ok"}"#,
        ));
    }
    for status in [200, 403] {
        // Those who claim to be AWS, or say nothing of what they are.
        all.push(given(status, PAGE));
        all.push(typed(status, None, PAGE));
        all.push(typed(status, Some("text/xml"), PAGE));
        all.push(typed(status, Some("text/plain"), "blocked"));
        all.push(given(status, "[]"));
        all.push(given(status, r#""ok""#));
        all.push(given(status, r#"{"services": [{"serviceArn":"#));
        all.push(given(status, [0x82, 0x01]));
        all.push(given(status, [0xff, 0xfe, 0x00]));
    }
    let refusal = r#"{"code": "AccessDenied", "message": "blocked by policy"}"#;
    all.push(typed(403, Some("application/json"), refusal));
    let refusal = "<Error><Code>AccessDenied</Code></Error>";
    all.push(typed(403, Some("application/xml"), refusal));
    all
}

/// Answers in the form of the service that lack what was asked for.
fn hollow(operation: Operation) -> Vec<RecordedAnswer> {
    let name = operation.name();
    let mut all = match form(operation) {
        Form::Json => vec![
            typed(200, Some("application/x-amz-json-1.1"), ""),
            given(200, "<a/>"),
        ],
        Form::Xml => vec![
            given(200, ""),
            given(200, "{}"),
            given(200, xml("DescribeNothing", "")),
            given(200, format!("<{name}Response><{name}Result>")),
            given(
                200,
                format!("<{name}ResponseOfAnother></{name}ResponseOfAnother>"),
            ),
            given(403, xml(name, "")),
        ],
        Form::Cbor => vec![typed(200, Some("application/cbor"), ""), given(200, "{}")],
    };
    if !holds_nothing(operation) {
        all.extend(match form(operation) {
            Form::Json => vec![
                given(200, ""),
                given(200, "{}"),
                given(200, r#"{"status": "ok"}"#),
                given(200, r#"{"__type": "AccessDeniedException"}"#),
            ],
            Form::Xml => vec![
                given(200, xml(name, "")),
                given(200, xml(name, "<Status>ok</Status>")),
                given(200, format!("<{name}Response></{name}Response>")),
            ],
            Form::Cbor => vec![
                given(200, ""),
                given(200, [0xa0]),
                // {"a": 1}
                given(200, [0xa1, 0x61, 0x61, 0x01]),
            ],
        });
    }
    all
}

async fn check(operation: Operation, bad: &RecordedAnswer) {
    let recorded = before(operation, Recorded::default().always(operation.name(), bad));
    let shown = || {
        let body = bad.body.get(..60).unwrap_or(&bad.body);
        let body = String::from_utf8_lossy(body);
        format!(
            "{operation:?}: HTTP {} {:?} {body}",
            bad.status, bad.headers
        )
    };
    let waiting = recorded.left();
    let Err(error) = drive(&recorded, operation).await else {
        panic!("{} is taken for an answer", shown());
    };
    let wanted = match bad.status {
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Lost,
        _ => ErrorKind::Unreadable,
    };
    assert_eq!(error.kind, wanted, "{}: {error}", shown());
    assert_eq!(error.operation, operation.name(), "{}", shown());
    assert!(
        error.message.starts_with("AWS's answer could not be read"),
        "{error}"
    );
    assert!(error.hint.is_some_and(|hint| hint.contains("PROXY")));
    let asked = recorded.asked().len() - (waiting - recorded.left());
    let most = match (operation.effect(), wanted) {
        (Effect::Read, ErrorKind::Throttled) => 12,
        (Effect::Read, _) => 5,
        (Effect::Write, ErrorKind::Throttled) => 8,
        (Effect::Write, _) => 1,
    };
    assert_eq!(asked, most, "{}", shown());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_on_the_way_says_is_no_answer_of_any_operation() {
    for operation in Operation::ALL {
        for bad in foreign() {
            check(*operation, &bad).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_what_was_asked_for_is_none() {
    for operation in Operation::ALL {
        for bad in hollow(*operation) {
            check(*operation, &bad).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_an_end_is_not_read_to_it() {
    let body = format!("{{\"a\": \"{}\"}}", "y".repeat(16 << 20));
    let bad = given(200, body);
    for operation in Operation::ALL {
        if operation.effect() == Effect::Write || *operation == Operation::DescribeServices {
            check(*operation, &bad).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_something_else_is_none() {
    let check = async |operation: Operation, body: serde_json::Value| {
        check(operation, &given(200, body.to_string())).await;
    };
    let other = json!({"serviceArn": "service/ml/other", "status": "ACTIVE", "deployments": []});
    check(
        Operation::DescribeServices,
        json!({"services": [other], "failures": []}),
    )
    .await;
    let bare = json!({"serviceArn": "service/ml/fraud", "status": "ACTIVE"});
    check(Operation::DescribeServices, json!({"services": [bare]})).await;
    let elsewhere = json!({"arn": "service/ml/other", "reason": "MISSING"});
    check(
        Operation::DescribeServices,
        json!({"failures": [elsewhere]}),
    )
    .await;
    let untold = json!({"arn": "service/ml/fraud"});
    check(Operation::DescribeServices, json!({"failures": [untold]})).await;
    check(Operation::UpdateService, json!({"service": other})).await;
    check(Operation::CreateService, json!({"service": other})).await;
    let definition = json!({"taskDefinitionArn": "task-definition/other:1",
        "containerDefinitions": []});
    let answer = json!({"taskDefinition": definition});
    check(Operation::RegisterTaskDefinition, answer.clone()).await;
    check(Operation::DescribeTaskDefinition, answer).await;
    let task = json!({"taskArn": "task/ml/2", "lastStatus": "RUNNING",
        "taskDefinitionArn": "fraud:1"});
    check(
        Operation::DescribeTasks,
        json!({"tasks": [task], "failures": []}),
    )
    .await;
    check(
        Operation::DescribeTasks,
        json!({"tasks": [], "failures": []}),
    )
    .await;
    let deployment = json!({"serviceDeploymentArn": "service-deployment/ml/fraud/1"});
    check(
        Operation::DescribeServiceDeployments,
        json!({"serviceDeployments": [deployment]}),
    )
    .await;
    let stopped = json!({"serviceDeploymentArn": "service-deployment/ml/fraud/2"});
    check(Operation::StopServiceDeployment, stopped.clone()).await;
    check(Operation::ContinueServiceDeployment, stopped).await;
    check(Operation::DescribeImages, json!({"imageDetails": []})).await;
    check(
        Operation::DescribeScalableTargets,
        json!({"ScalableTargets": [{}]}),
    )
    .await;
    check(
        Operation::DescribeParameters,
        json!({"Parameters": [{"Name": "other"}]}),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_answered_at_last_is_answered() {
    let page = typed(200, Some("text/html"), "<html></html>");
    let recorded = Recorded::default();
    let recorded = (0..4).fold(recorded, |recorded, _| recorded.given("ListTasks", &page));
    let recorded = recorded.answer("ListTasks", 200, r#"{"taskArns": ["task/ml/1"]}"#);
    let found = recorded
        .cloud()
        .service_tasks(&service(), DesiredStatus::Running)
        .await;
    assert_eq!(found, Ok(vec![TaskArn::new("task/ml/1")]));
}

#[tokio::test(start_paused = true)]
async fn pages_that_lead_round_in_a_circle_are_left() {
    let round = json!({"taskArns": ["task/ml/1"], "nextToken": "again"}).to_string();
    let recorded = Recorded::default().always("ListTasks", &given(200, round));
    let found = recorded
        .cloud()
        .service_tasks(&service(), DesiredStatus::Running)
        .await;
    let error: CloudError = found.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreadable);
    assert_eq!(recorded.asked().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_of_others_are_taken_for_an_answer(
        status in proptest::sample::select(vec![200_u16, 201, 400, 401, 403, 404, 451, 500, 504]),
        kind in proptest::sample::select(vec!["text/html", "text/plain", "application/json",
            "application/xml", "application/octet-stream", "image/png"]),
        body in proptest::collection::vec(any::<u8>(), 0..200),
        operation in proptest::sample::select(Operation::ALL.to_vec()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(check(operation, &typed(status, Some(kind), body)));
    }
}

#[test]
fn what_an_operation_is_called_hides_nothing_of_an_error() {
    for operation in Operation::ALL {
        let error = CloudError::unreadable(operation.name(), "HTTP 200, text/html").to_string();
        assert_eq!(mlship_text::secrets::redact(&error), error);
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_details_hears_that_somebody_else_answered() {
    let page = typed(403, Some("text/html"), "<html></html>");
    let cloud = Recorded::default().always("", &page).cloud();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let outcomes = heard.clone();
    cloud.observe(Observer::new(move |request| {
        if let Stage::Ended { outcome, .. } = request.stage {
            outcomes.lock().unwrap().push(format!("{outcome:?}"));
        }
    }));
    drop(
        cloud
            .service_tasks(&service(), DesiredStatus::Running)
            .await,
    );
    let heard = heard.lock().unwrap();
    assert_eq!(heard.first().unwrap(), r#"Foreign("HTTP 403, text/html")"#);
}
