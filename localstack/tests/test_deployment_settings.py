"""Alarms, bake time, early success, lagging lists, and what is not simulated."""

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account
from tests.alarms import alarm


def alarms(rollback: bool = True) -> dict:
    settings = {"alarmNames": ["fraud-5xx"], "enable": True, "rollback": rollback}
    return {"alarms": settings, "bakeTimeInMinutes": 10}


def test_alarm_during_the_bake_time_rolls_back(account: Account):
    before = account.created()
    updated = account.update(image="model:2", deploymentConfiguration=alarms())
    account.advance(300)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    alarm(account, "ALARM")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["alarms"]["status"] == "TRIGGERED"
    assert found["alarms"]["triggeredAlarmNames"] == ["fraud-5xx"]
    assert account.service()["taskDefinition"] == before["taskDefinition"]
    assert any("deployment failed: alarm detected." in event for event in account.events())


def test_alarm_without_rollback_stops_the_deployment(account: Account):
    account.created()
    updated = account.update(image="model:2", deploymentConfiguration=alarms(rollback=False))
    account.advance(60)
    alarm(account, "ALARM")
    assert account.finish(updated)["status"] == "STOPPED"


def test_alarm_that_was_on_before_is_ignored(account: Account):
    account.created()
    alarm(account, "ALARM")
    updated = account.update(image="model:2", deploymentConfiguration=alarms())
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_bake_time_delays_success(account: Account):
    account.created()
    updated = account.update(image="model:2", deploymentConfiguration={"bakeTimeInMinutes": 30})
    account.advance(1800)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    assert account.finish(updated)["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(("cleanup", "old_remain"), [("DEFERRED", True), ("BLOCKING", False)])
def test_early_success_comes_below_all_tasks(account: Account, cleanup, old_remain):
    account.created(desiredCount=4)
    early = {"enable": True, "healthyPercent": 50, "sourceServiceRevisionCleanup": cleanup}
    limits = {"minimumHealthyPercent": 50, "maximumPercent": 100}
    account.fault("hang", image=":2$", times=1)
    updated = account.update(
        image="model:2", deploymentConfiguration=limits | {"earlySuccessCriteria": early}
    )
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    service = account.service()
    assert (len(service["deployments"]) > 1) == old_remain


def test_new_deployment_is_missing_from_the_list_for_the_lag(account: Account):
    account.created()
    account.control("profile", list_lag=20)
    account.update(image="model:2")

    def listed() -> list[dict]:
        answer = account.ecs.list_service_deployments(cluster=CLUSTER, service="model")
        return answer["serviceDeployments"]

    assert len(listed()) == 1
    account.advance(20)
    assert [one["status"] for one in listed()] == ["IN_PROGRESS", "SUCCESSFUL"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, "CODE_DEPLOY is not simulated"),
        ({"launchType": "EXTERNAL"}, "launch type EXTERNAL is not simulated"),
        (
            {"loadBalancers": [{"loadBalancerName": "old", "containerName": "model"}]},
            "Classic load balancers are not simulated",
        ),
        ({"schedulingStrategy": "DAEMON"}, "DAEMON is not simulated"),
    ],
)
def test_what_is_not_simulated_is_not_pretended(account: Account, more, words):
    with pytest.raises(ClientError, match=words) as refusal:
        account.create(**more)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
