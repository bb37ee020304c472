//! What is said of each thing that is wrong.

use serde_json::json;

use super::super::{Check, Finding, Seen, judge};
use super::facts::{SECRET, answered, on_instances, possible, release, service, task_definition};
use crate::cloud::preconditions::{Kind, Question};

/// Judges the release where what is asked in a way is otherwise: the fact of this number.
fn with(on: serde_json::Value, kind: Kind, fact: usize) -> Vec<Finding> {
    let release = release(task_definition(), on);
    let is_it = |question: &Question| {
        let is_other = matches!(question, Question::SecurityGroups(ids) if ids[0] != "sg-task");
        question.kind() == kind && !is_other
    };
    let answers = answered(&release, |question| {
        is_it(question).then(|| Seen::Told(possible(question).swap_remove(fact)))
    });
    judge(&release, &answers)
}

#[track_caller]
fn check(kind: Kind, fact: usize, of: Check, state: &str, words: &str) {
    let on = match kind {
        Kind::Cluster | Kind::CapacityProviders | Kind::Instances => on_instances(),
        _ => service(),
    };
    told(&with(on, kind, fact), of, state, words);
}

#[track_caller]
fn told(findings: &[Finding], of: Check, state: &str, words: &str) {
    let found = findings.iter().any(|finding| {
        finding.check == of && finding.state.name() == state && finding.message.contains(words)
    });
    assert!(found, "{of} {state} {words}: {findings:#?}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line a failure")]
fn what_can_not_work_fails() {
    check(Kind::Image, 1, Check::Image, "fail", "archived");
    check(Kind::Image, 2, Check::Image, "fail", "not in the registry");
    check(
        Kind::HostedImage,
        3,
        Check::Image,
        "fail",
        "not in the registry",
    );
    check(
        Kind::Platforms,
        1,
        Check::Architecture,
        "fail",
        "linux/arm64",
    );
    check(Kind::Secret, 1, Check::Secret, "fail", "no value yet");
    check(Kind::Secret, 2, Check::Secret, "fail", "being deleted");
    check(Kind::Secret, 3, Check::Secret, "fail", "not there");
    check(Kind::Parameter, 1, Check::Parameter, "fail", "not there");
    check(
        Kind::Role,
        1,
        Check::ExecutionRole,
        "fail",
        "does not trust",
    );
    check(Kind::Role, 3, Check::TaskRole, "fail", "not there");
    check(
        Kind::Permissions,
        3,
        Check::RolePermissions,
        "fail",
        "denies s3:GetObject",
    );
    check(
        Kind::LogGroup,
        1,
        Check::LogGroup,
        "fail",
        "nothing makes it",
    );
    check(
        Kind::TargetGroup,
        1,
        Check::TargetGroup,
        "fail",
        "type instance",
    );
    check(Kind::TargetGroup, 2, Check::TargetGroup, "fail", "vpc-2");
    check(
        Kind::TargetGroup,
        3,
        Check::TargetGroup,
        "fail",
        "no listener",
    );
    check(
        Kind::TargetGroup,
        5,
        Check::TargetGroup,
        "fail",
        "not there",
    );
    check(Kind::Subnets, 3, Check::Route, "fail", "not there");
    check(
        Kind::SecurityGroups,
        1,
        Check::SecurityGroups,
        "fail",
        "port 8080",
    );
    check(
        Kind::SecurityGroups,
        2,
        Check::SecurityGroups,
        "fail",
        "by 443",
    );
    check(
        Kind::SecurityGroups,
        3,
        Check::SecurityGroups,
        "fail",
        "vpc-2",
    );
    check(
        Kind::SecurityGroups,
        4,
        Check::SecurityGroups,
        "fail",
        "no such security group",
    );
    check(
        Kind::Cluster,
        1,
        Check::CapacityProviders,
        "fail",
        "not associated",
    );
    check(
        Kind::Cluster,
        2,
        Check::CapacityProviders,
        "fail",
        "no cluster ml",
    );
    check(
        Kind::CapacityProviders,
        2,
        Check::CapacityProviders,
        "fail",
        "not active",
    );
    check(Kind::Instances, 2, Check::Capacity, "fail", "no room");
    check(Kind::Instances, 3, Check::Capacity, "fail", "no room");
    check(Kind::Instances, 5, Check::Capacity, "fail", "no room");
    check(Kind::Alarms, 2, Check::Alarms, "fail", "no such alarm");
    check(Kind::Alarms, 1, Check::FiringAlarm, "fail", "already");
}

#[test]
fn what_may_work_is_a_warning() {
    check(Kind::Role, 2, Check::TaskRole, "warn", "under conditions");
    check(
        Kind::Permissions,
        1,
        Check::RolePermissions,
        "warn",
        "no policy of its own",
    );
    check(
        Kind::Permissions,
        2,
        Check::RolePermissions,
        "warn",
        "aws:SourceVpc",
    );
    check(
        Kind::Permissions,
        4,
        Check::RolePermissions,
        "warn",
        "aws:SourceVpc",
    );
    check(
        Kind::TargetGroup,
        4,
        Check::TargetGroup,
        "warn",
        "port 9090",
    );
    check(Kind::Subnets, 2, Check::Route, "warn", "no free address");
    check(
        Kind::LoadBalancers,
        1,
        Check::SecurityGroups,
        "warn",
        "other groups",
    );
    check(
        Kind::Instances,
        1,
        Check::Capacity,
        "warn",
        "room for 1 of the 2",
    );
    check(Kind::Alarms, 3, Check::Alarms, "warn", "no data");
    let slow = {
        let mut task = task_definition();
        task["containerDefinitions"][0]["healthCheck"]["startPeriod"] = json!(300);
        let release = release(task, service());
        judge(&release, &answered(&release, |_| None))
    };
    told(&slow, Check::HealthCheck, "warn", "after 120 s");
}

#[test]
fn what_a_registry_hides_from_others_than_the_task_is_unchecked() {
    let mut task = task_definition();
    let credentials = json!({"credentialsParameter": SECRET});
    task["containerDefinitions"][1]["repositoryCredentials"] = credentials;
    let release = release(task, service());
    let answers = answered(&release, |question| {
        let is_it = question.kind() == Kind::HostedImage;
        is_it.then(|| Seen::Told(possible(question).swap_remove(3)))
    });
    told(
        &judge(&release, &answers),
        Check::Image,
        "unchecked",
        "the task's own credentials",
    );
}

#[test]
fn what_was_not_seen_is_unchecked() {
    check(
        Kind::Image,
        3,
        Check::Image,
        "unchecked",
        "another registry",
    );
    check(Kind::HostedImage, 4, Check::Image, "unchecked", "429");
    check(
        Kind::Platforms,
        2,
        Check::Architecture,
        "unchecked",
        "does not say",
    );
    check(
        Kind::Permissions,
        5,
        Check::RolePermissions,
        "unchecked",
        "not told",
    );
    check(Kind::RouteTables, 3, Check::Route, "unchecked", "new-1");
    check(
        Kind::RouteTables,
        6,
        Check::Route,
        "unchecked",
        "route table",
    );
    check(
        Kind::LoadBalancers,
        2,
        Check::SecurityGroups,
        "unchecked",
        "8080",
    );
    check(
        Kind::Instances,
        4,
        Check::Capacity,
        "unchecked",
        "first 100",
    );
    let mut task = task_definition();
    let key = format!("{}:password::", super::facts::SECRET);
    task["containerDefinitions"][0]["secrets"][0]["valueFrom"] = json!(key);
    let release = release(task, service());
    let found = judge(&release, &answered(&release, |_| None));
    told(&found, Check::Secret, "unchecked", "`password`");
    told(&found, Check::Secret, "pass", "is there");
}

/// Judges where the routes and the endpoints are these.
fn routed(table: usize, endpoints: usize, guards: usize) -> Vec<Finding> {
    let mut task = task_definition();
    // All that it takes is in the region.
    task["containerDefinitions"][1]["image"] = task["containerDefinitions"][0]["image"].clone();
    let release = release(task, service());
    let answers = answered(&release, |question| {
        let fact = match question {
            Question::RouteTables(_) => table,
            Question::Endpoints(_) => endpoints,
            Question::SecurityGroups(ids) if ids[0] != "sg-task" => guards,
            _ => return None,
        };
        Some(Seen::Told(possible(question).swap_remove(fact)))
    });
    judge(&release, &answers)
}

#[test]
fn a_subnet_without_a_way_out_needs_an_endpoint_for_all_that_a_start_takes() {
    told(&routed(0, 2, 0), Check::Route, "pass", "by nat-1");
    // The route leads nowhere, and so does none.
    told(&routed(1, 2, 0), Check::Route, "fail", "ECR's API");
    told(&routed(2, 2, 0), Check::Route, "fail", "public address");
    told(&routed(5, 2, 0), Check::Route, "fail", "no endpoint");
    told(&routed(4, 2, 0), Check::Route, "unchecked", "pcx-1 may");
    told(&routed(5, 0, 0), Check::Route, "pass", "by endpoints");
    told(&routed(5, 0, 1), Check::Route, "warn", "sg-endpoint");
    told(&routed(5, 1, 0), Check::Route, "warn", "own name");
}

#[test]
fn instances_that_a_provider_brings_are_waited_for() {
    let release = release(task_definition(), on_instances());
    let answers = answered(&release, |question| match question {
        Question::Instances(_) => Some(Seen::Told(possible(question).swap_remove(5))),
        Question::CapacityProviders(_) => Some(Seen::Told(possible(question).swap_remove(1))),
        _ => None,
    });
    told(
        &judge(&release, &answers),
        Check::Capacity,
        "warn",
        "has to bring",
    );
}
