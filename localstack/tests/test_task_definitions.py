"""What ECS fills into a task definition, and what it keeps."""

import pytest

from ecs_simulator.errors import EcsError
from tests.account import Account
from tests.bench import Bench


def described(account: Account, **more) -> dict:
    arn = account.task_definition(**more)
    return account.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]


def test_container_has_what_ecs_fills_in(account: Account):
    container = described(account)["containerDefinitions"][0]
    assert container == {
        "name": "model",
        "image": "model:1",
        "cpu": 0,
        "essential": True,
        "environment": [],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
    }


def test_health_check_gets_the_documented_defaults(account: Account):
    check = {"healthCheck": {"command": ["CMD", "true"], "startPeriod": 60}}
    container = described(account, container=check)["containerDefinitions"][0]
    assert container["healthCheck"] == {
        "command": ["CMD", "true"],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 60,
    }


def test_role_given_by_name_becomes_its_arn(account: Account):
    elsewhere = "arn:aws:iam::111122223333:role/other"
    found = described(account, taskRoleArn="team/model", executionRoleArn=elsewhere)
    assert found["taskRoleArn"] == f"arn:aws:iam::{account.number}:role/team/model"
    assert found["executionRoleArn"] == elsewhere


def test_registration_is_dated_signed_and_numbered(account: Account):
    first, second = described(account), described(account)
    assert (first["revision"], second["revision"]) == (1, 2)
    assert first["status"] == "ACTIVE"
    assert first["registeredBy"] == f"arn:aws:iam::{account.number}:root"
    assert first["registeredAt"].timestamp() > 0
    assert "FARGATE" in first["compatibilities"]
    assert {"name": "ecs.capability.task-eni"} in first["requiresAttributes"]


def test_tags_come_only_when_asked_for(account: Account):
    tags = [{"key": "team", "value": "risk"}]
    arn = account.task_definition(tags=tags)
    describe = account.ecs.describe_task_definition
    assert "tags" not in describe(taskDefinition=arn)
    assert describe(taskDefinition=arn, include=["TAGS"])["tags"] == tags
    account.ecs.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert account.ecs.list_tags_for_resource(resourceArn=arn)["tags"] == []


def test_deletion_follows_deregistration(account: Account):
    arn = account.task_definition()
    delete = account.ecs.delete_task_definitions
    assert "still in ACTIVE status" in delete(taskDefinitions=[arn])["failures"][0]["reason"]
    account.ecs.deregister_task_definition(taskDefinition=arn)
    deleted = delete(taskDefinitions=[arn])["taskDefinitions"][0]
    assert deleted["status"] == "DELETE_IN_PROGRESS"
    assert account.task_definition().endswith(":2")


def test_numbers_and_booleans_survive_the_round_trip(account: Account):
    container = {
        "readonlyRootFilesystem": True,
        "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
        "environment": [{"name": "A", "value": "1"}],
        "stopTimeout": 30,
    }
    found = described(account, container=container)["containerDefinitions"][0]
    assert container.items() <= found.items()


def test_deregistered_one_is_refused_at_any_fraction_of_a_second():
    bench = Bench()
    for _ in range(10):
        made = bench.register()
        bench.call("DeregisterTaskDefinition", taskDefinition=made)
        with pytest.raises(EcsError, match="TaskDefinition is inactive"):
            bench.call("RunTask", cluster="ml", taskDefinition=made)
        bench.world.controls.clock.advance(3e-7)
        bench.world.catch_up()
