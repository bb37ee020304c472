//! Too much, too little, too long.

use super::*;

#[test]
fn a_number_out_of_range_comes_with_the_range() {
    check(
        "port: 8080",
        "port: 80800",
        str![[r#"
error[out-of-range]: `runtime.port` must be 1 to 65535, found 80800
  --> release.yaml:14:9
   |
14 |   port: 80800
   |         ^^^^^
   |
   = help: the nearest is 65535; `runtime.port`: the port that the container listens on

"#]],
    );
    check(
        "startPeriod: 120",
        "startPeriod: 600",
        str![[r#"
error[out-of-range]: `health.container.startPeriod` must be 0 to 300, found 600
  --> release.yaml:27:18
   |
27 |     startPeriod: 600
   |                  ^^^
   |
   = help: the nearest is 300; `health.container.startPeriod`: seconds after the start in which failures don't count, 0 to 300; 0 by default. A model that loads longer needs `health.graceSeconds`

"#]],
    );
    check(
        "startPeriod: 120",
        "interval: 1",
        str![[r#"
error[out-of-range]: `health.container.interval` must be 5 to 300, found 1
  --> release.yaml:27:15
   |
27 |     interval: 1
   |               ^
   |
   = help: the nearest is 5; `health.container.interval`: seconds between two checks, 5 to 300; 30 by default

"#]],
    );
    check(
        "startPeriod: 120",
        "retries: 11",
        str![[r#"
error[out-of-range]: `health.container.retries` must be 1 to 10, found 11
  --> release.yaml:27:14
   |
27 |     retries: 11
   |              ^^
   |
   = help: the nearest is 10; `health.container.retries`: failures in a row that make a container unhealthy, 1 to 10; 3 by default

"#]],
    );
}

#[test]
fn a_count_out_of_range_comes_with_the_nearest_that_is_not() {
    check(
        "desired: 3",
        "desired: -1",
        str![[r#"
error[out-of-range]: `service.desired` must be at least 0, found -1
  --> release.yaml:10:12
   |
10 |   desired: -1
   |            ^^
   |
   = help: the nearest is 0; `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
    check(
        "desired: 3",
        "desired: 99999999999999999999",
        str![[r#"
error[out-of-range]: `service.desired` must be at most 2147483647, found 99999999999999999999
  --> release.yaml:10:12
   |
10 |   desired: 99999999999999999999
   |            ^^^^^^^^^^^^^^^^^^^^
   |
   = help: `service.desired`: how many tasks to run. Left out: 1 when the service is created, unchanged after that

"#]],
    );
    check(
        "maximumPercent: 200",
        "maximumPercent: 50",
        str![[r#"
error[out-of-range]: `rollout.maximumPercent` must be at least 100, found 50
  --> release.yaml:33:19
   |
33 |   maximumPercent: 50
   |                   ^^
   |
   = help: the nearest is 100; `rollout.maximumPercent`: the share of the desired tasks that may run during a rollout, in percent, rounded down; 200 by default

"#]],
    );
    check(
        "port: 8080",
        "port: 8080\n  ephemeralStorageGiB: 20",
        str![[r#"
error[out-of-range]: `runtime.ephemeralStorageGiB` must be 21 to 200, found 20
  --> release.yaml:15:24
   |
15 |   ephemeralStorageGiB: 20
   |                        ^^
   |
   = help: the nearest is 21; `runtime.ephemeralStorageGiB`: disk of the task, in GiB: 21 to 200. Left out, Fargate gives 20

"#]],
    );
    check(
        "port: 8080",
        "port: 8080\n  ephemeralStorageGiB: 201",
        str![[r#"
error[out-of-range]: `runtime.ephemeralStorageGiB` must be 21 to 200, found 201
  --> release.yaml:15:24
   |
15 |   ephemeralStorageGiB: 201
   |                        ^^^
   |
   = help: the nearest is 200; `runtime.ephemeralStorageGiB`: disk of the task, in GiB: 21 to 200. Left out, Fargate gives 20

"#]],
    );
}

#[test]
fn a_list_that_is_too_long_says_how_long_it_may_be() {
    check(
        "[sg-1]",
        "[sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]",
        str![[r#"
error[wrong-length]: `network.securityGroups` must have at most 5 items, found 6
  --> release.yaml:23:3
   |
23 |   securityGroups: [sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]
   |   ^^^^^^^^^^^^^^
   |
   = help: `network.securityGroups`: the security groups of the tasks: at most 5 ids. Left out, the VPC's default group

"#]],
    );
}

#[test]
fn a_name_that_is_too_long_is_said_not_repeated() {
    let name = "x".repeat(256);
    check(
        "cluster: ml-prod\n  name: fraud-scorer",
        &format!("cluster: ml-prod\n  name: {name}"),
        str![[r#"
error[wrong-length]: `service.name` must have at most 255 characters, found 256
 --> release.yaml:9:9
  |
9 |   name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: `service.name`: the service's name: 1 to 255 letters, digits, hyphens and underscores. Created when missing

"#]],
    );
}
