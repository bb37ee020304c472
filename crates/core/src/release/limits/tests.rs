#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::limits;
use crate::release::resolve;
use mlship_manifest::{Code, Diagnostic, ReadOptions, Source, read, render};

const BASE: &str = r#"apiVersion: mlship/v1
kind: ModelRelease
model: { name: m, version: "8" }
image: registry.example.com/m:8
service: { cluster: ml, name: m }
runtime: { cpu: 512, memory: 1024 }
network: { subnets: [subnet-a] }
"#;

/// What is found, but for the log that the base lacks.
fn found(text: &str) -> String {
    drawn(text, |finding| finding.code != Code::LOGS_MISSING)
}

fn drawn(text: &str, is_wanted: impl Fn(&Diagnostic) -> bool) -> String {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = read(Source::new("m.yaml", text), &settings).unwrap();
    let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
    let mut found = limits(&manifest, &release);
    found.retain(is_wanted);
    let drawn: Vec<String> = found
        .iter()
        .map(|finding| render(finding, false).to_string())
        .collect();
    drawn.join("\n")
}

#[track_caller]
fn check(text: &str, expected: Inline) {
    assert_data_eq!(found(text), expected);
}

fn containers(containers: &str) -> String {
    format!("{BASE}overrides: {{ taskDefinition: {{ containerDefinitions: [{containers}] }} }}\n")
}

#[test]
fn a_task_has_ten_containers_at_most() {
    let sidecars = |count: usize| {
        let sidecars: Vec<String> = (0..count)
            .map(|n| format!("{{ name: s{n}, image: i }}"))
            .collect();
        containers(&sidecars.join(", "))
    };
    check(&sidecars(9), str![]);
    check(
        &sidecars(10),
        str![[r#"
error[too-many-containers]: 11 containers are asked for, and ECS takes 10
 --> m.yaml:8:32
  |
8 | overrides: { taskDefinition: { containerDefinitions: [{ name: s0, image: i }, { name: s1, image: i }, { name: s2, image:…
  |                                ^^^^^^^^^^^^^^^^^^^^
  |
  = help: move some to a service of their own

"#]],
    );
}

#[test]
fn a_task_definition_has_64_kb_at_most() {
    let with = |length: usize| {
        BASE.replace(
            "memory: 1024 }",
            &format!("memory: 1024, env: {{ A: {} }} }}", "x".repeat(length)),
        )
    };
    assert_eq!(found(&with(60_000)), "");
    let said = found(&with(66_000));
    assert!(
        said.contains("error[task-definition-too-large]"),
        "{}",
        &said[..200]
    );
}

#[test]
fn containers_share_what_the_task_has() {
    check(
        &containers(
            "{ name: m, memory: 512 }, { name: s, image: i, memoryReservation: 512, cpu: 512 }",
        ),
        str![],
    );
    check(
        &containers(
            "{ name: m, memory: 900, cpu: 400 }, { name: s, image: i, memory: 256, cpu: 128 }",
        ),
        str![[r#"
error[memory-split]: the containers are promised 1156 MiB together, and the task has 1024
 --> m.yaml:6:30
  |
6 | runtime: { cpu: 512, memory: 1024 }
  |                              ^^^^
  |
  = help: raise it to 1156 or more, or lower the containers' share

error[cpu-split]: the containers are promised 528 CPU units together, and the task has 512
 --> m.yaml:6:17
  |
6 | runtime: { cpu: 512, memory: 1024 }
  |                 ^^^
  |
  = help: raise it to 528 or more, or lower the containers' share

"#]],
    );
    check(
        &containers("{ name: m, memory: 128, memoryReservation: 256 }"),
        str![[r#"
error[memory-reservation]: container `m` reserves 256 MiB, and may have less than 128
 --> m.yaml:8:98
  |
8 | overrides: { taskDefinition: { containerDefinitions: [{ name: m, memory: 128, memoryReservation: 256 }] } }
  |                                                                                                  ^^^
  |
  = help: `memory` must be more than `memoryReservation`

"#]],
    );
    let ec2 = containers("{ name: m, memory: 512 }, { name: s, image: i }")
        .replace("cpu: 512, memory: 1024", "compute: ec2");
    check(
        &ec2,
        str![[r#"
error[container-memory-missing]: container `s` has neither `memory` nor `memoryReservation`
 --> m.yaml:8:83
  |
8 | overrides: { taskDefinition: { containerDefinitions: [{ name: m, memory: 512 }, { name: s, image: i }] } }
  |                                                                                   ^^^^
  |
  = help: add one of them, or `runtime.memory` for the task as a whole

"#]],
    );
}

#[test]
fn fargate_has_no_patience_and_no_role_of_its_own() {
    check(
        &containers("{ name: m, stopTimeout: 300 }"),
        str![[r#"
error[fargate-timeout]: on Fargate `stopTimeout` of container `m` must be 2 to 120, found 300
 --> m.yaml:8:79
  |
8 | overrides: { taskDefinition: { containerDefinitions: [{ name: m, stopTimeout: 300 }] } }
  |                                                                               ^^^
  |
  = help: write 120

"#]],
    );
    let ecr = BASE.replace(
        "registry.example.com",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
    );
    check(
        &ecr.replace("memory: 1024 }", "memory: 1024, logs: { group: /ml/m } }"),
        str![[r#"
warning[execution-role-missing]: Fargate needs an execution role for pulling from ECR and writing logs
 --> m.yaml:6:1
  |
6 | runtime: { cpu: 512, memory: 1024, logs: { group: /ml/m } }
  | ^^^^^^^
  |
  = help: add `runtime.roles.execution`

"#]],
    );
    let ec2 = ecr.replace("cpu: 512,", "compute: ec2, cpu: 512,");
    check(&ec2, str![]);
}

#[test]
fn a_model_without_a_log_is_warned_of_unless_overrides_give_it_one() {
    let warns = |overrides: &str| {
        let text = format!("{BASE}{overrides}");
        !drawn(&text, |finding| finding.code == Code::LOGS_MISSING).is_empty()
    };
    let container = |rest: &str| {
        format!("overrides: {{ taskDefinition: {{ containerDefinitions: [{{ {rest} }}] }} }}\n")
    };
    assert!(warns(""));
    assert!(warns(&container(
        "name: s, image: s, logConfiguration: { logDriver: awslogs }"
    )));
    assert!(!warns(&container(
        "name: m, logConfiguration: { logDriver: awsfirelens }"
    )));
    let kept = BASE.replace("memory: 1024", "memory: 1024, logs: { group: /ml/m }");
    assert_eq!(
        drawn(&kept, |finding| finding.code == Code::LOGS_MISSING),
        ""
    );
}
