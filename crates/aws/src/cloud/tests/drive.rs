//! Calls every operation once, so that a new one is covered by the tests of this module.

use std::collections::BTreeMap;
use std::time::Duration;

use ciborium::cbor;
use jiff::Timestamp;
use serde_json::json;

use super::super::balancing::Carried;
use super::super::operation::Operation;
use super::super::testing::Recorded;
use crate::cloud::AwsCloud;
use mlship_core::cloud::preconditions::Question;
use mlship_core::cloud::{
    Alarms, Answer, Autoscaling, Balancing, ContainerLogs, Ecs, Identity, Images, Metrics,
    Preconditions, Secrets,
};
use mlship_core::release::ids::{
    ClusterName, RuleArn, ServiceDeploymentArn, ServiceId, ServiceName, ServiceRevisionArn,
    TargetGroupArn, TaskArn,
};
use mlship_core::release::{
    AlarmDefinition, DesiredStatus, Document, EcrImage, Forward, HeaderCondition, HookAction,
    ImageReference, ListenerRule, LogStream, MetricFilter, Opaque, Query, Routing, ScalingWrite,
    Tracking,
};

const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1";

pub(super) fn service() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new("fraud"),
        place: None,
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
        carried: Opaque::new(Carried::default()),
        before: Vec::new(),
        routing: Routing::Forward(forward()),
        tags: BTreeMap::new(),
    }
}

fn alarm() -> AlarmDefinition {
    AlarmDefinition {
        name: "a".to_owned(),
        description: String::new(),
        queries: Vec::new(),
        comparison: "GreaterThanThreshold".to_owned(),
        threshold: 2.0,
        periods: 1,
        points: 1,
        missing: "notBreaching".to_owned(),
        acts: false,
    }
}

fn document(value: &serde_json::Value) -> Document {
    value.as_object().unwrap().clone()
}

pub(super) fn xml(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
    )
}

/// Answers what an operation comes after.
pub(super) fn before(operation: Operation, recorded: Recorded) -> Recorded {
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
        Operation::DescribePullThroughCacheRules => {
            let gone = r#"{"__type": "ImageNotFoundException", "message": "gone"}"#;
            return recorded.answer("DescribeImages", 400, gone);
        }
        Operation::ListTagsForResource => {
            let alarm = cbor!({"AlarmName" => "mlship-a", "AlarmArn" => "alarm:mlship-a"});
            let found = cbor!({"MetricAlarms" => [alarm.unwrap()], "CompositeAlarms" => []});
            return recorded.answer_cbor("DescribeAlarms", 200, &found.unwrap());
        }
        Operation::GetDownloadUrlForLayer => (
            "BatchGetImage",
            json!({"images": [{"imageManifest": "{\"config\": {\"digest\": \"sha256:1\"}}"}]})
                .to_string(),
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

fn image() -> EcrImage {
    EcrImage {
        registry: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        repository: "fraud".to_owned(),
        reference: ImageReference::Tag("8".to_owned()),
    }
}

fn shown(found: impl std::fmt::Debug) -> String {
    format!("{found:?}")
}

async fn look(cloud: &AwsCloud, question: Question) -> Answer<String> {
    cloud.look(&question).await.map(shown)
}

/// Asks for something that takes this operation, and shows what was found.
#[expect(clippy::too_many_lines, reason = "one arm per operation")]
pub(super) async fn drive(recorded: &Recorded, operation: Operation) -> Answer<String> {
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
    let scale = async |write: ScalingWrite| {
        let written = cloud.write_scaling(&service, &write).await;
        written.map(shown)
    };
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
            cloud.scaling(&service).await.map(shown)
        }
        Operation::GetMetricData => {
            let query = Query {
                namespace: "n".to_owned(),
                metric: "m".to_owned(),
                dimensions: Vec::new(),
                statistic: "Sum".to_owned(),
            };
            let minute = Duration::from_mins(1);
            cloud.points(&[query], now, now, minute).await.map(shown)
        }
        Operation::ListMetrics => {
            let like = MetricFilter::default();
            cloud.existing_metrics(&like).await.map(shown)
        }
        Operation::DescribeImages => {
            let image = image();
            cloud.image_digest(&image).await.map(shown)
        }
        Operation::CreateService => {
            let document = document(&json!({"serviceName": "fraud"}));
            cloud.create_service(&document).await.map(shown)
        }
        Operation::UpdateService => {
            let document = document(&json!({"service": "fraud"}));
            cloud.update_service(&document).await.map(shown)
        }
        Operation::RegisterTaskDefinition => {
            let document = document(&json!({"family": "fraud"}));
            cloud.register_task_definition(&document).await.map(shown)
        }
        Operation::ListContainerInstances | Operation::DescribeContainerInstances => {
            cloud.container_instances(&service.cluster).await.map(shown)
        }
        Operation::DescribeServiceDeployments => {
            let arns = [ServiceDeploymentArn::new("service-deployment/ml/fraud/1")];
            cloud.describe_service_deployments(&arns).await.map(shown)
        }
        Operation::DescribeServiceRevisions => {
            let arns = [ServiceRevisionArn::new("service-revision/ml/fraud/1")];
            cloud.service_revisions(&arns).await.map(shown)
        }
        Operation::DescribeServices => cloud.service(&service).await.map(shown),
        Operation::DescribeTaskDefinition => cloud.task_definition("fraud").await.map(shown),
        Operation::DescribeTasks => {
            let arns = [TaskArn::new("task/ml/1")];
            cloud.tasks(&service.cluster, &arns).await.map(shown)
        }
        Operation::ListClusters | Operation::ListServices => cloud.services().await.map(shown),
        Operation::ListServiceDeployments => cloud.service_deployments(&service).await.map(shown),
        Operation::ListTaskDefinitions => cloud.revisions_of_family("fraud", 3).await.map(shown),
        Operation::ListTasks => {
            let running = cloud.service_tasks(&service, DesiredStatus::Running);
            running.await.map(shown)
        }
        Operation::ContinueServiceDeployment => {
            let arn = ServiceDeploymentArn::new("service-deployment/ml/fraud/1");
            let went_on =
                cloud.continue_service_deployment(&arn, "ecs-pause-1", HookAction::Continue);
            went_on.await.map(shown)
        }
        Operation::StopServiceDeployment => {
            let arn = ServiceDeploymentArn::new("service-deployment/ml/fraud/1");
            cloud.stop_service_deployment(&arn).await.map(shown)
        }
        Operation::TagResource => cloud
            .tag_resource("service/ml/fraud", &tags)
            .await
            .map(shown),
        Operation::UntagResource => {
            let keys = ["team".to_owned()];
            cloud
                .untag_resource("service/ml/fraud", &keys)
                .await
                .map(shown)
        }
        Operation::AddTags => cloud.tag_rule(&rule.arn, &tags).await.map(shown),
        Operation::RemoveTags => cloud
            .untag_rule(&rule.arn, &["mlship:state"])
            .await
            .map(shown),
        Operation::CreateRule => {
            let header = HeaderCondition {
                name: "x-mlship-variant".to_owned(),
                value: "a".to_owned(),
            };
            let to = forward();
            let made = cloud.create_rule(&rule, 1, &header, &to, &tags);
            made.await.map(shown)
        }
        Operation::DeleteRule => cloud.delete_rule(&rule.arn).await.map(shown),
        Operation::ModifyRule => cloud.forward(&rule, &forward()).await.map(shown),
        Operation::DescribeLoadBalancers | Operation::DescribeListeners => {
            cloud.all_rules().await.map(shown)
        }
        Operation::DescribeRules | Operation::DescribeTags => {
            cloud.rules_of(&rule.listener()).await.map(shown)
        }
        Operation::DescribeLoadBalancerAttributes => cloud.idle_timeout(&rule.arn).await.map(shown),
        Operation::DescribeTargetGroups => cloud.has_target_group(GROUP).await.map(shown),
        Operation::DescribeTargetHealth => {
            let group = TargetGroupArn::new(GROUP);
            cloud.target_health(&group).await.map(shown)
        }
        Operation::FilterLogEvents => {
            let streams = ["s".to_owned()];
            cloud
                .log_page(None, "g", &streams, now, None)
                .await
                .map(shown)
        }
        Operation::GetLogEvents => cloud.log_tail(&log, 3, None).await.map(shown),
        Operation::DescribeSecret => {
            let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
            cloud.has_secret(arn).await.map(shown)
        }
        Operation::DescribeParameters => cloud.has_secret("db").await.map(shown),
        Operation::BatchGetImage | Operation::GetDownloadUrlForLayer => {
            let question = Question::Platforms(image());
            cloud.look(&question).await.map(shown)
        }
        Operation::DescribePullThroughCacheRules => {
            cloud.look(&Question::Image(image())).await.map(shown)
        }
        Operation::GetParameters => look(&cloud, Question::Parameter("db".to_owned())).await,
        Operation::GetRole => {
            let arn = "arn:aws:iam::111122223333:role/execution".to_owned();
            look(&cloud, Question::Role(arn)).await
        }
        Operation::SimulatePrincipalPolicy => {
            let question = Question::Permissions {
                role: "arn:aws:iam::111122223333:role/execution".to_owned(),
                actions: vec!["s3:GetObject".to_owned()],
                resources: vec!["*".to_owned()],
            };
            look(&cloud, question).await
        }
        Operation::DescribeLogGroups => {
            let question = Question::LogGroup {
                region: None,
                name: "g".to_owned(),
            };
            look(&cloud, question).await
        }
        Operation::DescribeSubnets => look(&cloud, Question::Subnets(vec!["s".to_owned()])).await,
        Operation::DescribeSecurityGroups => {
            look(&cloud, Question::SecurityGroups(vec!["g".to_owned()])).await
        }
        Operation::DescribeRouteTables => {
            look(&cloud, Question::RouteTables("vpc".to_owned())).await
        }
        Operation::DescribeVpcEndpoints => {
            look(&cloud, Question::Endpoints("vpc".to_owned())).await
        }
        Operation::DescribeClusters => look(&cloud, Question::Cluster("ml".to_owned())).await,
        Operation::DescribeCapacityProviders => {
            look(&cloud, Question::CapacityProviders(vec!["gpu".to_owned()])).await
        }
        Operation::DescribeAlarms => look(&cloud, Question::Alarms(vec!["a".to_owned()])).await,
        Operation::ListTagsForResource => cloud.alarms("mlship-").await.map(shown),
        Operation::PutMetricAlarm => cloud.put_alarm(&alarm(), &BTreeMap::new()).await.map(shown),
        Operation::DeleteAlarms => cloud.delete_alarms(&["a".to_owned()]).await.map(shown),
        Operation::GetCallerIdentity => cloud.caller().await.map(shown),
    }
}
