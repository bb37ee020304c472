//! A release whose surroundings are all right, and other facts that could be true of each.

use serde_json::{Value, json};

use super::super::{Answers, Documents, Seen, Surroundings, questions};
use crate::cloud::fake::object;
use crate::cloud::preconditions::{
    Alarm, CapacityProvider, Decision, Endpoint, EndpointKind, Fact, GroupDetails, HostAnswer,
    ImageState, Platform, Question, Route, RouteTable, Rule, RuleSource, SecretState,
    SecurityGroup, Subnet, Transport, Verdict,
};
use crate::release::ids::Caller;

pub(super) const SECRET: &str = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf";
pub(super) const GROUP: &str = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/fraud/0123";
const BALANCER: &str = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/w/1";

pub(super) fn caller() -> Caller {
    Caller {
        account: "111122223333".into(),
        region: "us-east-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/deployer".to_owned(),
    }
}

pub(super) fn task_definition() -> Value {
    json!({
        "family": "fraud", "networkMode": "awsvpc", "cpu": "1024", "memory": "2048",
        "executionRoleArn": "arn:aws:iam::111122223333:role/execution",
        "taskRoleArn": "arn:aws:iam::111122223333:role/task",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [
            {"name": "fraud", "healthCheck": {"startPeriod": 60},
             "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/fraud:9",
             "secrets": [{"name": "DB", "valueFrom": SECRET},
                {"name": "KEY", "valueFrom": "/prod/key"}],
             "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ml/fraud"}}},
            {"name": "mlship-weights", "image": "public.ecr.aws/aws-cli/aws-cli:2.31.9",
             "environment": [{"name": "MLSHIP_URI", "value": "s3://models/fraud/9"}]},
        ],
    })
}

pub(super) fn service() -> Value {
    json!({
        "launchType": "FARGATE", "desiredCount": 2, "runningCount": 2,
        "healthCheckGracePeriodSeconds": 60,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-a", "subnet-b"],
            "securityGroups": ["sg-task"], "assignPublicIp": "DISABLED"}},
        "loadBalancers": [{"targetGroupArn": GROUP, "containerName": "fraud",
            "containerPort": 8080}],
        "deploymentConfiguration": {"alarms": {"enable": true, "rollback": true,
            "alarmNames": ["fraud-5xx"]}},
    })
}

/// The same on container instances that a capacity provider brings.
pub(super) fn on_instances() -> Value {
    let mut service = service();
    service.as_object_mut().unwrap().remove("launchType");
    service["capacityProviderStrategy"] = json!([{"capacityProvider": "gpu"}]);
    service
}

pub(super) fn release(task_definition: Value, service: Value) -> Surroundings {
    let (task, service) = (object(task_definition), object(service));
    let documents = Documents {
        task_definition: &task,
        service: &service,
    };
    Surroundings::of(documents, "ml", &caller())
}

fn linux(architecture: &str) -> Platform {
    Platform {
        system: "linux".to_owned(),
        architecture: architecture.to_owned(),
    }
}

fn subnet(id: &str, vpc: &str, free: u32) -> Subnet {
    Subnet {
        id: id.to_owned(),
        vpc: vpc.to_owned(),
        owner: Some("111122223333".to_owned()),
        range: Some("10.0.1.0/24".to_owned()),
        free: Some(free),
    }
}

fn rule(ports: Option<(u16, u16)>, source: RuleSource) -> Rule {
    Rule {
        transport: Transport::Tcp,
        ports,
        sources: vec![source],
    }
}

fn everybody() -> RuleSource {
    RuleSource::Range("0.0.0.0/0".to_owned())
}

fn group(id: &str, vpc: &str, ingress: Vec<Rule>, egress: Vec<Rule>) -> SecurityGroup {
    SecurityGroup {
        id: id.to_owned(),
        vpc: Some(vpc.to_owned()),
        ingress,
        egress,
    }
}

fn table(id: &str, subnets: &[&str], to: &str, by: &str, is_active: bool) -> RouteTable {
    let route = |to: &str, by: &str, is_active| Route {
        to: to.to_owned(),
        by: by.to_owned(),
        is_active,
    };
    RouteTable {
        id: id.to_owned(),
        is_main: subnets.is_empty(),
        subnets: subnets.iter().map(|id| (*id).to_owned()).collect(),
        routes: vec![
            route("10.0.0.0/16", "local", true),
            route(to, by, is_active),
        ],
    }
}

fn endpoint(service: &str, kind: EndpointKind) -> Endpoint {
    Endpoint {
        service: format!("com.amazonaws.us-east-1.{service}"),
        kind,
        is_available: true,
    }
}

fn interface(private_dns: bool) -> EndpointKind {
    EndpointKind::Interface {
        private_dns,
        groups: vec!["sg-endpoint".to_owned()],
    }
}

fn endpoints(private_dns: bool) -> Vec<Endpoint> {
    let by_address = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm"];
    let all = by_address.map(|service| endpoint(service, interface(private_dns)));
    let gateway = EndpointKind::Gateway(vec!["rtb-main".to_owned(), "rtb-own".to_owned()]);
    all.into_iter().chain([endpoint("s3", gateway)]).collect()
}

fn instance(cpu: u64, memory: u64, gpus: &[&str], architecture: &str) -> Value {
    json!({"status": "ACTIVE", "agentConnected": true,
        "remainingResources": [{"name": "CPU", "integerValue": cpu},
            {"name": "MEMORY", "integerValue": memory},
            {"name": "GPU", "stringSetValue": gpus}],
        "attributes": [{"name": "ecs.cpu-architecture", "value": architecture}]})
}

fn trust(services: &[&str], condition: &Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": services}});
    if !condition.is_null() {
        statement["Condition"] = condition.clone();
    }
    json!({"Statement": statement})
}

fn details(target_type: &str, vpc: &str, balancers: &[&str], check_port: &str) -> GroupDetails {
    GroupDetails {
        target_type: target_type.to_owned(),
        vpc: Some(vpc.to_owned()),
        load_balancers: balancers.iter().map(|arn| (*arn).to_owned()).collect(),
        check_port: check_port.to_owned(),
        interval: Some(30),
        unhealthy_threshold: Some(2),
    }
}

/// Returns what could be true of a question's subject: first what is right.
#[expect(clippy::too_many_lines, reason = "one arm per kind")]
pub(super) fn possible(question: &Question) -> Vec<Fact> {
    let decided = |verdict, keys: &[&str]| {
        let Question::Permissions {
            actions, resources, ..
        } = question
        else {
            return Fact::Permissions(Vec::new());
        };
        let all = actions.iter().flat_map(|action| {
            resources.iter().map(|resource| Decision {
                action: action.clone(),
                resource: resource.clone(),
                verdict,
                missing_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            })
        });
        Fact::Permissions(all.collect())
    };
    match question {
        Question::Image(_) => [
            ImageState::There,
            ImageState::Archived,
            ImageState::Absent,
            ImageState::PullThrough,
        ]
        .map(Fact::Image)
        .to_vec(),
        Question::Platforms(_) => vec![
            Fact::Platforms(vec![linux("amd64"), linux("arm64")]),
            Fact::Platforms(vec![linux("arm64")]),
            Fact::Platforms(Vec::new()),
        ],
        Question::HostedImage(_) => vec![
            Fact::HostedImage(HostAnswer::There(vec![linux("amd64")])),
            Fact::HostedImage(HostAnswer::There(vec![linux("arm64")])),
            Fact::HostedImage(HostAnswer::There(Vec::new())),
            Fact::HostedImage(HostAnswer::Absent),
            Fact::HostedImage(HostAnswer::NotTold("HTTP 429".to_owned())),
        ],
        Question::Secret(id) => {
            let there = |stages: &[&str]| {
                let stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
                Fact::Secret(SecretState::There {
                    arn: id.clone(),
                    versions: vec![("v1".to_owned(), stages)],
                })
            };
            vec![
                there(&["AWSCURRENT"]),
                there(&["AWSPENDING"]),
                Fact::Secret(SecretState::Deleted),
                Fact::Secret(SecretState::Absent),
            ]
        }
        Question::Parameter(_) => vec![Fact::Parameter(true), Fact::Parameter(false)],
        Question::Role(_) => vec![
            Fact::Role(Some(trust(
                &["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"],
                &Value::Null,
            ))),
            Fact::Role(Some(trust(&["ec2.amazonaws.com"], &Value::Null))),
            Fact::Role(Some(trust(
                &["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"],
                &json!({"Null": {"a": "b"}}),
            ))),
            Fact::Role(None),
        ],
        Question::Permissions { .. } => vec![
            decided(Verdict::Allowed, &[]),
            decided(Verdict::ImplicitDeny, &[]),
            decided(Verdict::ImplicitDeny, &["aws:SourceVpc"]),
            decided(Verdict::ExplicitDeny, &[]),
            decided(Verdict::ExplicitDeny, &["aws:SourceVpc"]),
            Fact::Permissions(Vec::new()),
        ],
        Question::LogGroup { .. } => vec![Fact::LogGroup(true), Fact::LogGroup(false)],
        Question::TargetGroup(_) => vec![
            Fact::TargetGroup(Some(details("ip", "vpc-1", &[BALANCER], "traffic-port"))),
            Fact::TargetGroup(Some(details(
                "instance",
                "vpc-1",
                &[BALANCER],
                "traffic-port",
            ))),
            Fact::TargetGroup(Some(details("ip", "vpc-2", &[BALANCER], "traffic-port"))),
            Fact::TargetGroup(Some(details("ip", "vpc-1", &[], "traffic-port"))),
            Fact::TargetGroup(Some(details("ip", "vpc-1", &[BALANCER], "9090"))),
            Fact::TargetGroup(None),
        ],
        Question::LoadBalancers(_) => vec![
            Fact::LoadBalancers(vec![vec!["sg-lb".to_owned()]]),
            Fact::LoadBalancers(vec![vec!["sg-other".to_owned()]]),
            Fact::LoadBalancers(vec![Vec::new()]),
        ],
        Question::Subnets(_) => {
            let both = |vpc: &str, free| {
                Fact::Subnets(vec![
                    subnet("subnet-a", vpc, free),
                    subnet("subnet-b", vpc, free),
                ])
            };
            vec![
                both("vpc-1", 200),
                both("vpc-2", 200),
                both("vpc-1", 0),
                Fact::Subnets(vec![subnet("subnet-a", "vpc-1", 200)]),
            ]
        }
        Question::SecurityGroups(ids) if ids.contains(&"sg-task".to_owned()) => {
            let by = RuleSource::Group("sg-lb".to_owned());
            let out = || vec![rule(None, everybody())];
            let one = |vpc, ingress, egress| {
                Fact::SecurityGroups(vec![group("sg-task", vpc, ingress, egress)])
            };
            vec![
                one("vpc-1", vec![rule(Some((8080, 8080)), by.clone())], out()),
                one("vpc-1", vec![rule(Some((80, 80)), by.clone())], out()),
                one(
                    "vpc-1",
                    vec![rule(Some((8080, 8080)), everybody())],
                    Vec::new(),
                ),
                one("vpc-2", vec![rule(None, by)], out()),
                Fact::SecurityGroups(Vec::new()),
            ]
        }
        Question::SecurityGroups(_) => {
            let from = |range: &str| {
                let source = RuleSource::Range(range.to_owned());
                let ingress = vec![rule(Some((443, 443)), source)];
                Fact::SecurityGroups(vec![group("sg-endpoint", "vpc-1", ingress, Vec::new())])
            };
            vec![from("10.0.0.0/16"), from("10.9.0.0/16")]
        }
        Question::RouteTables(_) => {
            let main = |to, by, is_active| {
                Fact::RouteTables(vec![table("rtb-main", &[], to, by, is_active)])
            };
            vec![
                main("0.0.0.0/0", "nat-1", true),
                main("0.0.0.0/0", "nat-1", false),
                main("0.0.0.0/0", "igw-1", true),
                main("0.0.0.0/0", "new-1", true),
                main("10.9.0.0/16", "pcx-1", true),
                Fact::RouteTables(vec![
                    table("rtb-main", &[], "0.0.0.0/0", "nat-1", true),
                    table("rtb-own", &["subnet-a", "subnet-b"], "pl-1", "vpce-1", true),
                ]),
                Fact::RouteTables(Vec::new()),
            ]
        }
        Question::Endpoints(_) => vec![
            Fact::Endpoints(endpoints(true)),
            Fact::Endpoints(endpoints(false)),
            Fact::Endpoints(Vec::new()),
            Fact::Endpoints(vec![endpoint("ecr.api", EndpointKind::Other)]),
        ],
        Question::Cluster(_) => vec![
            Fact::Cluster(Some(vec!["gpu".to_owned()])),
            Fact::Cluster(Some(vec!["FARGATE".to_owned()])),
            Fact::Cluster(None),
        ],
        Question::CapacityProviders(_) => {
            let one = |is_active, scales| {
                Fact::CapacityProviders(vec![CapacityProvider {
                    name: "gpu".to_owned(),
                    is_active,
                    scales,
                }])
            };
            vec![
                one(true, false),
                one(true, true),
                one(false, false),
                Fact::CapacityProviders(Vec::new()),
            ]
        }
        Question::Instances(_) => {
            let all = |instances: Vec<Value>| {
                let read = |instance| serde_json::from_value(instance).unwrap();
                Fact::Instances(instances.into_iter().map(read).collect())
            };
            vec![
                all(vec![instance(4096, 8192, &["g0"], "x86_64"); 2]),
                all(vec![instance(1024, 2048, &["g0"], "x86_64")]),
                all(vec![instance(512, 2048, &[], "x86_64")]),
                all(vec![instance(4096, 8192, &["g0"], "arm64")]),
                all(vec![instance(0, 0, &[], "x86_64"); 100]),
                all(Vec::new()),
            ]
        }
        Question::Alarms(names) => {
            let all = |state: &str| {
                let alarms = names.iter().map(|name| Alarm {
                    name: name.clone(),
                    state: state.to_owned(),
                    definition: None,
                });
                Fact::Alarms(alarms.collect())
            };
            vec![
                all("OK"),
                all("ALARM"),
                Fact::Alarms(Vec::new()),
                all("INSUFFICIENT_DATA"),
            ]
        }
        Question::Requests { .. } => [3000.0, 300.0, 0.0].map(Fact::Requests).to_vec(),
    }
}

/// Answers all questions of a release.
pub(super) fn answered(
    release: &Surroundings,
    mut choose: impl FnMut(&Question) -> Option<Seen>,
) -> Answers {
    let mut answers = Answers::new();
    loop {
        let open: Vec<Question> = questions(release, &answers)
            .into_iter()
            .filter(|question| !answers.contains_key(question))
            .collect();
        if open.is_empty() {
            return answers;
        }
        for question in open {
            let seen = choose(&question).unwrap_or_else(|| right(&question));
            answers.insert(question, seen);
        }
    }
}

pub(super) fn right(question: &Question) -> Seen {
    Seen::Told(possible(question).swap_remove(0))
}
