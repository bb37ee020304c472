//! What tasks run on, and their disks.

use super::*;

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
