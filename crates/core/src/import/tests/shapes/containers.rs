//! What is written of containers.

use super::*;

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
