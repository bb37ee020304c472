//! On what each permission is given, and on which conditions.

use serde_json::{Value, json};

use super::{BASE, actions, only, statement, subject};
use crate::permissions::Use;

#[track_caller]
fn check(more: &str, uses: &[Use], sid: &str, resources: &Value, condition: &Value) {
    let policy = only(&subject(&format!("{BASE}{more}")), uses);
    let found = statement(&policy, sid);
    assert_eq!(&found["Resource"], resources);
    assert_eq!(&found["Condition"], condition);
}

const DEPLOY: &[Use] = &[Use::Deploy];
const VERIFY: &[Use] = &[Use::Verify];

#[test]
fn roles_are_passed_to_ecs_alone_and_named_in_full() {
    let roles = json!([
        "arn:aws:iam::111122223333:role/a/task",
        "arn:aws:iam::111122223333:role/execution",
    ]);
    let passed = |service: &str| json!({"StringEquals": {"iam:PassedToService": service}});
    let to_tasks = passed("ecs-tasks.amazonaws.com");
    check("", DEPLOY, "PassRoles", &roles, &to_tasks);
    check("", VERIFY, "Roles", &roles, &Value::Null);
    let volume = r#"overrides:
  service:
    volumeConfigurations:
      - name: scratch
        managedEBSVolume: { roleArn: "arn:aws:iam::111122223333:role/ebs", sizeInGiB: 20 }
"#;
    let ebs = json!(["arn:aws:iam::111122223333:role/ebs"]);
    let to_ecs = passed("ecs.amazonaws.com");
    check(volume, DEPLOY, "PassRolesToEcs", &ebs, &to_ecs);
    check(volume, DEPLOY, "PassRoles", &roles, &to_tasks);
}

#[test]
fn tags_are_free_where_something_is_made_and_afterwards_only_keys_that_are_known() {
    let both = json!([
        "arn:aws:ecs:eu-west-1:111122223333:service/ml/scorer",
        "arn:aws:ecs:eu-west-1:111122223333:task-definition/scorer:*",
    ]);
    let made =
        json!({"StringEquals": {"ecs:CreateAction": ["CreateService", "RegisterTaskDefinition"]}});
    check("", DEPLOY, "TagWhatIsMade", &both, &made);
    let keys = json!({"ForAllValues:StringLike": {"aws:TagKeys": ["mlship:*", "team"]}});
    check("", DEPLOY, "Tag", &both, &keys);
    let service = json!(["arn:aws:ecs:eu-west-1:111122223333:service/ml/scorer"]);
    check("", &[Use::Experiment], "Tag", &service, &keys);
}

#[test]
fn what_can_be_narrowed_by_a_condition_alone_is() {
    let of_cluster =
        json!({"ArnEquals": {"ecs:cluster": "arn:aws:ecs:eu-west-1:111122223333:cluster/ml"}});
    check("", DEPLOY, "InTheCluster", &json!(["*"]), &of_cluster);
    let scaling = "autoscaling: { min: 1, max: 2, targetCpuPercent: 50 }\n";
    let targets =
        json!(["arn:aws:application-autoscaling:eu-west-1:111122223333:scalable-target/*"]);
    let of_ecs = json!({"StringEquals": {"application-autoscaling:service-namespace": "ecs"}});
    check(scaling, DEPLOY, "Scaling", &targets, &of_ecs);
    let role = "arn:aws:iam::111122223333:role/aws-service-role/\
                ecs.application-autoscaling.amazonaws.com/\
                AWSServiceRoleForApplicationAutoScaling_ECSService";
    let name = "ecs.application-autoscaling.amazonaws.com";
    let of_name = json!({"StringEquals": {"iam:AWSServiceName": name}});
    check(
        scaling,
        DEPLOY,
        "MakeRoleOfScaling",
        &json!([role]),
        &of_name,
    );
}

#[test]
fn what_tasks_lean_on_is_named_by_its_own_arns() {
    let log = json!(["arn:aws:logs:eu-west-1:111122223333:log-group:/ml/fraud:*"]);
    check("", DEPLOY, "Logs", &log, &Value::Null);
    let image = json!(["arn:aws:ecr:eu-west-1:111122223333:repository/team/fraud"]);
    check("", VERIFY, "Images", &image, &Value::Null);
    // The second is a name without the six letters that AWS puts behind it.
    let secrets = json!([
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/api-??????",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
    ]);
    check("", VERIFY, "Secrets", &secrets, &Value::Null);
    let parameter = json!(["arn:aws:ssm:eu-west-1:111122223333:parameter/prod/key"]);
    check("", VERIFY, "Parameters", &parameter, &Value::Null);
}

#[test]
fn a_registry_in_sagemaker_is_asked_for_this_model_alone() {
    let with = |registry: &str| {
        BASE.replace(
            "model: { name: fraud, version: \"8\" }",
            &format!("model: {{ name: fraud, ref: \"models:/fraud/8\", registry: {registry} }}"),
        )
    };
    let policy = only(&subject(&with("{ type: sagemaker }")), DEPLOY);
    let group = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud/*";
    assert_eq!(statement(&policy, "Models")["Resource"], json!([group]));
    let server = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml";
    let registry = format!("{{ type: sagemaker-mlflow, uri: \"{server}\" }}");
    let policy = only(&subject(&with(&registry)), DEPLOY);
    let found = statement(&policy, "Mlflow");
    assert_eq!(found["Resource"], json!([server]));
    let actions = found["Action"].to_string();
    assert!(actions.contains("SetModelVersionTag") && !actions.contains('*'));
}

#[test]
fn another_part_of_aws_has_names_of_its_own() {
    let text = BASE.replace("aws:", "aws-us-gov:").replace(
        "cluster: ml",
        "cluster: \"arn:aws-us-gov:ecs:us-gov-west-1:111122223333:cluster/ml\"",
    );
    let policy = only(&subject(&text), DEPLOY).to_string();
    assert!(policy.contains("arn:aws-us-gov:ecs:"), "{policy}");
    assert!(!policy.contains("arn:aws:"), "{policy}");
}

#[test]
fn the_parameters_that_fill_in_fields_may_be_read_and_no_others() {
    let subject = subject(BASE).filled_by(["/release/tag:3"]);
    let policy = only(&subject, &[Use::Deploy]);
    let expected = json!(["arn:aws:ssm:eu-west-1:111122223333:parameter/release/tag"]);
    assert_eq!(statement(&policy, "Values")["Resource"], expected);
    assert!(!actions(&[only(&subject, &[Use::Rollback])]).contains("ssm:GetParameters"));
}
