//! What policies allow for manifests of all kinds.

mod narrowed;
mod properties;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Home, Subject, Tested, TooMany, Wanted, policies};
use crate::permissions::Use;
use crate::release::resolve;
use mlship_manifest::{ReadOptions, Source, read};

pub(super) const BASE: &str = r#"apiVersion: mlship/v1
kind: ModelRelease
model: { name: fraud, version: "8" }
image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/fraud:8
service: { cluster: ml, name: scorer }
network: { subnets: [subnet-1] }
runtime:
  compute: fargate
  cpu: 1024
  memory: 2048
  roles: { execution: execution, task: "arn:aws:iam::111122223333:role/a/task" }
  secrets:
    DB: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf:password::"
    PARTIAL: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/api"
    KEY: "/prod/key"
  logs: { group: /ml/fraud }
tags: { team: risk }
"#;

pub(super) fn subject(text: &str) -> Subject {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let manifest = match read(Source::new("m.yaml", text), &settings) {
        Ok(manifest) => manifest,
        Err(findings) => panic!("{findings:#?}"),
    };
    let home = Home {
        account: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
    };
    let release = resolve(&manifest.release, &home.region, &manifest.secrets);
    Subject::of(&manifest.release, &release, home)
}

pub(super) fn wanted(uses: &[Use]) -> Wanted {
    Wanted {
        uses: uses.iter().copied().collect(),
        reads_only: false,
        per_cluster: false,
    }
}

pub(super) fn only(subject: &Subject, uses: &[Use]) -> Value {
    let subjects = std::slice::from_ref(subject);
    let mut found = policies(subjects, &[], &wanted(uses)).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

pub(super) fn statement<'a>(policy: &'a Value, sid: &str) -> &'a Value {
    let all = policy["Statement"].as_array().unwrap();
    let found = all.iter().find(|statement| statement["Sid"] == sid);
    found.unwrap_or_else(|| panic!("no {sid} in {policy:#}"))
}

pub(super) fn actions(policies: &[Value]) -> BTreeSet<String> {
    let statements = policies
        .iter()
        .flat_map(|policy| policy["Statement"].as_array().unwrap());
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_done_with_a_release_is_what_is_allowed() {
    let subject = subject(BASE);
    let check = |uses: &[Use], has: &[&str], lacks: &[&str]| {
        let found = actions(&[only(&subject, uses)]);
        for action in has {
            assert!(found.contains(*action), "{uses:?} {action}");
        }
        for action in lacks {
            assert!(!found.contains(*action), "{uses:?} {action}");
        }
    };
    check(
        &[Use::Deploy],
        &["ecs:CreateService", "iam:PassRole", "ecs:UntagResource"],
        &["ecr:DescribeImages", "ecs:ContinueServiceDeployment"],
    );
    check(
        &[Use::Rollback],
        &["ecr:DescribeImages", "ssm:DescribeParameters"],
        &["ecs:CreateService", "ssm:GetParameters"],
    );
    check(
        &[Use::Promote],
        &["ecs:ContinueServiceDeployment", "ecs:DescribeServices"],
        &["ecs:UpdateService", "iam:PassRole"],
    );
    check(
        &[Use::Experiment],
        &["elasticloadbalancing:ModifyRule", "ecs:TagResource"],
        &["ecs:RegisterTaskDefinition", "s3:PutObject"],
    );
    check(
        &[Use::Verify],
        &["iam:SimulatePrincipalPolicy", "ssm:GetParameters"],
        // Of neither capacity providers, instances nor alarms does this release know.
        &[
            "ecs:DescribeClusters",
            "ecs:DescribeContainerInstances",
            "cloudwatch:DescribeAlarms",
        ],
    );
}

#[test]
fn whoever_only_looks_may_write_nothing() {
    let subject = subject(BASE);
    let wanted = Wanted {
        reads_only: true,
        ..wanted(Use::ALL)
    };
    let found = actions(&policies(&[subject], &[], &wanted).unwrap());
    for action in &found {
        let (_, name) = action.split_once(':').unwrap();
        let reads = ["Get", "List", "Describe", "Filter", "BatchGet", "Simulate"];
        assert!(reads.iter().any(|read| name.starts_with(read)), "{action}");
    }
    assert!(found.contains("logs:FilterLogEvents"), "{found:?}");
    // Nothing that needs no manifest.
    for list in ["ecs:ListClusters", "ecs:ListServices"] {
        assert!(!found.contains(list), "{list}");
    }
}

#[test]
fn many_services_need_several_policies_and_too_many_need_whole_clusters() {
    let text = |number: usize| {
        BASE.replace("scorer", &format!("scorer-{number:04}"))
            .replace("/ml/fraud", &format!("/ml/fraud-{number:04}"))
            .replace("team/fraud", &format!("team/fraud-{number:04}"))
    };
    let subjects = |count: usize| -> Vec<Subject> {
        (0..count).map(|number| subject(&text(number))).collect()
    };
    let uses = wanted(&[Use::Deploy, Use::Rollback, Use::Verify]);
    let few = policies(&subjects(30), &[], &uses).unwrap();
    assert!((2..10).contains(&few.len()), "{}", few.len());
    let many = subjects(300);
    let Err(TooMany { policies: needed }) = policies(&many, &[], &uses) else {
        panic!("300 services fit");
    };
    assert!(needed > 10, "{needed}");
    let per_cluster = Wanted {
        per_cluster: true,
        ..uses
    };
    let found = policies(&many, &[], &per_cluster).unwrap();
    assert_eq!(found.len(), 1);
    let services = &statement(&found[0], "Services")["Resource"];
    assert_eq!(
        services[2],
        "arn:aws:ecs:eu-west-1:111122223333:service/ml/*"
    );
    let roles = statement(&found[0], "PassRoles")["Resource"].to_string();
    assert!(!roles.contains('*'), "{roles}");
}

#[test]
fn the_order_of_manifests_changes_nothing() {
    let (one, other) = (
        subject(BASE),
        subject(
            &BASE
                .replace("scorer", "other")
                .replace("team: risk", "owner: ml"),
        ),
    );
    let uses = wanted(&[Use::Deploy, Use::Rollback]);
    let first = policies(&[one.clone(), other.clone()], &[], &uses).unwrap();
    assert_eq!(first, policies(&[other, one], &[], &uses).unwrap());
}

#[test]
fn an_experiment_is_narrowed_to_its_rule_and_to_its_listener_where_it_adds_rules() {
    const RULE: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/01/02/03";
    let subject = subject(BASE);
    let check = |has_header: bool, rules: &str, listener: Option<&str>| {
        let test = Tested {
            rule: crate::release::ids::RuleArn::new(RULE),
            has_header,
            record: Some(("ledger".to_owned(), "experiments/".to_owned())),
            mlflow: None,
        };
        let uses = wanted(&[Use::Experiment]);
        let found = policies(std::slice::from_ref(&subject), &[test], &uses).unwrap();
        assert_eq!(statement(&found[0], "Rules")["Resource"][0], rules);
        let all = found[0]["Statement"].as_array().unwrap();
        let of_listener = all.iter().find(|each| each["Sid"] == "Listeners");
        let resource = of_listener.and_then(|each| each["Resource"][0].as_str());
        assert_eq!(resource, listener);
        let objects = &statement(&found[0], "Records")["Resource"][0];
        assert_eq!(objects, "arn:aws:s3:::ledger/experiments/*");
    };
    check(false, RULE, None);
    let listener = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/ml/01/02";
    check(true, &RULE.replace("/03", "/*"), Some(listener));
}
