"""The control `permissions`: what an account's caller may do, and AWS's words where it may not."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account

NOT_IN_A_POLICY = "because no identity-based policy allows the {} action"
IN_A_SERVICE_CONTROL_POLICY = "with an explicit deny in a service control policy"


def denied(call: Callable[[], object]) -> tuple[str, str, int]:
    """Returns code, words and status of the refusal that a call meets."""
    with pytest.raises(ClientError) as error:
        call()
    found = error.value.response
    status = found["ResponseMetadata"]["HTTPStatusCode"]
    return found["Error"]["Code"], found["Error"]["Message"], status


def words(account: Account, action: str, on: str = "", why: str = NOT_IN_A_POLICY) -> str:
    user = f"User: arn:aws:iam::{account.number}:root"
    on = f" on resource: {on}" if on else ""
    return f"{user} is not authorized to perform: {action}{on} {why.format(action)}"


def ecs_arn(account: Account, resource: str) -> str:
    return f"arn:aws:ecs:us-east-1:{account.number}:{resource}"


def test_only_what_is_allowed_is_answered_until_the_list_is_lifted(account: Account):
    account.cluster()
    account.control("permissions", allow=["ecs:Describe*", "ecr:*"])
    assert account.look("permissions") == {"allow": ["ecs:Describe*", "ecr:*"], "deny": []}
    assert account.ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
    assert account.client("ecr").describe_repositories()["repositories"] == []
    found = denied(lambda: account.ecs.list_services(cluster=CLUSTER))
    assert found == ("AccessDeniedException", words(account, "ecs:ListServices", "*"), 400)
    logged = account.control("requests")["requests"][-1]
    assert (logged["operation"], logged["code"]) == ("ListServices", "AccessDeniedException")
    account.control("permissions", allow=None)
    assert account.ecs.list_services(cluster=CLUSTER)["serviceArns"] == []


def test_whoever_may_nothing_may_still_ask_who_it_is(account: Account):
    account.control("permissions", allow=[])
    who = account.client("sts").get_caller_identity()
    assert who["Arn"] == f"arn:aws:iam::{account.number}:root"
    assert denied(account.ecs.list_clusters)[0] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("service", "operation", "request_", "action", "on", "code"),
    [
        ("ecs", "DescribeServices", {"cluster": "ml", "services": ["a"]}, "", "{ecs}service/ml/a",
         "AccessDeniedException"),
        ("ecs", "ListTasks", {"cluster": "ml"}, "", "*", "AccessDeniedException"),
        ("ecr", "DescribeImages", {"repositoryName": "team/model"}, "",
         "arn:aws:ecr:us-east-1:{number}:repository/team/model", "AccessDeniedException"),
        ("logs", "FilterLogEvents", {"logGroupName": "/ml/a"}, "",
         "arn:aws:logs:us-east-1:{number}:log-group:/ml/a:log-stream:", "AccessDeniedException"),
        ("secretsmanager", "DescribeSecret", {"SecretId": "db"}, "",
         "arn:aws:secretsmanager:us-east-1:{number}:secret:db", "AccessDeniedException"),
        ("ssm", "GetParameters", {"Names": ["/ml/a"]}, "",
         "arn:aws:ssm:us-east-1:{number}:parameter/ml/a", "AccessDeniedException"),
        ("application-autoscaling", "DescribeScalableTargets", {"ServiceNamespace": "ecs"}, "",
         "*", "AccessDeniedException"),
        ("iam", "GetRole", {"RoleName": "ml"}, "", "role ml", "AccessDenied"),
        ("elbv2", "DescribeTargetGroups", {}, "elasticloadbalancing:DescribeTargetGroups", "",
         "AccessDenied"),
        ("elbv2", "DeleteRule", {"RuleArn": "arn:rule"}, "elasticloadbalancing:DeleteRule",
         "arn:rule", "AccessDenied"),
        ("cloudwatch", "ListMetrics", {}, "", "", "AccessDenied"),
        ("cloudwatch", "DescribeAlarms", {"AlarmNames": ["slow"]}, "",
         "arn:aws:cloudwatch:us-east-1:{number}:alarm:slow", "AccessDenied"),
        ("s3", "ListObjectsV2", {"Bucket": "models"}, "s3:ListBucket", '"arn:aws:s3:::models"',
         "AccessDenied"),
        ("s3", "PutObject", {"Bucket": "models", "Key": "a/b"}, "", '"arn:aws:s3:::models/a/b"',
         "AccessDenied"),
    ],
)  # fmt: skip
def test_each_service_refuses_in_its_own_way(
    account: Account, service, operation, request_, action, on, code
):
    account.control("permissions", allow=[])
    on = on.format(number=account.number, ecs=ecs_arn(account, ""))
    expected = words(account, action or f"{service}:{operation}", on)
    status = 400 if code == "AccessDeniedException" else 403
    client = account.client(service)
    found = denied(lambda: client._make_api_call(operation, request_))
    assert found == (code, expected, status)


def test_ec2_says_first_that_the_operation_was_not_allowed(account: Account):
    account.control("permissions", allow=["ecs:*"])
    code, message, status = denied(account.client("ec2").describe_subnets)
    assert (code, status) == ("UnauthorizedOperation", 403)
    said = words(account, "ec2:DescribeSubnets")
    assert message == f"You are not authorized to perform this operation. {said}"


def test_a_service_control_policy_goes_before_what_is_allowed(account: Account):
    account.control("permissions", allow=["*"], deny=["ecs:List*"])
    found = denied(account.ecs.list_clusters)
    why = words(account, "ecs:ListClusters", "*", IN_A_SERVICE_CONTROL_POLICY)
    assert found == ("AccessDeniedException", why, 400)
    account.control("permissions", allow=None, deny=["iam:PassRole"])
    assert account.ecs.list_clusters()["clusterArns"] == []
    role = f"arn:aws:iam::{account.number}:role/ml"
    found = denied(lambda: account.task_definition(taskRoleArn=role))
    why = words(account, "iam:PassRole", role, IN_A_SERVICE_CONTROL_POLICY)
    assert found == ("AccessDeniedException", why, 400)


def test_roles_must_be_passed_and_are_named_with_their_path(account: Account):
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    account.client("iam").create_role(RoleName="ml", Path="/a/", AssumeRolePolicyDocument=trust)
    account.control("permissions", allow=["ecs:RegisterTaskDefinition"])
    assert account.task_definition()
    found = denied(lambda: account.task_definition(executionRoleArn="ml"))
    role = f"arn:aws:iam::{account.number}:role/a/ml"
    assert found == ("AccessDeniedException", words(account, "iam:PassRole", role), 400)


def test_what_is_made_with_tags_must_be_tagged(account: Account):
    account.cluster()
    service = {
        "cluster": CLUSTER,
        "serviceName": "model",
        "desiredCount": 1,
        "taskDefinition": account.task_definition(),
        "networkConfiguration": account.network,
    }
    account.control("permissions", allow=["ecs:RegisterTaskDefinition", "ecs:CreateService"])
    tags = [{"key": "owner", "value": "ml"}]
    found = denied(lambda: account.task_definition(tags=tags))
    family = ecs_arn(account, "task-definition/model:*")
    assert found[1] == words(account, "ecs:TagResource", family)
    found = denied(lambda: account.ecs.create_service(**service, tags=tags))
    arn = ecs_arn(account, "service/ml/model")
    assert found[1] == words(account, "ecs:TagResource", arn)
    assert account.ecs.create_service(**service)["service"]["serviceArn"] == arn


def test_statements_of_a_policy_are_narrowed_by_resource_and_condition(account: Account):
    account.cluster()
    family = ecs_arn(account, "task-definition/model:*")
    created = {"StringEquals": {"ecs:CreateAction": ["RegisterTaskDefinition"]}}
    account.control(
        "permissions",
        allow=[
            {"Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": family},
            {"Effect": "Allow", "Action": "ecs:TagResource", "Resource": family}
            | {"Condition": created},
            {"Effect": "Allow", "Action": ["ecs:ListTasks"], "Resource": ["*"]}
            | {"Condition": {"ArnEquals": {"ecs:cluster": ecs_arn(account, "cluster/ml")}}},
        ],
    )
    tags = [{"key": "owner", "value": "ml"}]
    made = account.task_definition(tags=tags)
    # Not at its creation.
    found = denied(lambda: account.ecs.tag_resource(resourceArn=made, tags=tags))
    assert found[1] == words(account, "ecs:TagResource", made)
    assert denied(lambda: account.task_definition(family="other"))[0] == "AccessDeniedException"
    assert account.ecs.list_tasks(cluster=CLUSTER)["taskArns"] == []
    assert denied(lambda: account.ecs.list_tasks(cluster="b"))[0] == "AccessDeniedException"


def test_tags_are_narrowed_to_the_keys_that_a_policy_names(account: Account):
    made = account.task_definition()
    keys = {"ForAllValues:StringLike": {"aws:TagKeys": ["mlship:*", "team"]}}
    allowed = {"Effect": "Allow", "Action": "ecs:TagResource", "Resource": "*", "Condition": keys}
    account.control("permissions", allow=[allowed])
    tag = lambda *keys: account.ecs.tag_resource(  # noqa: E731
        resourceArn=made, tags=[{"key": key, "value": "x"} for key in keys]
    )
    tag("mlship:model", "team")
    assert denied(lambda: tag("mlship:model", "owner"))[0] == "AccessDeniedException"


def test_the_first_scalable_target_of_an_account_makes_a_role(account: Account):
    account.created()
    scaling = account.client("application-autoscaling")

    def register() -> dict:
        return scaling.register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId=f"service/{CLUSTER}/model",
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=1,
            MaxCapacity=2,
        )

    registers = "application-autoscaling:RegisterScalableTarget"
    account.control("permissions", allow=[registers])
    assert "iam:CreateServiceLinkedRole" in denied(register)[1]
    account.control("permissions", allow=[registers, "iam:CreateServiceLinkedRole"])
    register()
    account.control("permissions", allow=[registers])
    register()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"allow": "ecs:*"}, "a list or null"),
        ({"allow": ["DescribeServices"]}, "is no action"),
        ({"allow": [{"Effect": "Allow"}]}, "a policy's statements"),
        ({"allow": [1]}, "a policy's statements"),
        ({"deny": [1]}, "deny is a list of actions"),
        ({"colour": []}, "permissions takes"),
        (
            {"allow": [{"Effect": "Allow", "Action": "a:b", "Resource": "*", "NotAction": "c:d"}]},
            "NotAction in a statement is not simulated",
        ),
        (
            {
                "allow": [
                    {"Effect": "Allow", "Action": "a:b", "Resource": "*"}
                    | {"Condition": {"Bool": {"a:b": "true"}}}
                ]
            },
            "the condition Bool is not simulated",
        ),
    ],
)
def test_a_mistake_in_permissions_is_named(account: Account, body, said):
    status, answer = account.control_status("permissions", body)
    assert status == 400
    assert said in answer["error"]
    assert account.look("permissions") == {"allow": None, "deny": []}


def test_alarm_with_tags_needs_the_permission_to_tag_it(account: Account):
    arn = f"arn:aws:cloudwatch:us-east-1:{account.number}:alarm:mlship-*"
    allow = [{"Effect": "Allow", "Action": "cloudwatch:PutMetricAlarm", "Resource": arn}]
    account.control("permissions", allow=allow)
    settings = {
        "AlarmName": "mlship-ml-fraud",
        "Namespace": "Test",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings)
    with pytest.raises(ClientError, match="cloudwatch:TagResource"):
        cloudwatch.put_metric_alarm(**settings, Tags=[{"Key": "of", "Value": "us"}])
    with pytest.raises(ClientError, match="cloudwatch:PutMetricAlarm"):
        cloudwatch.put_metric_alarm(**settings | {"AlarmName": "other"})
    account.control("permissions", allow=None)
