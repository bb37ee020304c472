//! Ports, subnets, security groups and target groups.

use super::*;

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
   = help: add the target group's ARN, or write `traffic: none`

"#]]
    );
}

const GROUP: &str = "traffic:
  targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef";

#[test]
fn traffic_is_none_or_a_mapping() {
    assert_eq!(findings(&with(GROUP, "traffic: none")), "");
    check(
        GROUP,
        "traffic:",
        str![[r#"
error[empty-value]: `traffic` has no value
  --> release.yaml:29:1
   |
29 | traffic:
   | ^^^^^^^
   |
   = help: write a value or a mapping, or remove the line

"#]],
    );
    check(
        GROUP,
        "traffic: null",
        str![[r#"
error[empty-value]: `traffic` has no value
  --> release.yaml:29:10
   |
29 | traffic: null
   |          ^^^^
   |
   = help: write a value or a mapping, or remove the line

"#]],
    );
    check(
        GROUP,
        "traffic: off",
        str![[r#"
error[unknown-value]: unknown value `off` for `traffic`
  --> release.yaml:29:10
   |
29 | traffic: off
   |          ^^^
   |
   = help: it can be `none`, or a mapping

"#]],
    );
    check(
        GROUP,
        "traffic: [none]",
        str![[r#"
error[wrong-type]: `traffic` must be a name, found a list
  --> release.yaml:29:1
   |
29 | traffic: [none]
   | ^^^^^^^
   |
   = help: write one of `none`, or a mapping

"#]],
    );
    check(
        GROUP,
        "traffic: {}",
        str![[r#"
error[target-group-missing]: `traffic.targetGroup` is missing
  --> release.yaml:29:1
   |
29 | traffic: {}
   | ^^^^^^^
   |
   = help: add the target group's ARN, or write `traffic: none`

"#]],
    );
    check(
        GROUP,
        "traffic: { group: x }",
        str![[r#"
error[target-group-missing]: `traffic.targetGroup` is missing
  --> release.yaml:29:1
   |
29 | traffic: { group: x }
   | ^^^^^^^
   |
   = help: add the target group's ARN, or write `traffic: none`

error[unknown-field]: unknown field `group` in `traffic`
  --> release.yaml:29:12
   |
29 | traffic: { group: x }
   |            ^^^^^
   |
   = help: it belongs under `runtime.logs`

"#]],
    );
}
