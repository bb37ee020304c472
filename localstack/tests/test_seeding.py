"""What a seed creates, inside the instance and from outside."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ecs_simulator.seeding import TARGET_GROUPS
from tests.account import Account

HOME = Path(__file__).resolve().parent.parent


def test_seeded_account_has_what_deployments_need(account: Account):
    exports = account.control("seed")
    clusters = account.ecs.describe_clusters(clusters=["ml-staging", "ml-prod"])["clusters"]
    assert [one["status"] for one in clusters] == ["ACTIVE", "ACTIVE"]
    group = account.client("elbv2").describe_target_groups(
        TargetGroupArns=[exports["TARGET_GROUP"]]
    )["TargetGroups"][0]
    assert group["TargetGroupName"] == "fraud-scorer"
    assert group["LoadBalancerArns"]
    rule = account.client("elbv2").describe_rules(RuleArns=[exports["LISTENER_RULE"]])["Rules"][0]
    assert rule["Actions"][0]["ForwardConfig"]["TargetGroups"] == [
        {"TargetGroupArn": exports["CONTROL_TARGET_GROUP"], "Weight": 100},
        {"TargetGroupArn": exports["CHALLENGER_TARGET_GROUP"], "Weight": 0},
    ]
    assert exports["LOAD_BALANCER"] in group["LoadBalancerArns"]
    assert exports["SUBNET_A"] in account.subnets
    assert exports["SUBNET_B"] in account.subnets
    role = account.client("iam").get_role(RoleName="ml-execution")["Role"]["Arn"]
    assert exports["EXECUTION_ROLE"] == role
    secret = account.client("secretsmanager").get_secret_value(SecretId=exports["SECRET_ARN"])
    assert secret["SecretString"].startswith("postgres://")
    assert exports["AWS_ACCESS_KEY_ID"] == account.number


def test_seeding_again_and_at_the_same_time_changes_nothing(account: Account):
    with ThreadPoolExecutor(4) as pool:
        seeds = list(pool.map(lambda _: account.control("seed"), range(4)))
    assert all(seed == seeds[0] for seed in seeds)
    made = account.client("elbv2").describe_target_groups()["TargetGroups"]
    assert sorted(group["TargetGroupName"] for group in made) == sorted(TARGET_GROUPS)
    assert len(account.client("elbv2").describe_load_balancers()["LoadBalancers"]) == 1


def test_seeding_from_outside_finds_what_the_control_made(account: Account):
    # What localstack/seed runs for a LocalStack without controls.
    command = [sys.executable, HOME / "launcher" / "boto_seeding.py", account.endpoint]
    settings = os.environ | {"PYTHONPATH": str(HOME)}

    def from_outside() -> dict:
        done = subprocess.run(
            [*command, account.number, "us-east-1"],
            env=settings,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    made = from_outside()
    assert account.control("seed") == made
    assert from_outside() == made


def test_region_is_the_one_that_requests_would_reach(account: Account):
    exports = account.control("seed", region="eu-central-1")
    assert ":eu-central-1:" in exports["TARGET_GROUP"]
    assert exports["AWS_REGION"] == "eu-central-1"
    # LocalStack takes requests to regions that it doesn't know to this one.
    assert ":us-east-1:" in account.control("seed", region="mars-1")["TARGET_GROUP"]


def test_seeding_meets_no_fault_or_throttle_and_is_not_logged(account: Account):
    account.control("api-faults", faults=[{"kind": "error", "code": "ServerException"}])
    for _ in range(10):
        assert "SECRET_ARN" in account.control("seed")
    account.control("api-faults", faults=[])
    assert account.control("requests")["requests"] == []
