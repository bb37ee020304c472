//! All that is wrong with a file, said at once.

use super::*;

#[test]
fn a_problem_found_later_points_at_the_line_of_its_field() {
    let manifest = good(GOOD);
    let at = |path: &str| {
        let span = manifest.problem(path, Code::SAMPLE, "no").span.unwrap();
        (span.line(), span.column(), span.text().to_owned())
    };
    assert_eq!(at("runtime.cpu"), (12, 8, "1024".to_owned()));
    assert_eq!(
        at("runtime.env.MODEL_DIR"),
        (17, 16, "/opt/model".to_owned())
    );
    assert_eq!(at("network.subnets[1]"), (22, 23, "subnet-b".to_owned()));
    assert_eq!(at("network.subnets"), (22, 3, "subnets".to_owned()));
    assert_eq!(
        at("runtime.logs.group"),
        (11, 1, "runtime".to_owned()),
        "not written"
    );
    assert_eq!(at("nowhere.at.all"), (1, 1, "apiVersion".to_owned()));
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "the length of the answer is the point"
)]
fn everything_wrong_with_a_file_is_said_at_once_and_in_order() {
    let text = include_str!("../../../../../tests/fixtures/manifests/everything-wrong.yaml");
    assert_data_eq!(
        findings(text),
        str![[r#"
error[unknown-value]: unknown value `mlship/v2` for `apiVersion`
 --> release.yaml:1:13
  |
1 | apiVersion: mlship/v2
  |             ^^^^^^^^^
  |
  = help: did you mean `mlship/v1`?

error[bad-name]: `model.name` can't be `fraud scorer`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:4:9
  |
4 |   name: fraud scorer
  |         ^^^^^^^^^^^^
  |
  = help: write `fraud-scorer`; it names the container, too

error[needs-quotes]: `model.version` must be a string, found the decimal number `1.10`
 --> release.yaml:5:12
  |
5 |   version: 1.10
  |            ^^^^
  |
  = help: quote it: `version: "1.10"`

error[unset-variable]: variable `GIT_SHA` is not set: the pipeline sets it
 --> release.yaml:6:35
  |
6 | image: registry.example.com/fraud:${GIT_SHA:?the pipeline sets it}
  |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: set it; the manifest requires it

error[needs-quotes]: `account` must be a string, found the integer `111122223333`
 --> release.yaml:7:10
  |
7 | account: 111122223333
  |          ^^^^^^^^^^^^
  |
  = help: quote it: `account: "111122223333"`

error[unknown-field]: unknown field `clustre` in `service`
 --> release.yaml:9:3
  |
9 |   clustre: ml-prod
  |   ^^^^^^^
  |
  = help: did you mean `cluster`?

error[wrong-type]: `service.desired` must be an integer, found the string `three`
  --> release.yaml:11:12
   |
11 |   desired: three
   |            ^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

error[wrong-type]: `runtime.cpu` must be an integer, found the string `"1024"`
  --> release.yaml:13:8
   |
13 |   cpu: "1024"
   |        ^^^^^^
   |
   = help: remove the quotes: `cpu: 1024`

error[unknown-field]: unknown field `memroy` in `runtime`
  --> release.yaml:14:3
   |
14 |   memroy: 2048
   |   ^^^^^^
   |
   = help: did you mean `memory`?

error[wrong-type]: `runtime.memory` must be an integer, found the string `2GB`
  --> release.yaml:15:11
   |
15 |   memory: 2GB
   |           ^^^
   |
   = help: a number has no unit here; write `memory: 2048`

error[out-of-range]: `runtime.port` must be 1 to 65535, found 80800
  --> release.yaml:16:9
   |
16 |   port: 80800
   |         ^^^^^
   |
   = help: the nearest is 65535; `runtime.port`: the port that the container listens on

error[needs-quotes]: `runtime.env.NORWAY` must be quoted: tools disagree about what it is without quotes
  --> release.yaml:18:13
   |
18 |     NORWAY: ***
   |             ^^^
   |
   = help: quote the value of `NORWAY`

error[duplicate-key]: `DB_PASSWORD` is written twice
  --> release.yaml:20:5
   |
20 |     DB_PASSWORD: ***
   |     ^^^^^^^^^^^
   |
   = help: it was first written on line 19; keep one

warning[credential-in-env]: `DB_PASSWORD` looks like a credential, and anyone who may describe the task definition can read it
  --> release.yaml:20:18
   |
20 |     DB_PASSWORD: ***
   |                  ^^^
   |
   = help: keep it in Secrets Manager or SSM, and its ARN under `runtime.secrets`

error[bad-secret]: the value of `DB_URL` is not where ECS can find a secret
  --> release.yaml:21:22
   |
21 |   secrets: { DB_URL: *** }
   |                      ^^^
   |
   = help: write the ARN of a Secrets Manager secret, with `:KEY:STAGE:VERSION` or nothing behind it, or the ARN or name of an SSM parameter; never the secret itself

error[wrong-type]: `network.subnets` must be a list, found the string `subnet-a`
  --> release.yaml:23:12
   |
23 |   subnets: subnet-a
   |            ^^^^^^^^
   |
   = help: write a list: `subnets: [subnet-a]`

error[empty-value]: `network.securityGroups` has no value
  --> release.yaml:24:3
   |
24 |   securityGroups:
   |   ^^^^^^^^^^^^^^
   |
   = help: write `[]`, or remove the line

error[bad-health-command]: `health.container.command` must begin with `CMD` or `CMD-SHELL`, found `curl`
  --> release.yaml:26:16
   |
26 |   container: { command: [curl], interval: 1 }
   |                ^^^^^^^
   |
   = help: write `[CMD-SHELL, "curl -fs localhost:8080/ready"]`

error[out-of-range]: `health.container.interval` must be 5 to 300, found 1
  --> release.yaml:26:43
   |
26 |   container: { command: [curl], interval: 1 }
   |                                           ^
   |
   = help: the nearest is 5; `health.container.interval`: seconds between two checks, 5 to 300; 30 by default

error[wrong-type]: `health.graceSeconds` must be an integer, found the string `5m`
  --> release.yaml:27:17
   |
27 |   graceSeconds: 5m
   |                 ^^
   |
   = help: a number has no unit here; write `graceSeconds: 300`

error[wrong-type]: `service.desired` must be an integer, found the string `many`
  --> release.yaml:30:25
   |
30 |     service: { desired: many, name: a, nmae: b }
   |                         ^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

error[unknown-field]: unknown field `nmae` in `service`
  --> release.yaml:30:40
   |
30 |     service: { desired: many, name: a, nmae: b }
   |                                        ^^^^
   |
   = help: did you mean `name`?

"#]]
    );
}

#[test]
fn another_kind_of_manifest_is_not_checked_as_a_release() {
    let text = "apiVersion: mlship/v1\nkind: Experiment\nvariants: []\n";
    assert_data_eq!(
        findings(text),
        str![[r#"
error[not-a-release]: this is an experiment, and the command takes releases
 --> release.yaml:2:7
  |
2 | kind: Experiment
  |       ^^^^^^^^^^
  |
  = help: `mlship experiment start`, `status` and `stop` take experiments, and so do `mlship validate` and `mlship render`

"#]]
    );
    assert_data_eq!(
        findings("apiVersion: mlship/v1\nkind: ModelRelaese\n"),
        str![[r#"
error[unknown-kind]: unknown kind `ModelRelaese`
 --> release.yaml:2:7
  |
2 | kind: ModelRelaese
  |       ^^^^^^^^^^^^
  |
  = help: did you mean `ModelRelease`? a manifest's kind is `ModelRelease` or `Experiment`

"#]]
    );
}

#[test]
fn a_flood_of_problems_is_cut_off() {
    let fields: Vec<String> = (0..5000).map(|index| format!("field{index}: 1")).collect();
    let found = read_in(None, &adding(&fields.join("\n"))).unwrap_err();
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "4900 more problems are not shown");
}
