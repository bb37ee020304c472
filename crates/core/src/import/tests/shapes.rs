//! Services as others make them, after the samples of AWS's documentation.

use serde_json::{Value, json};

use super::{caller, id, imported, observed, with_limits};
use crate::import::import;
use crate::release::{Policy, Scaling, Tracking};

const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/0123456789abcdef";

/// A web server on Fargate, with more in its container and in its task definition.
fn task(container: &Value, more: &Value) -> Value {
    let mut first = json!({"name": "web", "image": "nginx:1.27", "essential": true,
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]});
    merge(&mut first, container);
    let mut task = json!({"family": "app", "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"], "cpu": "512", "memory": "1024",
        "executionRoleArn": "arn:aws:iam::111122223333:role/ecsTaskExecutionRole",
        "containerDefinitions": [first]});
    merge(&mut task, more);
    task
}

/// One on instances, in bridge mode.
fn on_instances(container: &Value, more: &Value) -> Value {
    let mut own = json!({"memory": 512,
        "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}]});
    merge(&mut own, container);
    let mut task = task(&own, &json!({"networkMode": "bridge"}));
    for field in ["cpu", "memory", "requiresCompatibilities"] {
        task.as_object_mut().unwrap().remove(field);
    }
    merge(&mut task, more);
    task
}

fn merge(below: &mut Value, above: &Value) {
    for (name, value) in above.as_object().unwrap() {
        below[name] = value.clone();
    }
}

fn beside(container: &Value, sidecars: &[Value], more: &Value) -> Value {
    let mut task = task(container, more);
    let all = task["containerDefinitions"].as_array_mut().unwrap();
    all.extend(sidecars.iter().cloned());
    task
}

fn on_fargate(more: &Value) -> Value {
    let mut service = json!({"launchType": "FARGATE", "platformVersion": "LATEST",
        "platformFamily": "Linux", "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "securityGroups": ["sg-0123456789abcdef0"], "assignPublicIp": "DISABLED"}}});
    merge(&mut service, more);
    service
}

fn on_ec2(more: &Value) -> Value {
    let mut service = json!({"launchType": "EC2"});
    merge(&mut service, more);
    service
}

/// Imports a service, and compares fields of the manifest; `overrides` is what must be in it.
#[track_caller]
fn check(task: &Value, service: &Value, expected: &[(&str, Value)]) -> Value {
    let manifest = imported(&observed(task, service));
    for (path, value) in expected {
        let found = path
            .split('/')
            .fold(&manifest, |at, step| match step.parse::<usize>() {
                Ok(index) => &at[index],
                Err(_) => &at[step],
            });
        assert_eq!(found, value, "{path} in {manifest:#}");
    }
    manifest
}

fn nothing() -> Value {
    json!({})
}

#[test]
fn a_plain_service_needs_no_overrides() {
    let manifest = check(
        &task(&nothing(), &nothing()),
        &on_fargate(&nothing()),
        &[
            ("model/name", json!("app")),
            ("model/version", json!("1.27")),
            ("image", json!("nginx:1.27")),
            ("service/desired", json!(2)),
            ("runtime/container", json!("web")),
            ("runtime/cpu", json!(512)),
            ("runtime/port", json!(80)),
            ("rollout/circuitBreaker", json!(false)),
        ],
    );
    assert_eq!(manifest["overrides"], Value::Null, "{manifest:#}");
    assert_eq!(manifest["service"]["family"], Value::Null);
    assert_eq!(
        manifest["rollout"]["maximumPercent"],
        Value::Null,
        "a default is not written"
    );
}

#[test]
fn a_sidecar() {
    let agent = json!({"name": "xray", "image": "amazon/aws-xray-daemon:3.x", "essential": false,
        "cpu": 32, "memoryReservation": 256,
        "portMappings": [{"containerPort": 2000, "protocol": "udp"}]});
    check(
        &beside(&nothing(), &[agent], &nothing()),
        &on_fargate(&nothing()),
        &[
            (
                "overrides/taskDefinition/containerDefinitions/0/name",
                json!("xray"),
            ),
            (
                "overrides/taskDefinition/containerDefinitions/0/portMappings",
                json!([{"containerPort": 2000, "protocol": "udp"}]),
            ),
        ],
    );
}

#[test]
fn logs_by_firelens() {
    let router = json!({"name": "log_router", "image": "amazon/aws-for-fluent-bit:stable",
        "essential": true, "memoryReservation": 50, "user": "0",
        "firelensConfiguration": {"type": "fluentbit",
            "options": {"enable-ecs-log-metadata": "true"}},
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "firelens",
            "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "firelens"}}});
    let mut task = task(
        &json!({"logConfiguration": {"logDriver": "awsfirelens", "options": {
            "Name": "firehose", "region": "eu-west-1", "delivery_stream": "my-stream"}}}),
        &nothing(),
    );
    // The router comes first here, and is not the model.
    let all = task["containerDefinitions"].as_array_mut().unwrap();
    all.insert(0, router);
    check(
        &task,
        &on_fargate(&nothing()),
        &[("runtime/container", json!("web"))],
    );
}

#[test]
fn efs_with_an_access_point() {
    let volume = json!([{"name": "efs", "efsVolumeConfiguration": {
        "fileSystemId": "fs-0123456789abcdef0", "rootDirectory": "/", "transitEncryption": "ENABLED",
        "transitEncryptionPort": 2049,
        "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"}}}]);
    check(
        &task(
            &json!({"mountPoints": [{"sourceVolume": "efs", "containerPath": "/mnt", "readOnly": true}]}),
            &json!({"volumes": volume}),
        ),
        &on_fargate(&json!({"platformVersion": "1.4.0"})),
        &[
            ("overrides/service/platformVersion", json!("1.4.0")),
            (
                "overrides/taskDefinition/volumes/0/efsVolumeConfiguration/authorizationConfig/iam",
                json!("ENABLED"),
            ),
        ],
    );
}

#[test]
fn secrets_with_keys_and_stages() {
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
    let staged = format!("{secret}:password:AWSPREVIOUS:");
    check(
        &task(
            &json!({"secrets": [{"name": "DB_PASSWORD", "valueFrom": staged},
                {"name": "URL", "valueFrom": "/app/url"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[
            ("runtime/secrets/DB_PASSWORD", json!(staged)),
            ("runtime/secrets/URL", json!("/app/url")),
        ],
    );
}

#[test]
fn ulimits_and_system_controls() {
    check(
        &task(
            &json!({"ulimits": [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}],
                "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}

#[test]
fn gpus_on_instances() {
    check(
        &on_instances(
            &json!({"memory": 8192, "resourceRequirements": [{"type": "GPU", "value": "2"}]}),
            &json!({"requiresCompatibilities": ["EC2"]}),
        ),
        &on_ec2(&nothing()),
        &[("runtime/gpu", json!(2)), ("runtime/compute", json!("ec2"))],
    );
}

#[test]
fn a_strategy_with_spot() {
    let mut service = on_fargate(&json!({"capacityProviderStrategy": [
        {"capacityProvider": "FARGATE", "weight": 1, "base": 2},
        {"capacityProvider": "FARGATE_SPOT", "weight": 4, "base": 0}]}));
    service.as_object_mut().unwrap().remove("launchType");
    check(
        &task(&nothing(), &nothing()),
        &service,
        &[(
            "runtime/capacityProviders",
            json!([
            {"name": "FARGATE", "weight": 1, "base": 2}, {"name": "FARGATE_SPOT", "weight": 4}]),
        )],
    );
}

#[test]
fn a_provider_of_ones_own_and_managed_instances() {
    for kind in ["EC2", "MANAGED_INSTANCES"] {
        let mut service = on_fargate(&json!({"capacityProviderStrategy": [
            {"capacityProvider": "gpu-pool", "weight": 1}]}));
        service.as_object_mut().unwrap().remove("launchType");
        service.as_object_mut().unwrap().remove("platformVersion");
        check(
            &task(&nothing(), &json!({"requiresCompatibilities": [kind]})),
            &service,
            &[(
                "runtime/compute",
                json!(kind.to_lowercase().replace('_', "-")),
            )],
        );
    }
}

#[test]
fn one_target_group() {
    check(
        &task(
            &json!({"portMappings": [{"containerPort": 9090, "protocol": "tcp"},
            {"containerPort": 80, "protocol": "tcp"}]}),
            &nothing(),
        ),
        &on_fargate(
            &json!({"healthCheckGracePeriodSeconds": 60, "loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80}]}),
        ),
        &[
            ("traffic/targetGroup", json!(GROUP)),
            ("runtime/ports", json!([80, 9090])),
            ("health/graceSeconds", json!(60)),
            ("overrides", Value::Null),
        ],
    );
}

#[test]
fn two_target_groups() {
    let other = format!("{GROUP}0");
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&json!({"loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "web", "containerPort": 80},
            {"targetGroupArn": other, "containerName": "web", "containerPort": 80}]})),
        &[
            ("traffic", Value::Null),
            (
                "overrides/service/loadBalancers/1/targetGroupArn",
                json!(other),
            ),
        ],
    );
}

#[test]
fn a_classic_load_balancer_and_one_of_a_sidecar() {
    check(
        &on_instances(
            &json!({"portMappings": [{"containerPort": 80, "hostPort": 8080}]}),
            &nothing(),
        ),
        &on_ec2(
            &json!({"roleArn": "arn:aws:iam::111122223333:role/ecsServiceRole",
            "loadBalancers": [{"loadBalancerName": "classic", "containerName": "web", "containerPort": 80}]}),
        ),
        &[(
            "overrides/service/loadBalancers/0/loadBalancerName",
            json!("classic"),
        )],
    );
    let proxy = json!({"name": "proxy", "image": "envoy:1", "essential": true,
        "portMappings": [{"containerPort": 8443}]});
    check(
        &beside(&nothing(), &[proxy], &nothing()),
        &on_fargate(&json!({"loadBalancers": [
            {"targetGroupArn": GROUP, "containerName": "proxy", "containerPort": 8443}]})),
        &[("runtime/container", json!("proxy"))],
    );
}

#[test]
fn service_connect() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80, "hostPort": 80,
                "protocol": "tcp", "appProtocol": "http"}]}),
            &nothing(),
        ),
        &on_fargate(
            &json!({"serviceConnectConfiguration": {"enabled": true, "namespace": "internal",
            "services": [{"portName": "web", "discoveryName": "web",
                "clientAliases": [{"port": 80, "dnsName": "web.internal"}]}],
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/sc"}}}}),
        ),
        &[(
            "overrides/service/serviceConnectConfiguration/namespace",
            json!("internal"),
        )],
    );
}

#[test]
fn service_discovery_and_vpc_lattice() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80}]}),
            &nothing(),
        ),
        &on_fargate(&json!({
            "serviceRegistries": [{"registryArn": "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1"}],
            "vpcLatticeConfigurations": [{"roleArn": "arn:aws:iam::111122223333:role/lattice",
                "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-1",
                "portName": "web"}]})),
        &[],
    );
}

#[test]
fn what_only_revisions_tell() {
    check(
        &task(
            &json!({"portMappings": [{"name": "web", "containerPort": 80}]}),
            &nothing(),
        ),
        &on_fargate(&json!({
            "monitoring": {"metricConfigurations": [{"resolutionSeconds": 60, "metricNames": ["CPU"]}]}})),
        &[(
            "overrides/service/monitoring/metricConfigurations/0/resolutionSeconds",
            json!(60),
        )],
    );
}

#[test]
fn autoscaling_by_cpu_and_by_others() {
    let scaled = |cpu: Option<f64>| {
        let mut observed = observed(&task(&nothing(), &nothing()), &on_fargate(&nothing()));
        let policy = |name: &str, target: Option<f64>| Policy {
            name: name.to_owned(),
            cpu: target.map(|target| Tracking {
                target,
                ..Tracking::default()
            }),
            requests_of: None,
        };
        observed.scaling = Some(Scaling {
            min: 2,
            max: 20,
            policies: vec![policy("requests", None), policy("cpu75", cpu)],
        });
        imported(&observed)
    };
    let tracked = scaled(Some(75.0));
    assert_eq!(
        tracked["autoscaling"],
        json!({"min": 2, "max": 20, "targetCpuPercent": 75})
    );
    assert_eq!(
        tracked["service"]["desired"],
        Value::Null,
        "the load decides"
    );
    for cpu in [None, Some(62.5)] {
        assert_eq!(scaled(cpu)["autoscaling"], json!({"min": 2, "max": 20}));
    }
}

#[test]
fn bridge_and_host_mode() {
    check(
        &on_instances(&nothing(), &nothing()),
        &on_ec2(&nothing()),
        &[
            ("network/mode", json!("bridge")),
            ("runtime/port", json!(80)),
            (
                "overrides/taskDefinition/containerDefinitions/0/memory",
                json!(512),
            ),
        ],
    );
    let mut silent = on_instances(&json!({"links": ["db"], "hostname": "web"}), &nothing());
    silent.as_object_mut().unwrap().remove("networkMode");
    let db = json!({"name": "db", "image": "redis:7", "memory": 128});
    silent["containerDefinitions"]
        .as_array_mut()
        .unwrap()
        .push(db);
    check(
        &silent,
        &on_ec2(&nothing()),
        &[("network/mode", json!("bridge"))],
    );
    check(
        &on_instances(
            &json!({"portMappings": [{"containerPort": 80, "hostPort": 80}]}),
            &json!({"networkMode": "host", "pidMode": "host", "ipcMode": "host"}),
        ),
        &on_ec2(&nothing()),
        &[("network/mode", json!("host"))],
    );
    check(
        &on_instances(
            &json!({"portMappings": []}),
            &json!({"networkMode": "none"}),
        ),
        &on_ec2(&nothing()),
        &[("overrides/taskDefinition/networkMode", json!("none"))],
    );
}

#[test]
fn another_architecture_and_windows() {
    check(
        &task(
            &nothing(),
            &json!({"runtimePlatform":
            {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}}),
        ),
        &on_fargate(&nothing()),
        &[("runtime/arch", json!("arm64")), ("overrides", Value::Null)],
    );
    check(
        &task(
            &nothing(),
            &json!({"cpu": "1024", "memory": "2048", "runtimePlatform":
            {"cpuArchitecture": "X86_64", "operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}

#[test]
fn init_containers() {
    let init = json!({"name": "migrate", "image": "app:7", "essential": false,
        "command": ["migrate", "--all"]});
    let warm = json!({"name": "cache", "image": "cache:1", "essential": true,
        "healthCheck": {"command": ["CMD", "ok"], "interval": 30, "timeout": 5, "retries": 3}});
    check(
        &beside(
            &json!({"dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"},
                {"containerName": "cache", "condition": "HEALTHY"}],
                "startTimeout": 120, "stopTimeout": 60}),
            &[init, warm],
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}

#[test]
fn several_ports_and_ranges() {
    check(
        &task(
            &json!({"portMappings": [{"containerPort": 8501, "protocol": "tcp"},
                {"containerPort": 8500, "protocol": "tcp"}, {"containerPort": 53, "protocol": "udp"},
                {"containerPort": 53, "protocol": "tcp"}, {"containerPortRange": "9000-9010"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[("runtime/ports", json!([8501, 8500, 53]))],
    );
}

#[test]
fn tags_of_the_user_stay_and_those_of_aws_and_mlship_are_nobodys() {
    let tags = json!([{"key": "team", "value": "risk"}, {"key": "empty", "value": ""},
        {"key": "aws:cloudformation:stack-name", "value": "web"}]);
    check(
        &task(&nothing(), &json!({"tags": tags})),
        &on_fargate(&json!({"tags": tags})),
        &[("tags", json!({"team": "risk", "empty": ""}))],
    );
}

/// Somebody else deployed to a service of mlship's: nobody says which release that is.
#[test]
fn a_service_of_mlships_whose_revision_is_of_others() {
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&json!({"tags": [{"key": "mlship:model", "value": "scorer"}]})),
        &[("model/name", json!("scorer")), ("tags", Value::Null)],
    );
}

#[test]
fn exec_and_managed_tags() {
    check(
        &task(
            &json!({"linuxParameters": {"initProcessEnabled": true}}),
            &json!({"taskRoleArn": "arn:aws:iam::111122223333:role/task"}),
        ),
        &on_fargate(
            &json!({"enableExecuteCommand": true, "enableECSManagedTags": true,
            "propagateTags": "SERVICE", "availabilityZoneRebalancing": "ENABLED"}),
        ),
        &[
            ("overrides/service/enableExecuteCommand", json!(true)),
            ("overrides/service/propagateTags", json!("SERVICE")),
            ("overrides/service/availabilityZoneRebalancing", Value::Null),
            (
                "runtime/roles/task",
                json!("arn:aws:iam::111122223333:role/task"),
            ),
        ],
    );
}

#[test]
fn volumes_of_ebs_docker_and_the_host() {
    check(
        &task(
            &json!({"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}),
            &json!({"volumes": [{"name": "data", "configuredAtLaunch": true}]}),
        ),
        &on_fargate(
            &json!({"volumeConfigurations": [{"name": "data", "managedEBSVolume": {
            "roleArn": "arn:aws:iam::111122223333:role/ebs", "sizeInGiB": 100, "volumeType": "gp3",
            "encrypted": true, "filesystemType": "xfs", "tagSpecifications": [
                {"resourceType": "volume", "propagateTags": "SERVICE", "tags": [{"key": "a", "value": "b"}]}]}}]}),
        ),
        &[],
    );
    check(
        &on_instances(
            &json!({"mountPoints": [{"sourceVolume": "logs", "containerPath": "/logs"},
                {"sourceVolume": "scratch", "containerPath": "/tmp/x"},
                {"sourceVolume": "shared", "containerPath": "/shared"}],
                "volumesFrom": [{"sourceContainer": "other", "readOnly": true}]}),
            &json!({"volumes": [{"name": "logs", "host": {"sourcePath": "/var/log"}},
                {"name": "scratch", "host": {}},
                {"name": "shared", "dockerVolumeConfiguration": {"scope": "shared",
                    "autoprovision": true, "driver": "local", "labels": {"a": "b"},
                    "driverOpts": {"type": "nfs"}}}]}),
        ),
        &on_ec2(&nothing()),
        &[],
    );
}

#[test]
fn docker_labels_and_what_else_a_container_has() {
    check(
        &task(
            &json!({"dockerLabels": {"com.example.team": "risk", "protocol": "tcp", "a#b": "c"},
                "user": "1000:1000", "workingDirectory": "/app", "readonlyRootFilesystem": true,
                "pseudoTerminal": true, "interactive": true, "stopTimeout": 30,
                "restartPolicy": {"enabled": true, "ignoredExitCodes": [0], "restartAttemptPeriod": 180},
                "versionConsistency": "disabled",
                "environment": [{"name": "protocol", "value": "tcp"}, {"name": "EMPTY", "value": ""},
                    {"name": "YES", "value": "yes"}, {"name": "V", "value": "1.10"},
                    {"name": "LINES", "value": "a\nb\n"}, {"name": "DOLLAR", "value": "${X} $${Y}"}],
                "entryPoint": ["sh", "-c"], "command": ["exec \"$0\" ${PORT:-80}", "on"]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[("runtime/env/YES", json!("yes"))],
    );
}

#[test]
fn a_variable_that_comes_twice() {
    check(
        &task(
            &json!({"environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[("runtime/env", Value::Null)],
    );
}

#[test]
fn a_health_check() {
    check(
        &task(
            &json!({"healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"],
                "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 10}}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[
            ("health/container/startPeriod", json!(10)),
            ("health/container/interval", Value::Null),
            ("overrides", Value::Null),
        ],
    );
}

#[test]
fn logs_of_mlship_of_others_and_of_other_drivers() {
    let awslogs = |more: &Value| {
        let mut options = json!({"awslogs-group": "/ecs/app", "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "app", "awslogs-create-group": "true"});
        merge(&mut options, more);
        json!({"logConfiguration": {"logDriver": "awslogs", "options": options}})
    };
    check(
        &task(&awslogs(&nothing()), &nothing()),
        &on_fargate(&nothing()),
        &[
            ("runtime/logs/group", json!("/ecs/app")),
            ("overrides", Value::Null),
        ],
    );
    for options in [
        json!({"mode": "non-blocking", "max-buffer-size": "25m"}),
        json!({"awslogs-region": "us-east-1"}),
        json!({"awslogs-stream-prefix": "ecs"}),
    ] {
        check(
            &task(&awslogs(&options), &nothing()),
            &on_fargate(&nothing()),
            &[],
        );
    }
    let mut plain = awslogs(&nothing());
    plain["logConfiguration"]["options"]
        .as_object_mut()
        .unwrap()
        .remove("awslogs-create-group");
    check(
        &task(&plain, &nothing()),
        &on_fargate(&nothing()),
        &[("runtime/logs", Value::Null)],
    );
    let splunk = json!({"logConfiguration": {"logDriver": "splunk",
        "options": {"splunk-url": "https://splunk.example.com"},
        "secretOptions": [{"name": "splunk-token", "valueFrom": "/splunk/token"}]}});
    check(&task(&splunk, &nothing()), &on_fargate(&nothing()), &[]);
}

#[test]
fn placement() {
    check(
        &on_instances(
            &nothing(),
            &json!({"placementConstraints": [
            {"type": "memberOf", "expression": "attribute:ecs.instance-type =~ g4dn.*"}]}),
        ),
        &on_ec2(
            &json!({"placementConstraints": [{"type": "distinctInstance"}],
            "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"},
                {"type": "binpack", "field": "MEMORY"}]}),
        ),
        &[],
    );
}

#[test]
fn percentages_breakers_and_alarms() {
    let rolled =
        |configuration: &Value| on_fargate(&json!({"deploymentConfiguration": configuration}));
    check(
        &task(&nothing(), &nothing()),
        &rolled(
            &json!({"maximumPercent": 150, "minimumHealthyPercent": 50, "strategy": "ROLLING",
            "deploymentCircuitBreaker": {"enable": true, "rollback": true},
            "alarms": {"alarmNames": ["5xx", "slow"], "enable": true, "rollback": true}}),
        ),
        &[
            ("rollout/maximumPercent", json!(150)),
            ("rollout/circuitBreaker", json!(true)),
            ("rollout/alarms", json!(["5xx", "slow"])),
            ("overrides", Value::Null),
        ],
    );
    check(
        &task(&nothing(), &nothing()),
        &rolled(
            &json!({"maximumPercent": 200, "minimumHealthyPercent": 100, "bakeTimeInMinutes": 5,
            "deploymentCircuitBreaker": {"enable": true, "rollback": false, "resetOnHealthyTask": false,
                "thresholdConfiguration": {"type": "COUNT", "value": 9}},
            "alarms": {"alarmNames": ["5xx"], "enable": true, "rollback": false}}),
        ),
        &[(
            "overrides/service/deploymentConfiguration/deploymentCircuitBreaker/rollback",
            json!(false),
        )],
    );
    check(
        &task(&nothing(), &nothing()),
        &rolled(&json!({"alarms": {"alarmNames": [], "enable": false, "rollback": false}})),
        &[("rollout/alarms", Value::Null)],
    );
}

#[test]
fn linux_parameters() {
    check(
        &on_instances(
            &json!({"privileged": true, "linuxParameters": {"sharedMemorySize": 256, "maxSwap": 512,
                "swappiness": 10, "initProcessEnabled": true,
                "capabilities": {"add": ["SYS_PTRACE"], "drop": ["NET_RAW"]},
                "devices": [{"hostPath": "/dev/fuse", "permissions": ["read", "write"]}],
                "tmpfs": [{"containerPath": "/run", "size": 64, "mountOptions": ["noexec"]}]}}),
            &nothing(),
        ),
        &on_ec2(&nothing()),
        &[("runtime/sharedMemoryMiB", json!(256))],
    );
}

#[test]
fn private_registries_and_environment_files() {
    check(
        &task(
            &json!({"repositoryCredentials": {"credentialsParameter":
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf"},
                "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a.env"},
                    {"type": "s3", "value": "arn:aws:s3:::bucket/b.env"}]}),
            &nothing(),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}

#[test]
fn disk_and_another_family_on_an_external_instance() {
    check(
        &task(
            &nothing(),
            &json!({"family": "web-prod", "ephemeralStorage": {"sizeInGiB": 50}}),
        ),
        &on_fargate(&json!({"desiredCount": 0})),
        &[
            ("service/family", json!("web-prod")),
            ("service/desired", json!(0)),
            ("runtime/ephemeralStorageGiB", json!(50)),
        ],
    );
    check(
        &on_instances(
            &nothing(),
            &json!({"requiresCompatibilities": ["EXTERNAL"]}),
        ),
        &json!({"launchType": "EXTERNAL"}),
        &[("overrides/service/launchType", json!("EXTERNAL"))],
    );
}

#[test]
fn a_task_definition_for_everything() {
    check(
        &task(
            &nothing(),
            &json!({"requiresCompatibilities": ["EC2", "FARGATE"]}),
        ),
        &on_fargate(&nothing()),
        &[],
    );
    let mut silent = task(&nothing(), &nothing());
    silent
        .as_object_mut()
        .unwrap()
        .remove("requiresCompatibilities");
    check(&silent, &on_fargate(&nothing()), &[]);
}

#[test]
fn app_mesh_and_fault_injection() {
    let envoy = json!({"name": "envoy", "image": "public.ecr.aws/appmesh/aws-appmesh-envoy:v1",
        "essential": true, "user": "1337"});
    check(
        &beside(
            &nothing(),
            &[envoy],
            &json!({"enableFaultInjection": true,
            "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy", "properties": [
                {"name": "ProxyIngressPort", "value": "15000"}, {"name": "IgnoredUID", "value": "1337"}]}}),
        ),
        &on_fargate(&nothing()),
        &[],
    );
}

/// Where the count leaves no room between two percentages, no manifest may say all three.
#[test]
fn a_service_that_ecs_can_never_replace() {
    let percentages = json!({"desiredCount": 1, "deploymentConfiguration":
        {"minimumHealthyPercent": 50, "maximumPercent": 150, "strategy": "ROLLING"}});
    check(
        &task(&nothing(), &nothing()),
        &on_fargate(&percentages),
        &[],
    );
}

/// Which of two essential containers is the model's nobody can see: it is said, and asked.
#[test]
fn a_container_that_was_guessed_is_named_and_another_can_be() {
    let app = json!({"name": "app", "image": "app:7", "essential": true});
    let task = beside(&nothing(), &[app], &nothing());
    let observed = observed(&task, &on_fargate(&nothing()));
    let import = |container| import(&id(), &observed, &caller(), container, &with_limits);
    let guessed = import(None).unwrap();
    assert!(guessed.manifest.contains("image: nginx:1.27"));
    assert!(guessed.notes[0].contains("if it is app"), "{guessed:?}");
    let named = import(Some("app")).unwrap();
    assert!(
        named.manifest.contains("image: app:7"),
        "{}",
        named.manifest
    );
    assert_eq!(named.notes, Vec::<String>::new());
    let nobody = import(Some("nobody")).unwrap_err();
    assert_eq!(nobody.hint, "it has web, app");
}
