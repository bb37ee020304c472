"""What IAM says a role may do, and what a seed gives to verify."""

import json

from tests.account import Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def decisions(account: Account, role: str, actions: list[str], resources: list[str]) -> list[str]:
    answer = account.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=actions, ResourceArns=resources
    )
    return [one["EvalDecision"] for one in answer["EvaluationResults"]]


def test_a_role_may_do_what_its_policies_say_and_a_denial_goes_first(account: Account):
    iam = account.client("iam")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    assert decisions(account, role, ["s3:GetObject"], ["*"]) == ["implicitDeny"]
    statements = [
        {"Effect": "Allow", "Action": ["S3:Get*", "ecr:BatchGetImage"], "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::secret/?"]},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    resources = ["arn:aws:s3:::models/a", "arn:aws:s3:::secret/b", "arn:aws:s3:::secret/bc"]
    found = decisions(account, role, ["s3:GetObject"], resources)
    assert found == ["allowed", "explicitDeny", "allowed"]
    assert decisions(account, role, ["s3:PutObject"], ["arn:aws:s3:::a/b"]) == ["implicitDeny"]


def test_a_condition_that_nobody_answers_is_not_met_and_its_key_is_told(account: Account):
    iam = account.client("iam")
    role = iam.create_role(RoleName="c", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    tagged = {"StringEquals": {"aws:ResourceTag/team": "risk"}}
    secure = {"Bool": {"aws:SecureTransport": "false"}, "ArnLike": {"aws:PrincipalArn": "*"}}
    statements = [
        {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*", "Condition": tagged},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": secure},
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="c", PolicyName="p", PolicyDocument=document)
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["s3:GetObject", "ecr:BatchGetImage"], ResourceArns=["*"]
    )
    conditional, plain = answer["EvaluationResults"]
    assert conditional["EvalDecision"] == "implicitDeny"
    keys = ["aws:PrincipalArn", "aws:ResourceTag/team", "aws:SecureTransport"]
    assert conditional["MissingContextValues"] == keys
    assert (plain["EvalDecision"], plain["MissingContextValues"]) == ("allowed", [])
    # Whoever comes from nowhere comes from no place that is allowed.
    elsewhere = {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}
    denial = {"Effect": "Deny", "Action": "ecr:*", "Resource": "*", "Condition": elsewhere}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    iam.put_role_policy(RoleName="c", PolicyName="q", PolicyDocument=document)
    assert decisions(account, role, ["ecr:BatchGetImage"], ["*"]) == ["explicitDeny"]


def test_a_seeded_account_has_what_tasks_lean_on(account: Account):
    exports = account.control("seed")
    ec2 = account.client("ec2")
    tables = ec2.describe_route_tables()["RouteTables"]
    routes = [route for table in tables for route in table["Routes"]]
    ways = [route for route in routes if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
    assert [route["NatGatewayId"][:4] for route in ways] == ["nat-"]
    group = ec2.describe_security_groups(GroupIds=[exports["SECURITY_GROUP"]])
    rules = group["SecurityGroups"][0]["IpPermissions"]
    own = [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]
    assert exports["SECURITY_GROUP"] in own
    secret = [exports["SECRET_ARN"]]
    execution = exports["EXECUTION_ROLE"]
    assert decisions(account, execution, ["secretsmanager:GetSecretValue"], secret) == ["allowed"]
