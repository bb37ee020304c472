//! What tasks run on: sizes, instances, and what only some have.

use super::*;

#[test]
fn fargate_sizes_come_in_pairs() {
    check(
        "memory: 2048",
        "memory: 1024",
        str![[r#"
error[fargate-size]: Fargate has no size with 1024 CPU units and 1024 MiB
  --> release.yaml:13:11
   |
13 |   memory: 1024
   |           ^^^^
   |
   = help: the nearest sizes are cpu 512 with memory 1024, cpu 1024 with memory 2048 and cpu 1024 with memory 3072

"#]],
    );
    check(
        "cpu: 1024",
        "cpu: 1000",
        str![[r#"
error[fargate-size]: Fargate has no size with 1000 CPU units
  --> release.yaml:12:8
   |
12 |   cpu: 1000
   |        ^^^^
   |
   = help: the nearest sizes are cpu 1024 with memory 2048, cpu 1024 with memory 3072 and cpu 1024 with memory 4096

"#]],
    );
    check(
        "  cpu: 1024\n",
        "",
        str![[r#"
error[fargate-size-missing]: `runtime.cpu` is missing, and Fargate needs it
  --> release.yaml:11:1
   |
11 | runtime:
   | ^^^^^^^
   |
   = help: add `cpu: 1024` and `memory: 2048` for 1 vCPU with 2 GiB

"#]],
    );
    good(&format!(
        "{}overrides: {{ taskDefinition: {{ cpu: \"1024\" }} }}\n",
        with("  cpu: 1024\n", "")
    ));
}

#[test]
fn fargate_lacks_what_only_instances_have() {
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  gpu: 1",
        str![[r#"
error[fargate-gpu]: Fargate has no GPUs
  --> release.yaml:13:8
   |
13 |   gpu: 1
   |        ^
   |
   = help: use `compute: ec2` or `compute: managed-instances`, or remove it

"#]],
    );
    check(
        "  cpu: 1024",
        "  cpu: 1024\n  sharedMemoryMiB: 1024",
        str![[r#"
error[fargate-shared-memory]: Fargate can't change the size of `/dev/shm`
  --> release.yaml:13:20
   |
13 |   sharedMemoryMiB: 1024
   |                    ^^^^
   |
   = help: use `compute: ec2` or `compute: managed-instances`, or remove it

"#]],
    );
    check(
        "network:",
        "network:\n  mode: host",
        str![[r#"
error[fargate-network-mode]: Fargate has the network mode `awsvpc` only
  --> release.yaml:22:9
   |
22 |   mode: host
   |         ^^^^
   |
   = help: remove it

"#]],
    );
}

#[test]
fn instances_lack_what_only_fargate_has() {
    let ec2 = "  compute: ec2\n  cpu: 1024";
    good(&with("  cpu: 1024", ec2));
    check(
        "  cpu: 1024",
        &format!("{ec2}\n  ephemeralStorageGiB: 40"),
        str![[r#"
error[ephemeral-storage-ec2]: only Fargate sets the size of a task's disk
  --> release.yaml:14:24
   |
14 |   ephemeralStorageGiB: 40
   |                        ^^
   |
   = help: remove it; on EC2 tasks share the instance's disk

"#]],
    );
    check(
        "  cpu: 1024\n  memory: 2048",
        ec2,
        str![[r#"
error[memory-missing]: `runtime.memory` is missing, and ECS starts no container without a limit
  --> release.yaml:11:1
   |
11 | runtime:
   | ^^^^^^^
   |
   = help: add it in MiB, such as `memory: 2048`

"#]],
    );
    let text = with("  cpu: 1024", ec2).replace("network:", "network:\n  assignPublicIp: true");
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[public-ip-ec2]: tasks on EC2 can't have public addresses of their own
  --> release.yaml:23:19
   |
23 |   assignPublicIp: true
   |                   ^^^^
   |
   = help: remove it; let them out through a NAT gateway

"#]]
    );
}

#[test]
fn tasks_on_instances_can_share_their_network() {
    let ec2 = with("  cpu: 1024", "  cpu: 1024\n  compute: ec2");
    assert_data_eq!(
        findings(&ec2.replace("network:", "network:\n  mode: bridge")),
        str![[r#"
warning[network-unused]: `network.subnets` has no effect: the task uses the instance's network
  --> release.yaml:24:3
   |
24 |   subnets: [subnet-a, subnet-b]
   |   ^^^^^^^
   |
   = help: remove it, or use `mode: awsvpc`

warning[network-unused]: `network.securityGroups` has no effect: the task uses the instance's network
  --> release.yaml:25:3
   |
25 |   securityGroups: [sg-1]
   |   ^^^^^^^^^^^^^^
   |
   = help: remove it, or use `mode: awsvpc`

"#]]
    );
    let subnets = "  subnets: [subnet-a, subnet-b]\n  securityGroups: [sg-1]\n";
    let host = ec2.replace(subnets, "  mode: host\n");
    assert_eq!(good(&host).warnings, []);
    assert_data_eq!(
        findings(&ec2.replace("  cpu: 1024", "  sharedMemoryMiB: 4096\n  cpu: 1024")),
        str![[r#"
error[shared-memory-too-large]: 4096 MiB of shared memory don't fit into a task of 2048 MiB
  --> release.yaml:12:20
   |
12 |   sharedMemoryMiB: 4096
   |                    ^^^^
   |
   = help: what is in `/dev/shm` counts as the task's memory: raise `memory`

"#]]
    );
}
