//! Reads every list that comes in pages to its end: the first page is empty, and more come.

use std::fs;
use std::path::Path;

use ciborium::cbor;
use serde_json::json;

use super::super::operation::Operation;
use super::super::testing::Recorded;
use super::drive::{before, drive, xml};
use super::models::{has_pages, modelled};

/// How a list looks: its member, an item, and the member that names the next page.
enum Listed {
    Json(&'static str, serde_json::Value, &'static str),
    Xml(&'static str, &'static str),
    Cbor(&'static str, ciborium::Value),
    /// The list, the name of an item, an item, and the member that names the next page, in what.
    Query(
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        Option<&'static str>,
    ),
    /// A page at a time, of which the caller reads on.
    PageByPage,
    /// Not in pages.
    Whole,
}

#[expect(clippy::too_many_lines, reason = "one arm per operation")]
fn listed(operation: Operation) -> Listed {
    const NEXT: &str = "nextToken";
    let of_ecs = |list, item: serde_json::Value| Listed::Json(list, item, NEXT);
    match operation {
        Operation::DescribeScalableTargets => Listed::Json(
            "ScalableTargets",
            json!({"ServiceNamespace": "ecs", "ResourceId": "service/ml/fraud",
                "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1,
                "MaxCapacity": 4, "RoleARN": "role", "CreationTime": 1}),
            "NextToken",
        ),
        Operation::DescribeScalingPolicies => Listed::Json(
            "ScalingPolicies",
            json!({"PolicyARN": "p", "PolicyName": "p", "ServiceNamespace": "ecs",
                "ResourceId": "service/ml/fraud", "PolicyType": "StepScaling",
                "ScalableDimension": "ecs:service:DesiredCount", "CreationTime": 1}),
            "NextToken",
        ),
        Operation::GetMetricData => {
            let item = cbor!({"Id" => "q0", "Label" => "m", "StatusCode" => "Complete",
                "Timestamps" => [], "Values" => []});
            Listed::Cbor("MetricDataResults", item.unwrap())
        }
        Operation::ListMetrics => {
            let dimension = cbor!({"Name" => "Variant", "Value" => "a"}).unwrap();
            let item = cbor!({"Namespace" => "n", "MetricName" => "m",
                "Dimensions" => [dimension]});
            Listed::Cbor("Metrics", item.unwrap())
        }
        Operation::DescribeImages => of_ecs("imageDetails", json!({"imageDigest": "sha256:1"})),
        Operation::ListClusters => of_ecs("clusterArns", json!("cluster/ml")),
        Operation::ListContainerInstances => {
            of_ecs("containerInstanceArns", json!("container-instance/ml/1"))
        }
        Operation::ListServiceDeployments => of_ecs(
            "serviceDeployments",
            json!({"serviceArn": "service/ml/fraud", "status": "SUCCESSFUL", "createdAt": 1,
                "serviceDeploymentArn": "service-deployment/ml/fraud/1",
                "clusterArn": "cluster/ml"}),
        ),
        Operation::ListServices => of_ecs("serviceArns", json!("service/ml/fraud")),
        Operation::ListTaskDefinitions => {
            of_ecs("taskDefinitionArns", json!("task-definition/f:1"))
        }
        Operation::ListTasks => of_ecs("taskArns", json!("task/ml/1")),
        Operation::DescribeListeners => {
            Listed::Xml("Listeners", "<ListenerArn>listener/app/w/1/2</ListenerArn>")
        }
        Operation::DescribeLoadBalancers => Listed::Xml(
            "LoadBalancers",
            "<LoadBalancerArn>lb</LoadBalancerArn><Type>application</Type>",
        ),
        Operation::DescribeRules => Listed::Xml(
            "Rules",
            "<RuleArn>rule</RuleArn><Priority>1</Priority><Actions><member><Type>forward</Type>\
             <TargetGroupArn>g</TargetGroupArn></member></Actions>",
        ),
        Operation::DescribeTargetGroups => Listed::Xml(
            "TargetGroups",
            "<TargetGroupArn>arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1\
             </TargetGroupArn>",
        ),
        Operation::GetLogEvents => Listed::Json(
            "events",
            json!({"timestamp": 1, "message": "m"}),
            "nextBackwardToken",
        ),
        Operation::DescribeParameters => {
            Listed::Json("Parameters", json!({"Name": "db"}), "NextToken")
        }
        Operation::DescribePullThroughCacheRules => of_ecs(
            "pullThroughCacheRules",
            json!({"ecrRepositoryPrefix": "fraud-cache"}),
        ),
        Operation::DescribeCapacityProviders => of_ecs(
            "capacityProviders",
            json!({"name": "gpu", "status": "ACTIVE"}),
        ),
        Operation::DescribeLogGroups => of_ecs("logGroups", json!({"logGroupName": "g"})),
        Operation::DescribeAlarms => {
            let item = cbor!({"AlarmName" => "a", "StateValue" => "OK"}).unwrap();
            Listed::Cbor("MetricAlarms", item)
        }
        Operation::DescribeSubnets => Listed::Query(
            "subnetSet",
            "item",
            "<subnetId>s</subnetId><vpcId>v</vpcId>",
            "nextToken",
            None,
        ),
        Operation::DescribeSecurityGroups => Listed::Query(
            "securityGroupInfo",
            "item",
            "<groupId>g</groupId>",
            "nextToken",
            None,
        ),
        Operation::DescribeRouteTables => Listed::Query(
            "routeTableSet",
            "item",
            "<routeTableId>r</routeTableId>",
            "nextToken",
            None,
        ),
        Operation::DescribeVpcEndpoints => Listed::Query(
            "vpcEndpointSet",
            "item",
            "<serviceName>s</serviceName>",
            "nextToken",
            None,
        ),
        Operation::SimulatePrincipalPolicy => Listed::Query(
            "EvaluationResults",
            "member",
            "<EvalActionName>s3:GetObject</EvalActionName><EvalDecision>allowed</EvalDecision>\
             <EvalResourceName>*</EvalResourceName>",
            "Marker",
            Some("SimulatePrincipalPolicyResult"),
        ),
        Operation::FilterLogEvents => Listed::PageByPage,
        Operation::BatchGetImage
        | Operation::GetDownloadUrlForLayer
        | Operation::DescribeClusters
        | Operation::GetParameters
        | Operation::GetRole
        | Operation::DeleteScalingPolicy
        | Operation::DeregisterScalableTarget
        | Operation::PutScalingPolicy
        | Operation::RegisterScalableTarget
        | Operation::CreateService
        | Operation::DescribeContainerInstances
        | Operation::DescribeServiceDeployments
        | Operation::DescribeServiceRevisions
        | Operation::DescribeServices
        | Operation::DescribeTaskDefinition
        | Operation::DescribeTasks
        | Operation::RegisterTaskDefinition
        | Operation::ContinueServiceDeployment
        | Operation::StopServiceDeployment
        | Operation::TagResource
        | Operation::UntagResource
        | Operation::UpdateService
        | Operation::AddTags
        | Operation::CreateRule
        | Operation::DeleteRule
        | Operation::DescribeLoadBalancerAttributes
        | Operation::DescribeTags
        | Operation::DescribeTargetHealth
        | Operation::ModifyRule
        | Operation::RemoveTags
        | Operation::DescribeSecret
        | Operation::DeleteAlarms
        | Operation::ListTagsForResource
        | Operation::PutMetricAlarm
        | Operation::GetCallerIdentity => Listed::Whole,
    }
}

/// Answers a request with a page.
fn page(recorded: Recorded, operation: Operation, is_empty: bool, next: Option<&str>) -> Recorded {
    let name = operation.name();
    match listed(operation) {
        Listed::Json(list, item, token) => {
            let mut body = json!({list: if is_empty { vec![] } else { vec![item] }});
            if let Some(next) = next {
                body[token] = json!(next);
            }
            recorded.answer(name, 200, &body.to_string())
        }
        Listed::Xml(list, item) => {
            let item = if is_empty { "" } else { item };
            let members = if is_empty {
                String::new()
            } else {
                format!("<member>{item}</member>")
            };
            let next = next.map_or_else(String::new, |next| {
                format!("<NextMarker>{next}</NextMarker>")
            });
            let body = xml(name, &format!("<{list}>{members}</{list}>{next}"));
            recorded.answer(name, 200, &body)
        }
        Listed::Cbor(list, item) => {
            let results = if is_empty { vec![] } else { vec![item] };
            let body = match next {
                Some(next) => cbor!({list => results, "NextToken" => next}),
                None => cbor!({list => results}),
            };
            recorded.answer_cbor(name, 200, &body.unwrap())
        }
        Listed::Query(list, each, item, token, within) => {
            let items = if is_empty {
                String::new()
            } else {
                format!("<{each}>{item}</{each}>")
            };
            let next = next.map_or_else(String::new, |next| format!("<{token}>{next}</{token}>"));
            let all = format!("<{list}>{items}</{list}>{next}");
            let all = within.map_or(all.clone(), |name| format!("<{name}>{all}</{name}>"));
            recorded.answer(
                name,
                200,
                &format!("<{name}Response>{all}</{name}Response>"),
            )
        }
        Listed::PageByPage | Listed::Whole => panic!("{name} has no pages to read on"),
    }
}

/// Answers what is asked after a list was read.
fn after(operation: Operation, recorded: Recorded) -> Recorded {
    let empty = |recorded: Recorded, name: &str, list: &str| {
        recorded.answer(name, 200, &xml(name, &format!("<{list}></{list}>")))
    };
    match operation {
        Operation::DescribeScalableTargets => {
            let none = json!({"ScalingPolicies": []}).to_string();
            recorded.answer("DescribeScalingPolicies", 200, &none)
        }
        Operation::ListContainerInstances => {
            let one = json!({"containerInstances": [
                {"containerInstanceArn": "container-instance/ml/1"}]});
            recorded.answer("DescribeContainerInstances", 200, &one.to_string())
        }
        Operation::ListClusters => {
            let one = json!({"serviceArns": ["service/ml/fraud"]}).to_string();
            recorded.answer("ListServices", 200, &one)
        }
        Operation::DescribeLoadBalancers => empty(recorded, "DescribeListeners", "Listeners"),
        Operation::DescribeListeners => empty(recorded, "DescribeRules", "Rules"),
        Operation::DescribeRules => {
            let tags = "<TagDescriptions><member><ResourceArn>rule</ResourceArn><Tags></Tags>\
                        </member></TagDescriptions>";
            recorded.answer("DescribeTags", 200, &xml("DescribeTags", tags))
        }
        _ => recorded,
    }
}

#[test]
fn every_answer_that_can_name_a_next_one_is_in_the_table() {
    for operation in Operation::ALL {
        let is_listed = !matches!(listed(*operation), Listed::Whole);
        let model = modelled(*operation);
        assert_eq!(is_listed, has_pages(*operation), "{operation:?}: {model}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_that_names_a_next_one_is_no_end() {
    for operation in Operation::ALL {
        if matches!(listed(*operation), Listed::Whole | Listed::PageByPage) {
            continue;
        }
        let recorded = page(
            before(*operation, Recorded::default()),
            *operation,
            false,
            None,
        );
        let recorded = after(*operation, recorded);
        let at_once = drive(&recorded, *operation).await.unwrap();
        assert_eq!(recorded.left(), 0, "{operation:?}");

        let recorded = before(*operation, Recorded::default());
        let recorded = page(recorded, *operation, true, Some("further"));
        let recorded = page(recorded, *operation, false, None);
        let recorded = after(*operation, recorded);
        let in_pages = drive(&recorded, *operation).await.unwrap();
        assert_eq!(in_pages, at_once, "{operation:?}");
        assert_eq!(recorded.left(), 0, "{operation:?}");
        let is_named = recorded
            .asked()
            .iter()
            .any(|asked| asked.contains("further"));
        assert!(is_named, "{operation:?}: {:?}", recorded.asked());
    }
}

/// Where one operation is asked in several places, each of them reads on.
#[test]
fn what_has_pages_is_asked_for_page_by_page_everywhere() {
    // These go their own way: back from the end, several lists at a time, a page for the caller.
    let own = [
        Operation::GetLogEvents,
        Operation::GetMetricData,
        Operation::FilterLogEvents,
    ];
    let paged = Operation::ALL
        .iter()
        .filter(|operation| has_pages(**operation));
    let paged: Vec<&Operation> = paged.filter(|operation| !own.contains(operation)).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cloud")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let code = fs::read_to_string(&path).unwrap();
            let code: String = code.split_whitespace().collect();
            for operation in &paged {
                let name = operation.name();
                let asked = format!("ask(Operation::{name},");
                let alone = format!("OPERATION:Operation=Operation::{name};");
                let is_alone = code.contains(&alone) && code.contains("=ask(OPERATION,");
                assert!(
                    !code.contains(&asked) && !is_alone,
                    "{name} in {}",
                    path.display()
                );
                seen += code.matches(&format!("Operation::{name}")).count();
            }
        }
    }
    assert!(seen > paged.len(), "{seen}");
}
