//! Tests of the rules, one each.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, adding, findings, good, with};

#[track_caller]
fn check(old: &str, new: &str, expected: Inline) {
    assert_data_eq!(findings(&with(old, new)), expected);
}

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
fn a_rollout_needs_room() {
    check(
        "maximumPercent: 200",
        "maximumPercent: 100",
        str![[r#"
error[rollout-stuck]: no rollout could ever begin: at least 100 % stay healthy (rounded up), and at most 100 % run (rounded down)
  --> release.yaml:33:19
   |
33 |   maximumPercent: 100
   |                   ^^^
   |
   = help: raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0

"#]],
    );
    let text = with("desired: 3", "desired: 1");
    let text = text.replace("minimumHealthyPercent: 100", "minimumHealthyPercent: 50");
    assert_data_eq!(
        findings(&text.replace("maximumPercent: 200", "maximumPercent: 150")),
        str![[r#"
error[rollout-stuck]: no rollout of 1 task could ever begin: at least 50 % stay healthy (rounded up), and at most 150 % run (rounded down)
  --> release.yaml:33:19
   |
33 |   maximumPercent: 150
   |                   ^^^
   |
   = help: raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0

"#]]
    );
}

#[test]
fn ports_are_said_in_one_way_and_once() {
    check(
        "port: 8080",
        "port: 8080\n  ports: [8080]",
        str![[r#"
error[port-and-ports]: `runtime.port` and `runtime.ports` are both written
  --> release.yaml:15:3
   |
15 |   ports: [8080]
   |   ^^^^^
   |
   = help: keep `ports`, with the load balancer's port first

"#]],
    );
    check(
        "port: 8080",
        "ports: [8500, 8501, 8500]",
        str![[r#"
error[duplicate-port]: port 8500 is written twice
  --> release.yaml:14:23
   |
14 |   ports: [8500, 8501, 8500]
   |                       ^^^^
   |
   = help: keep one

"#]],
    );
}

#[test]
fn names_are_what_ecs_takes() {
    check(
        "name: fraud-scorer\n  version",
        "name: fraud/scorer\n  version",
        str![[r#"
error[bad-name]: `model.name` can't be `fraud/scorer`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:4:9
  |
4 |   name: fraud/scorer
  |         ^^^^^^^^^^^^
  |
  = help: write `fraud-scorer`; it names the container, too

"#]],
    );
    check(
        "cluster: ml-prod",
        "cluster: ml prod",
        str![[r#"
error[bad-name]: `service.cluster` can't be `ml prod`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:8:12
  |
8 |   cluster: ml prod
  |            ^^^^^^^
  |
  = help: write `ml-prod`; or write the cluster's ARN

"#]],
    );
    good(&with(
        "cluster: ml-prod",
        "cluster: arn:aws:ecs:eu-west-1:111122223333:cluster/ml",
    ));
}

#[test]
fn a_model_has_a_version_that_fits_into_a_tag() {
    check(
        "  version: \"8\"\n",
        "",
        str![[r#"
error[missing-version]: `model.version` is missing
 --> release.yaml:3:1
  |
3 | model:
  | ^^^^^
  |
  = help: add the model's version in quotes, such as `version: "8"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: \"8;9\"",
        str![[r#"
error[bad-version]: `model.version` can't be `8;9`
 --> release.yaml:5:12
  |
5 |   version: "8;9"
  |            ^^^^^
  |
  = help: it becomes a tag, so it takes letters, digits, spaces and + - = . _ : / @

"#]],
    );
}

#[test]
fn an_account_has_twelve_digits() {
    check(
        "tags:",
        "account: \"1111-2222-3333\"\ntags:",
        str![[r#"
error[bad-account]: `account` must have 12 digits, found `1111-2222-3333`
  --> release.yaml:34:10
   |
34 | account: "1111-2222-3333"
   |          ^^^^^^^^^^^^^^^^
   |
   = help: write `account: "111122223333"`

"#]],
    );
    check(
        "tags:",
        "account: \"12345\"\ntags:",
        str![[r#"
error[bad-account]: `account` must have 12 digits, found `12345`
  --> release.yaml:34:10
   |
34 | account: "12345"
   |          ^^^^^^^
   |
   = help: `aws sts get-caller-identity` prints it

"#]],
    );
    check(
        "tags:",
        "account: 111122223333\ntags:",
        str![[r#"
error[needs-quotes]: `account` must be a string, found the integer `111122223333`
  --> release.yaml:34:10
   |
34 | account: 111122223333
   |          ^^^^^^^^^^^^
   |
   = help: quote it: `account: "111122223333"`

"#]],
    );
    check(
        "tags:",
        "account: 011122223333\ntags:",
        str![[r#"
error[needs-quotes]: `account` must be quoted: tools disagree about what `011122223333` is without quotes
  --> release.yaml:34:10
   |
34 | account: 011122223333
   |          ^^^^^^^^^^^^
   |
   = help: quote it: `account: "011122223333"`

"#]],
    );
}

#[test]
fn an_image_is_a_reference_that_says_what_runs() {
    check(
        "fraud:8",
        "Fraud:8",
        str![[r#"
error[bad-image]: `image` can't be `registry.example.com/Fraud:8`: a repository's name is in lower case
 --> release.yaml:6:8
  |
6 | image: registry.example.com/Fraud:8
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "fraud:8",
        "fraud@sha256:abc",
        str![[r#"
error[bad-image]: `image` can't be `registry.example.com/fraud@sha256:abc`: a digest has 64 lower-case hexadecimal digits
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud@sha256:abc
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "registry.example.com/fraud:8",
        "https://registry.example.com/fraud:8",
        str![[r#"
error[bad-image]: `image` can't be `https://registry.example.com/fraud:8`: an image has no `https://`
 --> release.yaml:6:8
  |
6 | image: https://registry.example.com/fraud:8
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "fraud:8",
        "fraud:latest",
        str![[r#"
warning[mutable-image]: the image's tag is `latest`, so nobody can tell what a release runs
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud:latest
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: give each build a tag of its own, such as its git commit

"#]],
    );
    check(
        "fraud:8",
        "fraud",
        str![[r#"
warning[mutable-image]: the image has no tag, which means `latest`: nobody can tell what a release runs
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: give each build a tag of its own, such as its git commit

"#]],
    );
}

#[test]
fn ids_are_of_the_right_kind() {
    check(
        "subnet-a,",
        "my-subnet,",
        str![[r#"
error[bad-subnet]: `my-subnet` is not the id of a subnet
  --> release.yaml:22:13
   |
22 |   subnets: [my-subnet, subnet-b]
   |             ^^^^^^^^^
   |
   = help: an id begins with `subnet-`; names don't work here

"#]],
    );
    check(
        "subnet-b",
        "subnet-a",
        str![[r#"
error[duplicate-id]: `subnet-a` is written twice
  --> release.yaml:22:23
   |
22 |   subnets: [subnet-a, subnet-a]
   |                       ^^^^^^^^
   |
   = help: keep one

"#]],
    );
    check(
        "[sg-1]",
        "[default]",
        str![[r#"
error[bad-security-group]: `default` is not the id of a security group
  --> release.yaml:23:20
   |
23 |   securityGroups: [default]
   |                    ^^^^^^^
   |
   = help: an id begins with `sg-`; names don't work here

"#]],
    );
    check(
        "  subnets: [subnet-a, subnet-b]\n",
        "",
        str![[r#"
error[subnets-missing]: `network.subnets` is missing
  --> release.yaml:21:1
   |
21 | network:
   | ^^^^^^^
   |
   = help: add the ids of the subnets that tasks may start in

"#]],
    );
}

#[test]
fn a_target_group_is_an_arn_with_a_port_to_go_to() {
    check(
        ":targetgroup/fraud/",
        ":loadbalancer/app/fraud/",
        str![[r#"
error[bad-target-group]: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbala…` is not the ARN of a target group
  --> release.yaml:30:16
   |
30 |   targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/fraud/0123456789abcdef
   |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID`; `aws elbv2 describe-target-groups` prints it

"#]],
    );
    check(
        "  port: 8080\n",
        "",
        str![[r#"
error[port-missing]: the load balancer needs a port, and `runtime.port` is missing
  --> release.yaml:29:16
   |
29 |   targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef
   |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: add the port that the container listens on

"#]],
    );
    let (before, after) = GOOD.split_once("  targetGroup:").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let text = format!("{}{after}", before.replace("traffic:\n", "traffic: {}\n"));
    assert_data_eq!(
        findings(&text),
        str![[r#"
error[target-group-missing]: `traffic.targetGroup` is missing
  --> release.yaml:29:1
   |
29 | traffic: {}
   | ^^^^^^^
   |
   = help: add the target group's ARN, or remove `traffic`

"#]]
    );
}

#[test]
fn secrets_and_variables_keep_apart() {
    check(
        "MODEL_DIR: /opt/model",
        "DB_URL: x",
        str![[r#"
error[env-and-secret]: `DB_URL` is both in `runtime.env` and in `runtime.secrets`
  --> release.yaml:17:13
   |
17 |     DB_URL: ***
   |             ^^^
   |
   = help: keep one

"#]],
    );
    check(
        "MODEL_DIR: /opt/model",
        "DB_PASSWORD: hunter2",
        str![[r#"
warning[credential-in-env]: `DB_PASSWORD` looks like a credential, and anyone who may describe the task definition can read it
  --> release.yaml:17:18
   |
17 |     DB_PASSWORD: ***
   |                  ^^^
   |
   = help: keep it in Secrets Manager or SSM, and its ARN under `runtime.secrets`

"#]],
    );
    check(
        "MODEL_DIR: /opt/model",
        "\"A B\": x",
        str![[r#"
error[bad-env-name]: an environment variable's name can't be empty, and has no `=` and no spaces
  --> release.yaml:17:5
   |
17 |     "A B": ***
   |     ^^^^^
   |
   = help: choose a name such as `MODEL_DIR`

"#]],
    );
    check(
        "DB_URL: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        "DB_URL: \"postgres://me:hunter2@db\"",
        str![[r#"
error[bad-secret]: the value of `DB_URL` is not where ECS can find a secret
  --> release.yaml:19:13
   |
19 |     DB_URL: ***
   |             ^^^
   |
   = help: write the ARN of a Secrets Manager secret, or the ARN or name of an SSM parameter; never the secret itself

"#]],
    );
}

#[test]
fn a_health_check_says_how_it_is_run() {
    check(
        "[CMD-SHELL, \"curl -fs localhost:8080/ready\"]",
        "[curl, localhost]",
        str![[r#"
error[bad-health-command]: `health.container.command` must begin with `CMD` or `CMD-SHELL`, found `curl`
  --> release.yaml:26:5
   |
26 |     command: [curl, localhost]
   |     ^^^^^^^
   |
   = help: write `[CMD-SHELL, "curl -fs localhost:8080/ready"]`

"#]],
    );
    check(
        "[CMD-SHELL, \"curl -fs localhost:8080/ready\"]",
        "[CMD]",
        str![[r#"
error[bad-health-command]: `health.container.command` says nothing to run after `CMD`
  --> release.yaml:26:5
   |
26 |     command: [CMD]
   |     ^^^^^^^
   |
   = help: write `[CMD-SHELL, "curl -fs localhost:8080/ready"]`

"#]],
    );
}

#[test]
fn a_grace_period_that_does_not_do_what_it_should_is_a_warning() {
    check(
        "graceSeconds: 300",
        "graceSeconds: 60",
        str![[r#"
warning[grace-shorter-than-start]: the load balancer's checks count after 60 s, while the container's wait for 120 s
  --> release.yaml:27:18
   |
27 |     startPeriod: 120
   |                  ^^^
   |
   = help: set `health.graceSeconds` to at least 120

"#]],
    );
    let (before, rest) = GOOD.split_once("  container:\n").unwrap();
    let (_, after) = rest.split_once("rollout:").unwrap();
    let text = format!("{before}  graceSeconds: 300\nrollout:{after}");
    assert_data_eq!(
        findings(&text),
        str![[r#"
warning[grace-without-check]: `health.graceSeconds` has no effect: no check counts here
  --> release.yaml:25:17
   |
25 |   graceSeconds: 300
   |                 ^^^
   |
   = help: add `health.container`, or `traffic.targetGroup`

"#]]
    );
}

#[test]
fn tags_are_few_short_and_ones_own() {
    check(
        "team: risk",
        "\"aws:team\": risk",
        str![[r#"
error[reserved-tag]: a tag can't begin with `aws:`
  --> release.yaml:35:15
   |
35 |   "aws:team": risk
   |               ^^^^
   |
   = help: choose another name for the tag

"#]],
    );
    check(
        "team: risk",
        "\"mlship:model\": x",
        str![[r#"
error[reserved-tag]: a tag can't begin with `mlship:`
  --> release.yaml:35:19
   |
35 |   "mlship:model": x
   |                   ^
   |
   = help: choose another name for the tag

"#]],
    );
    check(
        "team: risk",
        "team: \"a;b\"",
        str![[r#"
error[bad-tag]: a tag's key and value take letters, digits, spaces and + - = . _ : / @
  --> release.yaml:35:9
   |
35 |   team: "a;b"
   |         ^^^^^
   |
   = help: leave the other characters out

"#]],
    );
    check(
        "team: risk",
        &format!("{}: x", "k".repeat(129)),
        str![[r#"
error[tag-too-long]: a tag's key has at most 128 characters, found 129
  --> release.yaml:35:134
   |
35 | …kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: x
   |                                                              ^
   |
   = help: shorten it

"#]],
    );
    check(
        "team: risk",
        &format!("team: {}", "v".repeat(257)),
        str![[r#"
error[tag-too-long]: a tag's value has at most 256 characters, found 257
  --> release.yaml:35:9
   |
35 |   team: vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv…
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: shorten it

"#]],
    );
    let tags: Vec<String> = (0..43).map(|index| format!("tag{index}: x")).collect();
    check(
        "team: risk",
        &tags.join("\n  "),
        str![[r#"
error[too-many-tags]: 43 tags are written, and at most 38 fit
  --> release.yaml:34:1
   |
34 | tags:
   | ^^^^
   |
   = help: ECS takes 50, and mlship keeps 12 for itself

"#]],
    );
}

#[test]
fn weights_in_the_image_need_no_address() {
    check(
        "  version: \"8\"",
        "  version: \"8\"\n  artifact: { uri: \"s3://a/b\" }",
        str![[r#"
warning[artifact-unused]: `model.artifact.uri` has no effect: the weights are baked into the image
 --> release.yaml:6:20
  |
6 |   artifact: { uri: "s3://a/b" }
  |                    ^^^^^^^^^^
  |
  = help: remove it, or say how the weights get there with `delivery`

"#]],
    );
}

#[test]
fn a_field_whose_capability_does_not_exist_is_an_error_that_says_so() {
    check(
        "maximumPercent: 200",
        "strategy: canary",
        str![[r#"
error[not-supported-yet]: strategies other than rolling are not supported yet
  --> release.yaml:33:13
   |
33 |   strategy: canary
   |             ^^^^^^
   |
   = help: use `strategy: rolling`

"#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the messages are the point")]
fn weights_need_the_fields_of_their_delivery() {
    let model = "  version: \"8\"";
    let artifact = |fields: &str| format!("  version: \"8\"\n  artifact: {{ {fields} }}");
    let role = "role/execution\"";
    let full = "delivery: s3-init, uri: s3://models/m.bin, mountPath: /opt/model";
    let complete = with(model, &artifact(full)).replace(
        role,
        "role/execution\", task: \"arn:aws:iam::111122223333:role/t\"",
    );
    good(&complete);
    check(
        model,
        &artifact(full),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/m.bin, mountPath: /opt/model }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

"#]],
    );
    check(
        model,
        &artifact("delivery: s3-init"),
        str![[r#"
error[artifact-incomplete]: `model.artifact.uri` is missing, and `delivery: s3-init` needs it
 --> release.yaml:6:3
  |
6 |   artifact: { delivery: s3-init }
  |   ^^^^^^^^
  |
  = help: add it, such as `uri: s3://bucket/model.tar.gz`

error[artifact-incomplete]: `model.artifact.mountPath` is missing, and `delivery: s3-init` needs it
 --> release.yaml:6:3
  |
6 |   artifact: { delivery: s3-init }
  |   ^^^^^^^^
  |
  = help: add it, such as `mountPath: /opt/model`

warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

"#]],
    );
    check(
        model,
        &artifact("delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt"),
        str![[r#"
warning[artifact-unused]: `model.artifact.uri` has no effect: the weights are on EFS
 --> release.yaml:6:35
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                   ^^^^^^^^^^^^^^^^^
  |
  = help: remove it

error[bad-efs-id]: `models` is not an id that `model.artifact.fileSystem` takes
 --> release.yaml:6:66
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                                                  ^^^^^^
  |
  = help: an id begins with `fs-`; names and ARNs don't work here

error[bad-mount-path]: `opt` can't be mounted at
 --> release.yaml:6:85
  |
6 |   artifact: { delivery: efs, uri: s3://models/m.bin, fileSystem: models, mountPath: opt }
  |                                                                                     ^^^
  |
  = help: write an absolute path of a directory, such as `/opt/model`

"#]],
    );
    check(
        model,
        &artifact("delivery: s3-init, uri: https://x/y, mountPath: /a/../b"),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[bad-artifact-uri]: `https://x/y` is not the address of something in S3
 --> release.yaml:6:39
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                                       ^^^^^^^^^^^
  |
  = help: write `s3://BUCKET/KEY` for a file, `s3://BUCKET/PREFIX/` for all below it; a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens

error[bad-mount-path]: `/a/../b` can't be mounted at
 --> release.yaml:6:63
  |
6 |   artifact: { delivery: s3-init, uri: https://x/y, mountPath: /a/../b }
  |                                                               ^^^^^^^
  |
  = help: write an absolute path of a directory, such as `/opt/model`

"#]],
    );
    let zs = "z".repeat(64);
    check(
        model,
        &artifact(&format!(
            "delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: {zs}"
        )),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[bad-sha256]: `model.artifact.sha256` must be 64 hexadecimal digits
 --> release.yaml:6:78
  |
6 | …ivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
  |                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: `sha256sum FILE` prints it

"#]],
    );
    let sum = "0".repeat(64);
    check(
        model,
        &artifact(&format!(
            "delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '{sum}'"
        )),
        str![[r#"
warning[task-role-missing]: weights come from S3 with the task role, and there is none
 --> release.yaml:6:25
  |
6 |   artifact: { delivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '000000000000000000000000000000000000000000…
  |                         ^^^^^^^
  |
  = help: add `runtime.roles.task`

error[sha256-of-directory]: there is no SHA-256 of a directory
 --> release.yaml:6:78
  |
6 | …ivery: s3-init, uri: s3://models/8/, mountPath: /m, sha256: '00000000000000000000000000000000000000000000000000000000000…
  |                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it, or deliver one archive

"#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the messages are the point")]
fn capacity_providers_go_together_and_get_tasks() {
    let cpu = "  cpu: 1024";
    let runtime = |fields: &str| format!("  cpu: 1024\n  {fields}");
    for fields in [
        "capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, weight: 4 }]",
        "capacityProviders: [{ name: gpu-instances, weight: 1 }]\n  gpu: 1\n  sharedMemoryMiB: 1024",
        "compute: managed-instances\n  capacityProviders: [{ name: managed, weight: 1 }]\n  gpu: 1",
        "compute: fargate\n  capacityProviders: [{ name: FARGATE_SPOT, weight: 1 }]",
    ] {
        assert_eq!(good(&with(cpu, &runtime(fields))).warnings, [], "{fields}");
    }
    check(
        cpu,
        &runtime("capacityProviders: [{ name: FARGATE, weight: 1 }, { name: gpu }]"),
        str![[r#"
error[mixed-capacity]: `FARGATE` and `FARGATE_SPOT` can't be mixed with other capacity providers
  --> release.yaml:13:3
   |
13 |   capacityProviders: [{ name: FARGATE, weight: 1 }, { name: gpu }]
   |   ^^^^^^^^^^^^^^^^^
   |
   = help: keep either those two or the others

"#]],
    );
    check(
        cpu,
        &runtime("compute: ec2\n  capacityProviders: [{ name: FARGATE, weight: 1 }]"),
        str![[r#"
error[compute-and-providers]: `runtime.compute` and `runtime.capacityProviders` name different things to run on
  --> release.yaml:13:12
   |
13 |   compute: ec2
   |            ^^^
   |
   = help: remove `compute`: `FARGATE` and `FARGATE_SPOT` are Fargate

"#]],
    );
    check(
        cpu,
        &runtime("compute: fargate\n  capacityProviders: [{ name: gpu, weight: 1 }]"),
        str![[r#"
error[compute-and-providers]: `runtime.compute` and `runtime.capacityProviders` name different things to run on
  --> release.yaml:13:12
   |
13 |   compute: fargate
   |            ^^^^^^^
   |
   = help: write `compute: ec2` or `compute: managed-instances`, whichever the providers are

"#]],
    );
    check(
        cpu,
        &runtime("compute: managed-instances"),
        str![[r#"
warning[managed-instances-default]: managed instances are reached through a capacity provider, and none is named
  --> release.yaml:13:12
   |
13 |   compute: managed-instances
   |            ^^^^^^^^^^^^^^^^^
   |
   = help: add `capacityProviders: [{ name: … }]`, or make one the cluster's default

"#]],
    );
    check(
        cpu,
        &runtime(
            "capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]",
        ),
        str![[r#"
error[no-weight]: no capacity provider has a `weight` above 0, so that none gets tasks
  --> release.yaml:13:3
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |   ^^^^^^^^^^^^^^^^^
   |
   = help: add `weight: 1` to one of them

error[bad-provider]: the names of Fargate's capacity providers are in capitals
  --> release.yaml:13:31
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                               ^^^^^^^^^^^^
   |
   = help: write `FARGATE_SPOT`

error[bad-provider]: `a:b` is not the name of a capacity provider
  --> release.yaml:13:66
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                                                                  ^^^^^
   |
   = help: names have letters, digits, `-` and `_`; ARNs don't work here

error[duplicate-provider]: `a:b` is written twice
  --> release.yaml:13:83
   |
13 |   capacityProviders: [{ name: fargate_spot, weight: 0 }, { name: 'a:b' }, { name: 'a:b' }]
   |                                                                                   ^^^^^
   |
   = help: keep one

"#]],
    );
    check(
        cpu,
        &runtime(
            "capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, base: 2 }]",
        ),
        str![[r#"
error[two-bases]: only one capacity provider can have a `base`
  --> release.yaml:13:90
   |
13 |   capacityProviders: [{ name: FARGATE, base: 1, weight: 1 }, { name: FARGATE_SPOT, base: 2 }]
   |                                                                                          ^
   |
   = help: remove the others; weights share out the rest

"#]],
    );
    // The providers' kind decides what else the manifest may say.
    check(
        cpu,
        &runtime("capacityProviders: [{ name: FARGATE_SPOT, weight: 1 }]\n  gpu: 1"),
        str![[r#"
error[fargate-gpu]: Fargate has no GPUs
  --> release.yaml:14:8
   |
14 |   gpu: 1
   |        ^
   |
   = help: use `compute: ec2` or `compute: managed-instances`, or remove it

"#]],
    );
    check(
        "  cpu: 1024\n  memory: 2048",
        "  capacityProviders: [{ name: gpu, weight: 1 }]",
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
}

#[test]
fn autoscaling_has_bounds_that_leave_room() {
    let add = |scaling: &str| adding(&format!("autoscaling: {{ {scaling} }}"));
    assert_eq!(
        good(&add("min: 2, max: 10, targetCpuPercent: 60")).warnings,
        []
    );
    assert_data_eq!(
        findings(&add("min: 5, max: 4")),
        str![[r#"
error[autoscaling-range]: `autoscaling.min` is 5, more than `autoscaling.max` with 4
  --> release.yaml:41:21
   |
41 | autoscaling: { min: 5, max: 4 }
   |                     ^
   |
   = help: lower `min` to 4, or raise `max` to 5

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 0, max: 4, targetCpuPercent: 60")),
        str![[r#"
warning[autoscaling-from-zero]: with 0 tasks there is no CPU use to go by, so that nothing ever starts one
  --> release.yaml:41:21
   |
41 | autoscaling: { min: 0, max: 4, targetCpuPercent: 60 }
   |                     ^
   |
   = help: set `min` to 1 or more

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 5, max: 10")),
        str![[r#"
warning[desired-out-of-range]: autoscaling keeps between 5 and 10 tasks, and `service.desired` is 3
  --> release.yaml:10:12
   |
10 |   desired: 3
   |            ^
   |
   = help: write 5, or remove it

"#]]
    );
    assert_data_eq!(
        findings(&add("min: 0, max: 0, targetCpuPercent: 0")),
        str![[r#"
error[out-of-range]: `autoscaling.max` must be at least 1, found 0
  --> release.yaml:41:29
   |
41 | autoscaling: { min: 0, max: 0, targetCpuPercent: 0 }
   |                             ^
   |
   = help: the nearest is 1; `autoscaling.max`: the greatest number of tasks

error[out-of-range]: `autoscaling.targetCpuPercent` must be 1 to 100, found 0
  --> release.yaml:41:50
   |
41 | autoscaling: { min: 0, max: 0, targetCpuPercent: 0 }
   |                                                  ^
   |
   = help: the nearest is 1; `autoscaling.targetCpuPercent`: the average CPU use that the number of tasks aims for, in percent. Left out, other policies decide

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

#[test]
fn what_a_registry_is_asked_needs_a_reference() {
    let model = "  version: \"8\"";
    let others = [
        "  version: \"8\"\n  registry: { type: mlflow, uri: \"https://x\" }",
        "  version: \"8\"\n  require: { approved: true }",
        "  version: \"8\"\n  promoteAlias: production",
    ];
    for new in others {
        let said = findings(&with(model, new));
        assert!(said.contains("error[ref-needed]"), "{new}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{new}: {said}");
    }
    good(&with(
        model,
        r#"  ref: models:/fraud@challenger
  registry: { type: mlflow, uri: "https://mlflow.example.com/base" }
  promoteAlias: champion
  require:
    approved: true
    maxAgeDays: 30
    tags: { bias: checked }
    metrics:
      auc: { min: 0.9, notWorseThan: current }
      loss: { notWorseThan: current, better: lower }"#,
    ));
    good(&with(model, "  ref: models:/fraud/8"));
}

#[test]
fn a_broken_field_is_complained_about_once() {
    check(
        "port: 8080",
        "port: x",
        str![[r#"
error[wrong-type]: `runtime.port` must be an integer, found the string `x`
  --> release.yaml:14:9
   |
14 |   port: x
   |         ^
   |
   = help: `runtime.port`: the port that the container listens on

"#]],
    );
    check(
        "cpu: 1024",
        "cpu: ${UNSET}",
        str![[r#"
error[unset-variable]: variable `UNSET` is not set
  --> release.yaml:12:8
   |
12 |   cpu: ${UNSET}
   |        ^^^^^^^^
   |
   = help: set it, give a default with `${UNSET:-default}`, or write `$${UNSET}` for the text itself

"#]],
    );
    assert!(findings(&adding("kind: ModelRelease")).contains("duplicate-key"));
}
