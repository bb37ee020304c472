//! What is in a container, how its health is known, and tags.

use super::*;

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
error[bad-env-name]: an environment variable's name can't be empty, and has no `=` and no spaces: "A B"
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
   = help: write the ARN of a Secrets Manager secret, with `:KEY:STAGE:VERSION` or nothing behind it, or the ARN or name of an SSM parameter; never the secret itself

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
error[too-many-tags]: 43 tags are written, and at most 37 fit
  --> release.yaml:34:1
   |
34 | tags:
   | ^^^^
   |
   = help: ECS takes 50, and mlship keeps 13 for itself

"#]],
    );
}
