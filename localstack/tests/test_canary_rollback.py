"""How a canary goes back: for what, from where, and what becomes of traffic and tasks."""

import pytest

from tests.account import CLUSTER, Account
from tests.alarms import alarm
from tests.two_groups import TwoGroups, canary, reach

# The first task that turns unhealthy is one too many.
STRICT = {"enable": True, "rollback": True, "thresholdConfiguration": {"type": "COUNT", "value": 1}}
ALARMS = {"alarmNames": ["fraud-5xx"], "enable": True, "rollback": True}
STAGES = [
    ("PRE_SCALE_UP", 1),
    ("SCALE_UP", 1),
    ("POST_SCALE_UP", 1),
    ("TEST_TRAFFIC_SHIFT", 1),
    ("POST_TEST_TRAFFIC_SHIFT", 1),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", 1),
    ("PRODUCTION_TRAFFIC_SHIFT", 1),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", 2),
    ("PRODUCTION_TRAFFIC_SHIFT", 2),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", 1),
    ("BAKE_TIME", 1),
    ("CLEAN_UP", 1),
]


def stop(account: Account, service: dict) -> None:
    account.ecs.stop_service_deployment(
        serviceDeploymentArn=service["currentServiceDeployment"], stopType="ROLLBACK"
    )


@pytest.fixture
def rules(groups: TwoGroups) -> tuple[str, str]:
    """Returns the rules for production and for tests of a service that runs in green."""
    production = groups.rule(groups.blue, groups.green)
    test = groups.rule(groups.green, groups.blue, priority=2)
    groups.account.created(
        loadBalancers=[groups.balancer(production, testListenerRule=test)],
        deploymentConfiguration=canary(),
    )
    return production, test


def is_as_before(groups: TwoGroups, rules: tuple[str, str], found: dict) -> None:
    production, test = rules
    assert groups.weights(production) == groups.weights(test) == (0, 100)
    assert found["targetServiceRevision"]["requestedProductionTrafficWeight"] == 0.0
    assert found["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 100.0


@pytest.mark.parametrize(("stage", "times"), STAGES)
def test_stop_goes_back_from_every_stage(groups: TwoGroups, rules, stage, times):
    account = groups.account
    before = account.service()["deployments"][0]
    updated = account.update(image="model:2")
    reach(account, updated, stage, times=times)
    stop(account, updated)
    assert account.deployment(updated)["status"] == "ROLLBACK_REQUESTED"
    account.advance(5)
    found = account.deployment(updated)
    assert found["status"] == "ROLLBACK_IN_PROGRESS"
    assert found["lifecycleStage"] == stage
    old, *_ = account.service()["deployments"]
    assert (old["id"], old["status"], old["rolloutState"]) == (
        before["id"],
        "PRIMARY",
        "IN_PROGRESS",
    )
    if stage != "CLEAN_UP":
        is_as_before(groups, rules, found)
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    is_as_before(groups, rules, found)
    assert (len(groups.targets(groups.blue)), groups.targets(groups.green)) == (0, ["healthy"] * 2)


def test_rollback_of_a_clean_up_waits_for_the_old_fleet_before_it_moves_traffic(
    groups: TwoGroups, rules
):
    account = groups.account
    updated = account.update(image="model:2")
    reach(account, updated, "CLEAN_UP")
    account.advance(1)
    stop(account, updated)
    account.advance(6)
    assert account.deployment(updated)["status"] == "ROLLBACK_IN_PROGRESS"
    assert groups.weights(rules[0]) == (100, 0)
    assert groups.targets(groups.blue) == ["healthy"] * 2
    for _ in range(300):
        if groups.weights(rules[0]) != (100, 0):
            break
        account.advance(1)
    assert groups.weights(rules[0]) == (0, 100)
    assert groups.targets(groups.green).count("healthy") == 2
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"


def test_alarm_during_the_canary_goes_back(groups: TwoGroups, rules):
    account = groups.account
    settings = canary() | {"alarms": ALARMS}
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    alarm(account, "ALARM")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["alarms"]["triggeredAlarmNames"] == ["fraud-5xx"]
    is_as_before(groups, rules, found)
    failed, back = [event for event in account.events() if "deployment ecs-svc" in event][-3:-1]
    assert failed.endswith("deployment failed: alarm detected.")
    assert "rolling back to deployment ecs-svc/" in back


def test_alarm_that_was_on_before_is_watched_by_nobody(groups: TwoGroups, rules):
    account = groups.account
    alarm(account, "ALARM")
    settings = canary() | {"alarms": ALARMS}
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_breaker_ends_a_fleet_that_never_comes_up(groups: TwoGroups, rules):
    account = groups.account
    account.fault("crash", image=":2$")
    updated = account.update(image="model:2")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["lifecycleStage"] == "SCALE_UP"
    assert found["statusReason"] == (
        "Service deployment rolled back because the circuit breaker threshold was exceeded."
    )
    is_as_before(groups, rules, found)
    assert any("deployment failed: tasks failed to start." in one for one in account.events())


def test_breaker_acts_on_tasks_that_turn_unhealthy_under_traffic(groups: TwoGroups, rules):
    account = groups.account
    account.fault("lb_unhealthy", image=":2$", after=120)
    settings = canary(deploymentCircuitBreaker=STRICT)
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT"
    is_as_before(groups, rules, found)


def test_without_breaker_the_scale_up_goes_on_for_a_day(groups: TwoGroups, rules):
    account = groups.account
    account.fault("crash", image=":2$")
    breaker = {"enable": False, "rollback": False}
    settings = canary(deploymentCircuitBreaker=breaker)
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    account.advance(86_000)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert "SCALE_UP took longer than 24 hours" in found["statusReason"]


def test_bake_of_a_day_is_not_too_long(groups: TwoGroups, rules):
    account = groups.account
    settings = canary(minutes=1440, bake=1440)
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    found = account.finish(updated, within=3 * 86_400, step=300)
    assert found["status"] == "SUCCESSFUL"


def test_breaker_without_rollback_stops_and_leaves_everything(groups: TwoGroups, rules):
    account = groups.account
    account.fault("lb_unhealthy", image=":2$", after=120)
    settings = canary(deploymentCircuitBreaker=STRICT | {"rollback": False})
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    assert account.finish(updated)["status"] == "STOPPED"
    assert groups.weights(rules[0]) == (100, 900)


@pytest.mark.parametrize(
    ("reading", "stage", "shown"),
    [
        ("kept", "POST_TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT"),
        ("traffic_shift", "POST_TEST_TRAFFIC_SHIFT", "TEST_TRAFFIC_SHIFT"),
        ("traffic_shift", "BAKE_TIME", "PRODUCTION_TRAFFIC_SHIFT"),
        ("traffic_shift", "POST_SCALE_UP", "POST_SCALE_UP"),
    ],
)
def test_stage_of_a_rollback_has_two_readings(groups: TwoGroups, rules, reading, stage, shown):
    account = groups.account
    account.control("profile", rollback_stage=reading)
    updated = account.update(image="model:2")
    reach(account, updated, stage)
    stop(account, updated)
    account.advance(6)
    assert account.deployment(updated)["lifecycleStage"] == shown


def test_first_deployment_that_fails_has_nothing_to_go_back_to(groups: TwoGroups):
    account = groups.account
    rule = groups.rule(groups.blue, groups.green)
    account.fault("lb_unhealthy", after=120)
    settings = canary(deploymentCircuitBreaker=STRICT)
    made = account.create(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=settings)
    found = account.finish(made)
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."
    assert any("deployment failed: tasks failed to start." in one for one in account.events())
    # Nobody moved the traffic back: most of it goes to a group that never had a task.
    assert groups.weights(rule) == (900, 100)
    assert groups.targets(groups.blue) == []


@pytest.mark.parametrize("stage", ["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"])
def test_newer_deployment_consolidates_the_traffic_of_one_it_takes_the_place_of(
    groups: TwoGroups, rules, stage
):
    account = groups.account
    older = account.update(image="model:2")
    reach(account, older, stage)
    newer = account.update(image="model:3")
    assert account.deployment(older)["status"] == "STOPPED"
    found = reach(account, newer, "RECONCILE_SERVICE")
    assert len(found["sourceServiceRevisions"]) == 2
    assert groups.weights(rules[0]) == groups.weights(rules[1]) == (0, 100)
    found = reach(account, newer, "PRE_SCALE_UP")
    assert groups.targets(groups.blue) == []
    assert account.finish(newer)["status"] == "SUCCESSFUL"
    assert groups.weights(rules[0]) == (100, 0)
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:3"}


def test_newer_deployment_can_leave_the_traffic_split_and_fail_of_it(groups: TwoGroups, rules):
    account = groups.account
    account.control("profile", supersede="leaves_split")
    older = account.update(image="model:2")
    reach(account, older, "PRODUCTION_TRAFFIC_SHIFT")
    for image in ("model:3", "model:4"):
        found = account.finish(account.update(image=image))
        assert found["status"] == "ROLLBACK_SUCCESSFUL"
        assert "found 2 target groups which are serving traffic" in found["statusReason"]
        # A tenth of the traffic goes to a group that has no task.
        assert groups.weights(rules[0]) == (100, 900)
        assert groups.targets(groups.blue) == []
    groups.reset(rules[0], blue=0, green=1)
    assert account.finish(account.update(image="model:5"))["status"] == "SUCCESSFUL"


def test_creation_that_is_superseded_can_leave_most_traffic_on_an_empty_group(groups: TwoGroups):
    account = groups.account
    account.control("profile", supersede="leaves_split")
    rule = groups.rule(groups.blue, groups.green)
    made = account.create(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary(5))
    reach(account, made, "PRODUCTION_TRAFFIC_SHIFT")
    found = account.finish(account.update(image="model:2"))
    assert found["status"] == "ROLLBACK_FAILED"
    assert groups.weights(rule) == (950, 50)
    assert groups.targets(groups.blue) == []


def test_rollback_that_is_superseded_has_failed_with_the_traffic_back(groups: TwoGroups, rules):
    account = groups.account
    older = account.update(image="model:2")
    reach(account, older, "PRODUCTION_TRAFFIC_SHIFT")
    stop(account, older)
    account.advance(6)
    newer = account.update(image="model:3")
    assert account.deployment(older)["status"] == "ROLLBACK_FAILED"
    assert account.finish(newer)["status"] == "SUCCESSFUL"
    assert groups.weights(rules[0]) == (100, 0)


def test_deletion_leaves_the_rule_alone(groups: TwoGroups, rules):
    account = groups.account
    updated = account.update(image="model:2")
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    account.ecs.delete_service(cluster=CLUSTER, service="model", force=True)
    assert account.deployment(updated)["status"] == "STOPPED"
    account.advance(120)
    assert account.service()["status"] == "INACTIVE"
    assert groups.weights(rules[0]) == (100, 900)
