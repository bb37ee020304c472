"""The turns of service deployments that others cut short, and the pages of their lists."""

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account


def stop(account: Account, service: dict, stop_type: str = "ROLLBACK") -> None:
    arn = service["currentServiceDeployment"]
    account.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType=stop_type)


def test_stop_before_the_deployment_began(account: Account):
    account.created()
    updated = account.update(image="model:2")
    assert account.deployment(updated)["status"] == "PENDING"
    stop(account, updated)
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:1"}


def test_abort_stops_and_keeps_the_tasks_there_are(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.advance(40)
    stop(account, updated, "ABORT")
    assert account.deployment(updated)["status"] == "STOP_REQUESTED"
    found = account.finish(updated)
    assert found["status"] == "STOPPED"
    assert found["stoppedAt"] == found["finishedAt"]
    account.advance(300)
    assert account.service()["runningCount"] == 4


def test_stopping_does_not_turn_into_a_rollback(account: Account):
    account.created()
    updated = account.update(image="model:2")
    stop(account, updated, "ABORT")
    stop(account, updated, "ROLLBACK")
    assert account.finish(updated)["status"] == "STOPPED"


def test_rollback_that_is_superseded_has_failed(account: Account):
    account.created()
    rolled_back = account.update(image="model:2")
    account.advance(60)
    stop(account, rolled_back)
    account.advance(6)
    assert account.deployment(rolled_back)["status"] == "ROLLBACK_IN_PROGRESS"
    newer = account.update(image="model:3")
    assert account.deployment(rolled_back)["status"] == "ROLLBACK_FAILED"
    assert account.finish(newer)["status"] == "SUCCESSFUL"


def test_rollback_whose_tasks_fail_has_failed(account: Account):
    account.control("profile", rollback_keeps_tasks=False)
    account.created()
    account.fault("crash")
    assert account.finish(account.update(image="model:2"))["status"] == "ROLLBACK_FAILED"


def test_deletion_stops_the_deployment_and_takes_the_history(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.advance(20)
    account.ecs.delete_service(cluster=CLUSTER, service="model", force=True)
    assert account.deployment(updated)["status"] == "STOPPED"
    account.advance(60)
    assert account.service()["status"] == "INACTIVE"
    arns = [updated["currentServiceDeployment"]]
    answer = account.ecs.describe_service_deployments(serviceDeploymentArns=arns)
    assert answer["failures"] == [{"arn": arns[0], "reason": "MISSING"}]


def test_unknown_deployment_cannot_be_stopped(account: Account):
    arn = "arn:aws:ecs:us-east-1:000000000000:service-deployment/ml/model/none"
    with pytest.raises(account.ecs.exceptions.ServiceDeploymentNotFoundException):
        account.ecs.stop_service_deployment(serviceDeploymentArn=arn)


def test_desired_count_that_grows_meanwhile_is_reached(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.advance(40)
    account.update(desiredCount=5)
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert account.service()["runningCount"] == 5


def test_steady_state_is_told_again_every_six_hours(account: Account):
    account.created()
    account.advance(13 * 3600)
    told = [message for message in account.events() if "steady state" in message]
    assert len(told) == 3


def test_omitted_propagate_tags_can_be_read_as_none(account: Account):
    account.created(propagateTags="SERVICE")
    assert account.update(desiredCount=3)["propagateTags"] == "SERVICE"
    account.control("profile", update_resets_propagate_tags=True)
    assert account.update(desiredCount=2)["propagateTags"] == "NONE"


def test_services_come_in_pages_of_ten(account: Account):
    definition = account.task_definition()
    for number in range(12):
        account.create(f"model-{number}", taskDefinition=definition, desiredCount=0)
    first = account.ecs.list_services(cluster=CLUSTER)
    assert len(first["serviceArns"]) == 10
    second = account.ecs.list_services(cluster=CLUSTER, nextToken=first["nextToken"])
    assert len(second["serviceArns"]) == 2
    assert "nextToken" not in second
    pages = account.ecs.get_paginator("list_services").paginate(
        cluster=CLUSTER, PaginationConfig={"PageSize": 5}
    )
    assert [len(page["serviceArns"]) for page in pages] == [5, 5, 2]


def test_task_definitions_come_in_order_of_their_revisions(account: Account):
    for _ in range(11):
        account.task_definition()
    newest = account.ecs.list_task_definitions(familyPrefix="model", sort="DESC", maxResults=2)
    assert [arn.rpartition(":")[2] for arn in newest["taskDefinitionArns"]] == ["11", "10"]
    assert account.ecs.list_task_definitions(familyPrefix="mod")["taskDefinitionArns"] == []
    account.ecs.deregister_task_definition(taskDefinition="model:11")
    found = account.ecs.describe_task_definition(taskDefinition="model")["taskDefinition"]
    assert found["revision"] == 10
    for token in ("x", "-1"):
        with pytest.raises(ClientError):
            account.ecs.list_task_definitions(nextToken=token)
