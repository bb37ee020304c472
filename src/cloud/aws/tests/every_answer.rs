//! Every operation, and every answer that is none: nothing is made of it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::super::operation::{Effect, Operation};
use super::super::testing::{Given, Recorded};
use crate::cloud::{Answer, Balancing, Cloud, CloudError, ErrorKind, Metrics};
use crate::experiment::{Forward, ListenerRule, Query, Routing};
use crate::preflight::{EcrImage, Reference};
use crate::release::ids::RuleArn;
use crate::release::ids::{
    ClusterName, ServiceDeploymentArn, ServiceId, ServiceName, ServiceRevisionArn, TargetGroupArn,
    TaskArn,
};
use crate::release::{Document, LogStream, ScalingWrite, Tracking, Wanted};

const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1";

fn service() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new("fraud"),
    }
}

fn forward() -> Forward {
    Forward {
        weights: [(TargetGroupArn::new(GROUP), 1)].into(),
        stickiness: None,
    }
}

fn rule() -> ListenerRule {
    ListenerRule {
        arn: RuleArn::new(RULE),
        priority: Some(1),
        conditions: Vec::new(),
        before: Vec::new(),
        routing: Routing::Forward(forward()),
        tags: BTreeMap::new(),
    }
}

fn document(value: serde_json::Value) -> Document {
    value.as_object().unwrap().clone()
}

fn xml(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
    )
}

/// Answers what an operation comes after.
fn before(operation: Operation, recorded: Recorded) -> Recorded {
    let (first, body) = match operation {
        Operation::DescribeContainerInstances => (
            "ListContainerInstances",
            json!({"containerInstanceArns": ["container-instance/ml/1"]}).to_string(),
        ),
        Operation::DescribeScalingPolicies => (
            "DescribeScalableTargets",
            json!({"ScalableTargets": [{
                "ServiceNamespace": "ecs", "ResourceId": "service/ml/fraud",
                "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1,
                "MaxCapacity": 4, "RoleARN": "role", "CreationTime": 1,
            }]})
            .to_string(),
        ),
        Operation::ListServices => (
            "ListClusters",
            json!({"clusterArns": ["cluster/ml"]}).to_string(),
        ),
        Operation::DescribeListeners => (
            "DescribeLoadBalancers",
            xml(
                "DescribeLoadBalancers",
                "<LoadBalancers><member><LoadBalancerArn>lb</LoadBalancerArn>\
                 <Type>application</Type></member></LoadBalancers>",
            ),
        ),
        Operation::DescribeTags => (
            "DescribeRules",
            xml(
                "DescribeRules",
                &format!(
                    "<Rules><member><RuleArn>{RULE}</RuleArn><Priority>1</Priority><Actions>\
                     <member><Type>forward</Type><TargetGroupArn>{GROUP}</TargetGroupArn></member>\
                     </Actions></member></Rules>"
                ),
            ),
        ),
        _ => return recorded,
    };
    recorded.answer(first, 200, &body)
}

/// Asks for something that takes this operation.
async fn drive(recorded: &Recorded, operation: Operation) -> Answer<()> {
    let cloud = recorded.cloud();
    let service = service();
    let rule = rule();
    let tags: BTreeMap<String, String> = [("mlship:state".to_owned(), "running".to_owned())].into();
    let now = Timestamp::UNIX_EPOCH;
    let log = LogStream {
        region: None,
        group: "g".to_owned(),
        stream: "s".to_owned(),
    };
    let scale = async |write: ScalingWrite| cloud.write_scaling(&service, &write).await;
    match operation {
        Operation::DeleteScalingPolicy => {
            let policy = "p".to_owned();
            scale(ScalingWrite::Drop { policy }).await
        }
        Operation::DeregisterScalableTarget => scale(ScalingWrite::DropAll).await,
        Operation::PutScalingPolicy => {
            let tracking = Tracking {
                target: 50.0,
                scale_in_cooldown: None,
                scale_out_cooldown: None,
                disable_scale_in: None,
            };
            let policy = "p".to_owned();
            scale(ScalingWrite::Track { policy, tracking }).await
        }
        Operation::RegisterScalableTarget => scale(ScalingWrite::Bounds { min: 1, max: 2 }).await,
        Operation::DescribeScalableTargets | Operation::DescribeScalingPolicies => {
            cloud.scaling(&service).await.map(drop)
        }
        Operation::GetMetricData => {
            let query = Query {
                namespace: "n".to_owned(),
                metric: "m".to_owned(),
                dimensions: Vec::new(),
                statistic: "Sum".to_owned(),
            };
            let minute = Duration::from_mins(1);
            cloud.points(&[query], now, now, minute).await.map(drop)
        }
        Operation::DescribeImages => {
            let image = EcrImage {
                registry: "111122223333".to_owned(),
                region: "eu-west-1".to_owned(),
                repository: "fraud".to_owned(),
                reference: Reference::Tag("8".to_owned()),
            };
            cloud.image_digest(&image).await.map(drop)
        }
        Operation::CreateService => {
            let document = document(json!({"serviceName": "fraud"}));
            cloud.create_service(&document).await.map(drop)
        }
        Operation::UpdateService => {
            let document = document(json!({"service": "fraud"}));
            cloud.update_service(&document).await.map(drop)
        }
        Operation::RegisterTaskDefinition => {
            let document = document(json!({"family": "fraud"}));
            cloud.register_task_definition(&document).await.map(drop)
        }
        Operation::ListContainerInstances | Operation::DescribeContainerInstances => {
            cloud.container_instances(&service.cluster).await.map(drop)
        }
        Operation::DescribeServiceDeployments => {
            let arns = [ServiceDeploymentArn::new("service-deployment/ml/fraud/1")];
            cloud.describe_service_deployments(&arns).await.map(drop)
        }
        Operation::DescribeServiceRevisions => {
            let arns = [ServiceRevisionArn::new("service-revision/ml/fraud/1")];
            cloud.service_revisions(&arns).await.map(drop)
        }
        Operation::DescribeServices => cloud.service(&service).await.map(drop),
        Operation::DescribeTaskDefinition => cloud.task_definition("fraud").await.map(drop),
        Operation::DescribeTasks => {
            let arns = [TaskArn::new("task/ml/1")];
            cloud.tasks(&service.cluster, &arns).await.map(drop)
        }
        Operation::ListClusters | Operation::ListServices => cloud.services().await.map(drop),
        Operation::ListServiceDeployments => cloud.service_deployments(&service).await.map(drop),
        Operation::ListTaskDefinitions => cloud.revisions_of_family("fraud", 3).await.map(drop),
        Operation::ListTasks => {
            let running = cloud.service_tasks(&service, Wanted::Running);
            running.await.map(drop)
        }
        Operation::StopServiceDeployment => {
            let arn = ServiceDeploymentArn::new("service-deployment/ml/fraud/1");
            cloud.stop_service_deployment(&arn).await
        }
        Operation::TagResource => cloud.tag_service("service/ml/fraud", &tags).await,
        Operation::AddTags => cloud.tag_rule(&rule.arn, &tags).await,
        Operation::RemoveTags => cloud.untag_rule(&rule.arn, &["mlship:state"]).await,
        Operation::CreateRule => {
            let listener = rule.listener();
            let to = forward();
            let made = cloud.create_rule(&listener, 1, &[], &[], &to, &tags);
            made.await.map(drop)
        }
        Operation::DeleteRule => cloud.delete_rule(&rule.arn).await,
        Operation::ModifyRule => cloud.forward(&rule, &forward()).await,
        Operation::DescribeLoadBalancers | Operation::DescribeListeners => {
            cloud.all_rules().await.map(drop)
        }
        Operation::DescribeRules => cloud.rules_of(&rule.listener()).await.map(drop),
        Operation::DescribeTags => cloud.rules_of(&rule.listener()).await.map(drop),
        Operation::DescribeTargetGroups => cloud.has_target_group(GROUP).await.map(drop),
        Operation::DescribeTargetHealth => {
            let group = TargetGroupArn::new(GROUP);
            cloud.target_health(&group).await.map(drop)
        }
        Operation::FilterLogEvents => {
            let streams = ["s".to_owned()];
            cloud
                .log_page(None, "g", &streams, now, None)
                .await
                .map(drop)
        }
        Operation::GetLogEvents => cloud.log_tail(&log, 3, None).await.map(drop),
        Operation::DescribeSecret => {
            let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
            cloud.has_secret(arn).await.map(drop)
        }
        Operation::DescribeParameters => cloud.has_secret("db").await.map(drop),
        Operation::GetCallerIdentity => cloud.caller().await.map(drop),
    }
}

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    Cbor,
}

fn form(operation: Operation) -> Form {
    match operation.permission().split(':').next() {
        Some("elasticloadbalancing" | "sts") => Form::Xml,
        Some("cloudwatch") => Form::Cbor,
        _ => Form::Json,
    }
}

/// Whether an answer that holds nothing is all that AWS gives.
fn holds_nothing(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::TagResource
            | Operation::DeleteScalingPolicy
            | Operation::DeregisterScalableTarget
            | Operation::RegisterScalableTarget
            | Operation::AddTags
            | Operation::RemoveTags
            | Operation::DeleteRule
    )
}

type Headers = Option<Vec<(&'static str, &'static str)>>;

fn given(status: u16, headers: Headers, body: impl Into<Vec<u8>>) -> Given {
    Given {
        status,
        headers,
        body: body.into(),
    }
}

fn typed(kind: &'static str) -> Headers {
    Some(vec![("content-type", kind)])
}

/// What somebody on the way may answer to any operation.
fn foreign() -> Vec<Given> {
    const PAGE: &str = "<html><body>Ask your administrator.</body></html>";
    let mut all = Vec::new();
    for status in [200, 204, 302, 400, 403, 404, 407, 429, 502, 503] {
        all.push(given(status, typed("text/html; charset=utf-8"), PAGE));
        all.push(given(status, Some(Vec::new()), ""));
        all.push(given(
            status,
            typed("application/json"),
            r#"{"status": "ok"}"#,
        ));
    }
    for status in [200, 403] {
        // Those who claim to be AWS, or say nothing of what they are.
        all.push(given(status, None, PAGE));
        all.push(given(status, Some(Vec::new()), PAGE));
        all.push(given(status, typed("text/xml"), PAGE));
        all.push(given(status, typed("text/plain"), "blocked"));
        all.push(given(status, None, "[]"));
        all.push(given(status, None, r#""ok""#));
        all.push(given(status, None, r#"{"services": [{"serviceArn":"#));
        all.push(given(status, None, [0x82, 0x01]));
        all.push(given(status, None, [0xff, 0xfe, 0x00]));
    }
    let refusal = r#"{"code": "AccessDenied", "message": "blocked by policy"}"#;
    all.push(given(403, typed("application/json"), refusal));
    let refusal = "<Error><Code>AccessDenied</Code></Error>";
    all.push(given(403, typed("application/xml"), refusal));
    all
}

/// Answers in the form of the service that lack what was asked for.
fn hollow(operation: Operation) -> Vec<Given> {
    let name = operation.name();
    let mut all = match form(operation) {
        Form::Json => vec![
            given(200, typed("application/x-amz-json-1.1"), ""),
            given(200, None, "<a/>"),
        ],
        Form::Xml => vec![
            given(200, None, ""),
            given(200, None, "{}"),
            given(200, None, xml("DescribeNothing", "")),
            given(200, None, format!("<{name}Response><{name}Result>")),
            given(
                200,
                None,
                format!("<{name}ResponseOfAnother></{name}ResponseOfAnother>"),
            ),
            given(403, None, xml(name, "")),
        ],
        Form::Cbor => vec![given(200, None, ""), given(200, None, "{}")],
    };
    if !holds_nothing(operation) {
        all.extend(match form(operation) {
            Form::Json => vec![
                given(200, None, ""),
                given(200, None, "{}"),
                given(200, None, r#"{"status": "ok"}"#),
                given(200, None, r#"{"__type": "AccessDeniedException"}"#),
            ],
            Form::Xml => vec![
                given(200, None, xml(name, "")),
                given(200, None, xml(name, "<Status>ok</Status>")),
                given(200, None, format!("<{name}Response></{name}Response>")),
            ],
            Form::Cbor => vec![
                given(200, None, [0xa0]),
                // {"a": 1}
                given(200, None, [0xa1, 0x61, 0x61, 0x01]),
            ],
        });
    }
    all
}

async fn check(operation: Operation, bad: &Given) {
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
    let bad = given(200, None, body);
    for operation in Operation::ALL {
        if operation.effect() == Effect::Write || *operation == Operation::DescribeServices {
            check(*operation, &bad).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_something_else_is_none() {
    let check = async |operation: Operation, body: serde_json::Value| {
        check(operation, &given(200, None, body.to_string())).await;
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
    check(Operation::StopServiceDeployment, stopped).await;
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
    let page = given(200, typed("text/html"), "<html></html>");
    let recorded = Recorded::default();
    let recorded = (0..4).fold(recorded, |recorded, _| recorded.given("ListTasks", &page));
    let recorded = recorded.answer("ListTasks", 200, r#"{"taskArns": ["task/ml/1"]}"#);
    let found = recorded
        .cloud()
        .service_tasks(&service(), Wanted::Running)
        .await;
    assert_eq!(found, Ok(vec![TaskArn::new("task/ml/1")]));
}

#[tokio::test(start_paused = true)]
async fn pages_that_lead_round_in_a_circle_are_left() {
    let round = json!({"taskArns": ["task/ml/1"], "nextToken": "again"}).to_string();
    let recorded = Recorded::default().always("ListTasks", &given(200, None, round));
    let found = recorded
        .cloud()
        .service_tasks(&service(), Wanted::Running)
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
        runtime.block_on(check(operation, &given(status, typed(kind), body)));
    }
}
