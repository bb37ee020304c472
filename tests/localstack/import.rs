//! Services that others made, as their SDKs do, taken over without a new task.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Run, Stage};

/// Makes a service as another program would, and waits until it runs.
fn make(stage: &Stage, task_definition: &Value, service: &Value) {
    let registered = stage.ask("RegisterTaskDefinition", task_definition);
    let arn = &registered["taskDefinition"]["taskDefinitionArn"];
    assert!(arn.is_string(), "{registered:#}");
    let mut request = json!({"cluster": "ml-staging", "serviceName": "app", "desiredCount": 1,
        "taskDefinition": arn, "launchType": "FARGATE", "networkConfiguration": network(stage)});
    for (field, value) in service.as_object().unwrap() {
        request[field] = value.clone();
    }
    request
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    let created = stage.ask("CreateService", &request);
    assert!(created["service"].is_object(), "{created:#}");
    while described(stage)["deployments"][0]["rolloutState"] != "COMPLETED" {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn network(stage: &Stage) -> Value {
    json!({"awsvpcConfiguration": {
        "subnets": [stage.export("SUBNET_A"), stage.export("SUBNET_B")],
        "securityGroups": [stage.export("SECURITY_GROUP")]}})
}

fn described(stage: &Stage) -> Value {
    let request = json!({"cluster": "ml-staging", "services": ["app"], "include": ["TAGS"]});
    stage.ask("DescribeServices", &request)["services"][0].take()
}

/// A task definition on Fargate with more in its container and around it.
fn task(stage: &Stage, container: &Value, more: &Value) -> Value {
    let mut first = json!({"name": "web", "image": "registry.example.com/app:7",
        "portMappings": [{"containerPort": 8080}]});
    let mut task = json!({"family": "app", "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": stage.export("EXECUTION_ROLE")});
    for (whole, parts) in [(&mut first, container), (&mut task, more)] {
        for (field, value) in parts.as_object().unwrap() {
            whole[field] = value.clone();
        }
    }
    let mut containers = vec![first];
    containers.extend(
        task["sidecars"]
            .take()
            .as_array()
            .cloned()
            .unwrap_or_default(),
    );
    task.as_object_mut().unwrap().remove("sidecars");
    task["containerDefinitions"] = json!(containers);
    task
}

struct File(std::path::PathBuf);

impl File {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("mlship-import-{}.yaml", fastrand::u64(..))))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn with(stage: &Stage, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = stage.command(arguments, "0");
    command.envs(variables.iter().copied());
    Run::of(command.output().unwrap())
}

/// Imports the service, and sees that its diff is empty and that the first deploy replaces no task.
fn take_over(stage: &Stage, variables: &[(&str, &str)]) -> String {
    let file = File::new();
    let init = [
        "init",
        "--from-service",
        "ml-staging/app",
        "--out",
        file.path(),
    ];
    let run = with(stage, variables, &init);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let manifest = std::fs::read_to_string(&file.0).unwrap();
    for (name, value) in variables {
        assert!(run.stderr.contains(name), "{}", run.stderr);
        assert!(!run.stderr.contains(value), "{}", run.stderr);
        assert!(!manifest.contains(value), "{manifest}");
    }
    let before = (
        stage.count("RegisterTaskDefinition"),
        stage.deployments_of("app"),
    );
    let diff = with(
        stage,
        variables,
        &["diff", file.path(), "--exit-code", "-o", "json"],
    );
    assert_eq!(diff.code, 0, "{}{}{manifest}", diff.stdout, diff.stderr);
    let shown = &diff.document()["services"][0];
    assert_eq!(shown["effect"], "none", "{shown:#}");
    assert_eq!(shown["changes"], json!([]));
    assert_eq!(shown["kept"], json!([]), "{manifest}");
    for _ in 0..2 {
        let deploy = with(stage, variables, &["deploy", file.path(), "-o", "json"]);
        assert_eq!(deploy.code, 0, "{}{}", deploy.stdout, deploy.stderr);
        assert_eq!(deploy.result()["verdict"], "unchanged");
    }
    let after = (
        stage.count("RegisterTaskDefinition"),
        stage.deployments_of("app"),
    );
    assert_eq!(before, after, "no task is replaced");
    assert_eq!(stage.count("UpdateService"), 0);
    let tags = described(stage)["tags"].to_string();
    assert!(tags.contains("mlship:model"), "{tags}");
    manifest
}

/// Makes a service, and takes it over.
fn check(container: &Value, more: &Value, service: &Value) {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    make(&stage, &task(&stage, container, more), service);
    take_over(&stage, &[]);
}

#[test]
fn a_plain_service_is_taken_over() {
    check(&json!({}), &json!({}), &json!({}));
}

#[test]
fn a_service_with_sidecars_logs_and_init_containers_is_taken_over() {
    check(
        &json!({"dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}],
            "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "stdout"}},
            "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
            "dockerLabels": {"protocol": "tcp"}}),
        &json!({"sidecars": [
            {"name": "migrate", "image": "registry.example.com/app:7", "essential": false},
            {"name": "log_router", "image": "amazon/aws-for-fluent-bit:stable",
                "firelensConfiguration": {"type": "fluentbit"}}]}),
        &json!({}),
    );
}

#[test]
fn a_service_with_settings_of_its_own_is_taken_over() {
    check(
        &json!({"healthCheck": {"command": ["CMD-SHELL", "true"], "interval": 10}}),
        &json!({"runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            "tags": [{"key": "team", "value": "risk"}]}),
        &json!({"enableECSManagedTags": true, "propagateTags": "SERVICE",
            "deploymentConfiguration": {"maximumPercent": 300, "minimumHealthyPercent": 50,
                "deploymentCircuitBreaker": {"enable": true, "rollback": false}},
            "tags": [{"key": "team", "value": "risk"}, {"key": "stage", "value": "staging"}]}),
    );
}

#[test]
fn a_service_on_spot_is_taken_over() {
    check(
        &json!({}),
        &json!({}),
        &json!({"launchType": null, "capacityProviderStrategy": [
            {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 3}]}),
    );
}

#[test]
fn a_service_behind_a_load_balancer_is_taken_over() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let balanced = json!({"healthCheckGracePeriodSeconds": 30, "loadBalancers": [{
        "targetGroupArn": stage.export("STAGING_TARGET_GROUP"),
        "containerName": "web", "containerPort": 8080}]});
    make(&stage, &task(&stage, &json!({}), &json!({})), &balanced);
    let manifest = take_over(&stage, &[]);
    assert!(manifest.contains("targetGroup:"), "{manifest}");
}

/// A pair of groups, of which the rule has one live.
fn pair(stage: &Stage) -> Value {
    json!([{"targetGroupArn": stage.export("BLUE_TARGET_GROUP"), "containerName": "web",
        "containerPort": 8080, "advancedConfiguration": {
            "alternateTargetGroupArn": stage.export("GREEN_TARGET_GROUP"),
            "productionListenerRule": stage.export("CANARY_RULE"),
            "roleArn": stage.export("LOAD_BALANCER_ROLE")}}])
}

/// Makes a service whose traffic ECS moves like that, and takes it over.
fn check_moved(configuration: &Value, fields: &[&str]) {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let service = json!({"loadBalancers": pair(&stage), "deploymentConfiguration": configuration});
    make(&stage, &task(&stage, &json!({}), &json!({})), &service);
    let manifest = take_over(&stage, &[]);
    for field in fields {
        assert!(manifest.contains(field), "{field} in {manifest}");
    }
    assert!(!manifest.contains("overrides"), "{manifest}");
}

#[test]
fn a_canary_is_taken_over_with_its_groups_and_its_pauses() {
    let pause = json!({"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
        "timeoutConfiguration": {"timeoutInMinutes": 1, "action": "CONTINUE"}});
    check_moved(
        &json!({"strategy": "CANARY", "bakeTimeInMinutes": 2, "lifecycleHooks": [pause],
            "canaryConfiguration": {"canaryPercent": 7.5, "canaryBakeTimeInMinutes": 1},
            "deploymentCircuitBreaker": {"enable": true, "rollback": true}}),
        &[
            "strategy: canary",
            "canaryPercent: 7.5",
            "targetGroups:",
            "onTimeout: continue",
        ],
    );
}

#[test]
fn linear_and_blue_green_services_are_taken_over_without_what_they_left_to_ecs() {
    check_moved(
        &json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}),
        &["strategy: linear", "stepPercent: 50", "stepBakeMinutes: 6"],
    );
    check_moved(
        &json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}),
        &["strategy: blue-green", "bakeMinutes: 1"],
    );
}

#[test]
fn secrets_are_variables_and_told_by_their_names() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let container = json!({"environment": [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"},
        {"name": "LEVEL", "value": "info"}]});
    make(&stage, &task(&stage, &container, &json!({})), &json!({}));
    let manifest = take_over(&stage, &[("DB_PASSWORD", "hunter2-hunter2")]);
    assert!(
        manifest.contains("DB_PASSWORD: ${DB_PASSWORD}"),
        "{manifest}"
    );
    assert!(manifest.contains("LEVEL: info"), "{manifest}");
}

#[test]
fn what_mlship_made_is_imported_too() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let service = ["init", "--from-service", "ml-staging/fraud-scorer"];
    let run = stage.mlship(&service, "7");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let diff = stage.pipe(&["diff", "-", "--exit-code"], "7", &run.stdout);
    assert_eq!(diff.code, 0, "{}{}", diff.stdout, run.stdout);
    let json = stage.mlship(&[&service[..], &["-o", "json"]].concat(), "7");
    assert_eq!(json.document()["manifest"], run.stdout);
    assert_eq!(json.document()["variables"], json!([]));
}

#[test]
fn a_service_with_secrets_volumes_and_a_task_role_is_taken_over() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let secret = format!("{}:password::", stage.export("SECRET_ARN"));
    let container = json!({"secrets": [{"name": "DB_PASSWORD", "valueFrom": secret}],
        "mountPoints": [{"sourceVolume": "weights", "containerPath": "/opt/model", "readOnly": true}],
        "linuxParameters": {"initProcessEnabled": true},
        "stopTimeout": 60});
    let more = json!({"taskRoleArn": stage.export("TASK_ROLE"), "ephemeralStorage": {"sizeInGiB": 40},
        "volumes": [{"name": "weights", "efsVolumeConfiguration": {
            "fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"}}}]});
    make(
        &stage,
        &task(&stage, &container, &more),
        &json!({"enableExecuteCommand": true}),
    );
    let manifest = take_over(&stage, &[]);
    assert!(
        manifest.contains("enableExecuteCommand: true"),
        "{manifest}"
    );
}

#[test]
fn a_service_that_scales_with_its_load_is_taken_over() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    make(&stage, &task(&stage, &json!({}), &json!({})), &json!({}));
    let of_service = json!({"ServiceNamespace": "ecs", "ResourceId": "service/ml-staging/app",
        "ScalableDimension": "ecs:service:DesiredCount"});
    let ask = |operation: &str, more: &Value| {
        let mut request = of_service.clone();
        for (field, value) in more.as_object().unwrap() {
            request[field] = value.clone();
        }
        let target = format!("AnyScaleFrontendService.{operation}");
        stage.ask_of("application-autoscaling", &target, &request)
    };
    ask(
        "RegisterScalableTarget",
        &json!({"MinCapacity": 1, "MaxCapacity": 4}),
    );
    ask(
        "PutScalingPolicy",
        &json!({"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 55.0,
            "PredefinedMetricSpecification":
                {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}}),
    );
    let manifest = take_over(&stage, &[]);
    assert!(manifest.contains("targetCpuPercent: 55"), "{manifest}");
}

/// Somebody else deployed to a service of mlship's meanwhile.
#[test]
fn a_revision_of_others_is_taken_over_in_a_service_of_ours() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let first = task(&stage, &json!({}), &json!({}));
    make(&stage, &first, &json!({}));
    take_over(&stage, &[]);
    let registered = stage.ask(
        "RegisterTaskDefinition",
        &task(&stage, &json!({"user": "7"}), &json!({})),
    );
    stage.ask(
        "UpdateService",
        &json!({"cluster": "ml-staging", "service": "app",
        "taskDefinition": registered["taskDefinition"]["taskDefinitionArn"]}),
    );
    while described(&stage)["deployments"][0]["rolloutState"] != "COMPLETED" {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let file = File::new();
    let init = [
        "init",
        "--from-service",
        "ml-staging/app",
        "--out",
        file.path(),
    ];
    assert_eq!(stage.mlship(&init, "0").code, 0);
    let before = stage.deployments_of("app");
    assert_eq!(
        stage
            .mlship(&["diff", file.path(), "--exit-code"], "0")
            .code,
        0
    );
    assert_eq!(stage.mlship(&["deploy", file.path()], "0").code, 0);
    assert_eq!(stage.deployments_of("app"), before);
}

#[test]
fn a_service_that_is_not_there_and_a_file_that_is() {
    let stage = Stage::new();
    let missing = stage.mlship(&["init", "--from-service", "ml-staging/nobody"], "7");
    assert_eq!(
        (missing.code, &*missing.stdout),
        (20, ""),
        "{}",
        missing.stderr
    );
    let there = [
        "init",
        "--from-service",
        "ml-staging/app",
        "--out",
        FRAUD_SCORER,
    ];
    let there = stage.mlship(&there, "7");
    assert_eq!(there.code, 2, "{}", there.stderr);
}

#[test]
fn an_arn_of_another_place_is_not_read_where_the_settings_point() {
    let stage = Stage::new();
    make(&stage, &task(&stage, &json!({}), &json!({})), &json!({}));
    let here = described(&stage)["serviceArn"].as_str().unwrap().to_owned();
    let parts: Vec<&str> = here.split(':').collect();
    assert_eq!(
        stage.mlship(&["init", "--from-service", &here], "7").code,
        0
    );
    let import = |part: usize, other: &'static str, flags: &[&str]| {
        let mut elsewhere = parts.clone();
        elsewhere[part] = other;
        let elsewhere = elsewhere.join(":");
        let mut command = vec!["init", "--from-service", &elsewhere];
        command.extend(flags);
        stage.mlship(&command, "7")
    };
    for (part, other, flags) in [
        (3, "ap-southeast-2", &["--region", parts[3]][..]),
        (4, "999988887777", &[]),
    ] {
        let run = import(part, other, flags);
        assert_eq!((run.code, &*run.stdout), (11, ""), "{}", run.stderr);
        assert!(run.stderr.contains(other), "{}", run.stderr);
    }
    // Without a region of its own the command goes where the ARN says, where there is none.
    let run = import(3, "ap-southeast-2", &[]);
    assert_eq!((run.code, &*run.stdout), (20, ""), "{}", run.stderr);
}
