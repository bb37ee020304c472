"""Blue/green and linear deployments, services without load balancers, and changes of strategy."""

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account
from tests.alarms import alarm
from tests.two_groups import TwoGroups, canary, follow, reach

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
BLUE_GREEN = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 2} | BREAKER
ROLLING = {"strategy": "ROLLING"}


def linear(percent: float, **more) -> dict:
    steps = {"stepPercent": percent, "stepBakeTimeInMinutes": 1}
    return {"strategy": "LINEAR", "linearConfiguration": steps} | BREAKER | more


def created(groups: TwoGroups, configuration: dict) -> str:
    rule = groups.rule(groups.blue, groups.green)
    groups.account.created(
        loadBalancers=[groups.balancer(rule)], deploymentConfiguration=configuration
    )
    return rule


def plain(groups: TwoGroups, group: str) -> dict:
    return {"targetGroupArn": group, "containerName": "model", "containerPort": 8080}


def shares(groups: TwoGroups, rule: str, image: str = "model:2", **more) -> list:
    """Deploys, and returns the percents of production traffic that were asked for on the way."""
    moments = follow(groups, groups.account.update(image=image, **more), rule)
    return list(dict.fromkeys(moment.requested[1] for moment in moments))


def test_blue_green_moves_everything_in_one_step(groups: TwoGroups):
    rule = created(groups, BLUE_GREEN)
    moments = follow(groups, groups.account.update(image="model:2"), rule)
    assert [(one.stage, one.weights) for one in moments][5:] == [
        ("POST_TEST_TRAFFIC_SHIFT", (0, 100)),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", (0, 100)),
        ("PRODUCTION_TRAFFIC_SHIFT", (100, 0)),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", (100, 0)),
        ("BAKE_TIME", (100, 0)),
        ("CLEAN_UP", (100, 0)),
    ]


def test_blue_green_writes_hundreds_on_every_scale(groups: TwoGroups):
    groups.account.control("profile", final_weights="999")
    assert groups.weights(created(groups, BLUE_GREEN)) == (0, 100)


def test_linear_moves_equal_steps_each_with_its_bake(groups: TwoGroups):
    rule = created(groups, linear(50))
    assert shares(groups, rule, deploymentConfiguration=linear(25)) == [0, 25, 50, 75, 100]


@pytest.mark.parametrize(
    ("percent", "remainder", "expected"),
    [
        (30, "own_step", [0, 30, 60, 90, 100]),
        (30, "in_last_step", [0, 30, 60, 100]),
        (33.4, "own_step", [0, 33.4, 66.8, 100]),
        (100, "own_step", [0, 100]),
        (100, "in_last_step", [0, 100]),
    ],
)
def test_rest_of_a_linear_deployment_has_two_readings(
    groups: TwoGroups, percent, remainder, expected
):
    rule = created(groups, BLUE_GREEN)
    groups.account.control("profile", linear_remainder=remainder)
    assert shares(groups, rule, deploymentConfiguration=linear(percent)) == expected


@pytest.mark.parametrize(("reading", "steps"), [("two_steps", 2), ("one_step", 1)])
def test_canary_of_everything_has_two_readings(groups: TwoGroups, reading, steps):
    rule = created(groups, BLUE_GREEN)
    account = groups.account
    account.control("profile", canary_of_100=reading)
    updated = account.update(image="model:2", deploymentConfiguration=canary(100, minutes=1))
    stages = [moment.stage for moment in follow(groups, updated, rule)]
    assert stages.count("PRODUCTION_TRAFFIC_SHIFT") == steps


@pytest.mark.parametrize(("acts", "status"), [(True, "ROLLBACK_SUCCESSFUL"), (False, "SUCCESSFUL")])
def test_alarms_on_linear_have_two_readings(groups: TwoGroups, acts, status):
    created(groups, BLUE_GREEN)
    account = groups.account
    account.control("profile", alarms_on_linear=acts)
    alarms = {"alarmNames": ["fraud-5xx"], "enable": True, "rollback": True}
    settings = linear(50, alarms=alarms)
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    monitor = account.deployment(updated)["alarms"]["status"]
    assert monitor == ("MONITORING" if acts else "DISABLED")
    alarm(account, "ALARM")
    assert account.finish(updated)["status"] == status


@pytest.mark.parametrize("percent", [2.9, 100.1, 10.05])
def test_step_out_of_range_is_refused(groups: TwoGroups, percent):
    created(groups, BLUE_GREEN)
    with pytest.raises(ClientError, match=r"stepPercent must be a multiple of 0\.1 between 3\.0"):
        groups.account.update(deploymentConfiguration=linear(percent))


# Without load balancers.


def test_blue_green_without_load_balancer_replaces_tasks_and_moves_no_traffic(account: Account):
    account.created(deploymentConfiguration=BLUE_GREEN)
    updated = account.update(image="model:2")
    found = reach(account, updated, "BAKE_TIME")
    assert account.service()["runningCount"] == 4
    assert "requestedProductionTrafficWeight" not in found["targetServiceRevision"]
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:2"}


def test_canary_without_load_balancer_is_not_pretended(account: Account):
    with pytest.raises(ClientError, match="CANARY without load balancers") as refusal:
        account.create(deploymentConfiguration=canary())
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


# Changes of strategy.


def test_strategies_that_move_traffic_change_without_a_deployment(groups: TwoGroups):
    rule = created(groups, BLUE_GREEN)
    account = groups.account
    before = account.service()["currentServiceDeployment"]
    for settings in (canary(), linear(20), BLUE_GREEN):
        shown = account.update(deploymentConfiguration=settings)
        assert shown["deploymentConfiguration"]["strategy"] == settings["strategy"]
        assert shown["currentServiceDeployment"] == before
    assert groups.weights(rule) == (0, 100)


def test_strategy_is_not_changed_during_a_deployment(groups: TwoGroups):
    created(groups, BLUE_GREEN)
    account = groups.account
    account.update(image="model:2")
    for settings in (canary(), ROLLING):
        with pytest.raises(ClientError, match="while a service deployment is in progress"):
            account.update(deploymentConfiguration=settings)


def rolling(groups: TwoGroups) -> str:
    """Creates a rolling service in blue, to which a rule for both groups forwards."""
    rule = groups.rule(groups.blue, groups.green)
    groups.account.created(loadBalancers=[plain(groups, groups.blue)])
    return rule


def test_rolling_service_changes_in_one_call_and_lands_in_the_other_group(groups: TwoGroups):
    rule = rolling(groups)
    account = groups.account
    with pytest.raises(ClientError, match="advancedConfiguration field is required for all"):
        account.update(image="model:2", deploymentConfiguration=canary())
    updated = account.update(
        image="model:2",
        deploymentConfiguration=canary(minutes=1),
        loadBalancers=[groups.balancer(rule)],
    )
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    assert groups.weights(rule) == (900, 100)
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert (groups.targets(groups.blue), len(groups.targets(groups.green))) == ([], 2)


def test_rolling_service_can_need_a_rolling_deployment_first(groups: TwoGroups):
    account = groups.account
    account.control("profile", switch_needs_rolling=True)
    rule = rolling(groups)
    change = {"deploymentConfiguration": canary(), "loadBalancers": [groups.balancer(rule)]}
    with pytest.raises(ClientError, match="after a rolling deployment with advancedConfiguration"):
        account.update(image="model:2", **change)
    prepared = account.update(loadBalancers=change["loadBalancers"])
    assert account.finish(prepared)["status"] == "SUCCESSFUL"
    assert groups.weights(rule) == (100, 0)
    assert account.update(**change)["deploymentConfiguration"]["strategy"] == "CANARY"


def test_back_to_rolling_keeps_tasks_in_the_group_that_serves(groups: TwoGroups):
    rule = created(groups, BLUE_GREEN)
    account = groups.account
    updated = account.update(image="model:2", deploymentConfiguration=ROLLING)
    found = account.finish(updated)
    assert found["status"] == "SUCCESSFUL"
    assert "lifecycleStage" not in found
    assert groups.weights(rule) == (0, 100)
    assert (groups.targets(groups.blue), len(groups.targets(groups.green))) == ([], 2)
    account.update(deploymentConfiguration=canary(minutes=1, bake=0))
    assert account.finish(account.update(image="model:3"))["status"] == "SUCCESSFUL"
    assert groups.weights(rule) == (100, 0)


def test_back_to_rolling_with_the_idle_group_alone_leaves_traffic_on_an_empty_one(
    groups: TwoGroups,
):
    rule = created(groups, BLUE_GREEN)
    account = groups.account
    updated = account.update(
        image="model:2",
        deploymentConfiguration=ROLLING,
        loadBalancers=[plain(groups, groups.blue)],
    )
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert groups.weights(rule) == (0, 100)
    assert (len(groups.targets(groups.blue)), groups.targets(groups.green)) == (2, [])


# How the pair is shown.


def test_pair_of_groups_can_be_shown_with_the_live_one_first(groups: TwoGroups):
    account = groups.account
    account.control("profile", service_load_balancers="swapped")
    rule = created(groups, BLUE_GREEN)
    service = account.service()
    (shown,) = service["loadBalancers"]
    assert shown["targetGroupArn"] == groups.green
    assert shown["advancedConfiguration"]["alternateTargetGroupArn"] == groups.blue
    # Sent back as it is shown, it changes nothing.
    same = account.update(loadBalancers=[shown])
    assert same["currentServiceDeployment"] == service["currentServiceDeployment"]
    account.finish(account.update(image="model:2"))
    assert groups.weights(rule) == (100, 0)
    assert account.service()["loadBalancers"] == [groups.balancer(rule)]
    account.ecs.delete_service(cluster=CLUSTER, service="model", force=True)
