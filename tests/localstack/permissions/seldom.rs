//! The same of actions that only some experiments, networks and lists ask for.

use serde_json::json;

use super::denied::{check_missed, check_unchecked};
use crate::experiment::lab::{HOUR, Lab};
use crate::stage::{FRAUD_SCORER, Stage};

/// What is denied here.
pub(super) const SELDOM: &[&str] = &[
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "cloudwatch:ListMetrics",
    "cloudwatch:GetMetricData",
    BY_HEADER[0],
    BY_HEADER[1],
    TAGS_GO,
    PATIENCE,
    LISTS[0],
    LISTS[1],
    PROVIDERS,
    ENDPOINTS,
    CONTINUE,
];

/// What a denial of each comes to is seen in this command before an experiment.
const BEFORE_EXPERIMENTS: &[(&str, &[&str])] = &[
    ("elasticloadbalancing:DescribeRules", &["start", EXPERIMENT]),
    ("elasticloadbalancing:DescribeTags", &["start", EXPERIMENT]),
    (
        "cloudwatch:ListMetrics",
        &["start", EXPERIMENT, "--dry-run"],
    ),
    ("cloudwatch:GetMetricData", &["plan", EXPERIMENT]),
    ("elasticloadbalancing:AddTags", &["start", EXPERIMENT]),
    ("elasticloadbalancing:ModifyRule", &["start", EXPERIMENT]),
    ("elasticloadbalancing:DescribeListeners", &["list"]),
    ("elasticloadbalancing:DescribeLoadBalancers", &["list"]),
];
const EXPERIMENT: &str = "manifests/fraud-ab/experiment.yaml";

const BY_HEADER: [&str; 2] = [
    "elasticloadbalancing:CreateRule",
    "elasticloadbalancing:DeleteRule",
];
const TAGS_GO: &str = "elasticloadbalancing:RemoveTags";
const PATIENCE: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";
const LISTS: [&str; 2] = ["ecs:ListClusters", "ecs:ListServices"];
const PROVIDERS: &str = "ecs:DescribeCapacityProviders";
const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";
const CONTINUE: &str = "ecs:ContinueServiceDeployment";

/// Denies an action, of which nothing was refused before.
fn deny(stage: &Stage, action: &str) {
    stage.control("requests", json!({}));
    stage.deny(action);
}

/// The deployment goes on waiting, for somebody who may.
#[test]
fn whoever_may_not_promote_is_told_and_the_deployment_waits() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifest = "manifests/fraud-shift/blue-green.yaml";
    let paused = stage.mlship(&["deploy", manifest, "--until", "paused"], "8");
    assert_eq!(paused.code, 34, "{}{}", paused.stdout, paused.stderr);
    // It stands still, so that the wait does not run out.
    stage.set_speed(0);
    for (more, code) in [(&[][..], 20), (&["--all", "--yes"], 34)] {
        deny(&stage, CONTINUE);
        let run = stage.mlship(&[&["promote", manifest], more].concat(), "8");
        check_missed(&stage, CONTINUE, &run);
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    }
    stage.allow_all();
    let run = stage.mlship(&["promote", manifest], "8");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn whoever_lacks_an_action_of_experiments_fails_or_says_so() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    for variant in ["control", "challenger"] {
        let manifest = format!("manifests/fraud-ab/{variant}.yaml");
        assert_eq!(stage.mlship(&["deploy", &manifest], "8").code, 0);
    }
    for (action, arguments) in BEFORE_EXPERIMENTS {
        deny(&stage, action);
        let all = [&["experiment"], *arguments].concat();
        check_missed(&stage, action, &stage.mlship(&all, "8"));
    }
}

#[test]
fn whoever_lacks_an_action_of_rules_by_header_fails_and_says_so() {
    let Some(lab) = Lab::new(&[("stickiness: 7d", "assignment: { header: x-mlship-variant }")])
    else {
        return;
    };
    let stage = &lab.stage;
    deny(stage, BY_HEADER[0]);
    let run = lab.run("start", &[]);
    check_missed(stage, BY_HEADER[0], &run);
    assert_eq!(run.code, 20, "{}", run.stdout);
    stage.allow_all();
    lab.start();
    deny(stage, BY_HEADER[1]);
    let run = lab.run("stop", &["--winner", "challenger"]);
    check_missed(stage, BY_HEADER[1], &run);
    assert_eq!(run.code, 20, "{}", run.stdout);
}

#[test]
fn whoever_may_not_take_tags_away_or_ask_how_long_is_waited_is_told() {
    let Some(lab) = Lab::new(&[]) else { return };
    let stage = &lab.stage;
    lab.start();
    lab.traffic(HOUR, HOUR);
    deny(stage, PATIENCE);
    let run = lab.run("status", &["--from", "2d"]);
    check_missed(stage, PATIENCE, &run);
    // Else it is nothing that stands in the way.
    assert!([0, 40].contains(&run.code), "{}", run.stdout);
    stage.allow_all();
    let stopped = lab.run("stop", &["--no-winner", "--now"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    deny(stage, TAGS_GO);
    let run = lab.run("start", &[]);
    check_missed(stage, TAGS_GO, &run);
    assert_eq!(run.code, 20, "{}", run.stdout);
}

#[test]
fn whoever_lacks_an_action_of_lists_fails_and_says_so() {
    let Some(stage) = Stage::with_release("8") else {
        return;
    };
    for action in LISTS {
        deny(&stage, action);
        let run = stage.mlship(&["history", "--model", "fraud-scorer"], "8");
        check_missed(&stage, action, &run);
        assert_eq!(run.code, 20, "{}", run.stdout);
    }
}

#[test]
fn whoever_lacks_an_action_of_closed_subnets_and_providers_is_told_what_was_not_seen() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let first = |answer: String, tag: &str| {
        let (_, rest) = answer.split_once(&format!("<{tag}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let vpc = first(stage.ask_ec2(&[("Action", "DescribeVpcs")]), "vpcId");
    let subnet = first(
        stage.ask_ec2(&[
            ("Action", "CreateSubnet"),
            ("VpcId", &vpc),
            ("CidrBlock", "172.31.240.0/24"),
        ]),
        "subnetId",
    );
    let table = first(
        stage.ask_ec2(&[("Action", "CreateRouteTable"), ("VpcId", &vpc)]),
        "routeTableId",
    );
    stage.ask_ec2(&[
        ("Action", "AssociateRouteTable"),
        ("RouteTableId", &table),
        ("SubnetId", &subnet),
    ]);
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let both = "[\"${SUBNET_A}\", \"${SUBNET_B}\"]";
    assert!(manifest.contains(both));
    let closed = manifest.replace(both, &format!("[{subnet}]"));
    check_unchecked(&stage, ENDPOINTS, &closed);
    let managed = manifest.replace("cluster: ml-staging", "cluster: ml-prod");
    let managed = managed.replace(
        "  compute: fargate",
        "  compute: managed-instances\n  capacityProviders: [{ name: gpu-managed, weight: 1 }]",
    );
    check_unchecked(&stage, PROVIDERS, &managed);
}
