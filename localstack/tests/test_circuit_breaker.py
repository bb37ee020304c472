"""The circuit breaker's two stages and its thresholds."""

import itertools

import pytest

from ecs_simulator.failures import CircuitBreaker, FailureCount
from tests.account import Account


@pytest.mark.parametrize(
    ("desired", "expected"), [(1, 3), (6, 3), (7, 4), (25, 13), (400, 200), (1000, 200)]
)
def test_default_threshold_is_half_within_bounds(desired, expected):
    assert CircuitBreaker(enable=True).threshold(desired) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("COUNT", 7, 7), ("UNBOUNDED_PERCENT", 10, 1), ("BOUNDED_PERCENT", 100, 10)],
)
def test_configured_threshold(kind, value, expected):
    configured = {"type": kind, "value": value}
    breaker = CircuitBreaker(enable=True, thresholdConfiguration=configured)
    assert breaker.threshold(10) == expected


def test_breaker_trips_when_the_count_equals_the_threshold():
    failures = FailureCount()
    breaker = CircuitBreaker(enable=True)
    for expected in (False, False, True):
        failures.failed_to_start()
        assert breaker.trips(failures, desired_count=1) == expected


def test_three_unresolvable_images_trip_whatever_the_threshold():
    failures = FailureCount(failed_resolutions=3)
    breaker = CircuitBreaker(enable=True, thresholdConfiguration={"type": "COUNT", "value": 99})
    assert breaker.trips(failures, desired_count=1)
    assert not CircuitBreaker(enable=False).trips(failures, desired_count=1)


def test_running_task_ends_stage_one_and_its_count():
    failures = FailureCount()
    failures.failed_to_start()
    failures.reached_running(needed=1)
    failures.failed_to_start()
    assert (failures.stage, failures.count) == (2, 0)
    failures.failed_health_check()
    assert failures.count == 1


def test_stage_one_can_be_read_as_lasting_for_more_than_one_task():
    failures = FailureCount()
    failures.reached_running(needed=2)
    failures.failed_to_start()
    assert (failures.stage, failures.count) == (1, 1)


def breaker(**more) -> dict:
    return {"deploymentCircuitBreaker": {"enable": True, "rollback": True} | more}


def test_custom_threshold_is_shown_and_obeyed(account: Account):
    threshold = {"thresholdConfiguration": {"type": "COUNT", "value": 1}}
    account.created(deploymentConfiguration=breaker(**threshold))
    account.fault("crash", image=":bad$")
    found = account.finish(account.update(image="model:bad", desiredCount=1))
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["threshold"] == 1


@pytest.mark.parametrize(
    ("kind", "value", "desired", "expected"),
    [
        ("COUNT", 7, 2, 7),
        ("UNBOUNDED_PERCENT", 50, 4, 2),
        ("UNBOUNDED_PERCENT", 100, 1, 1),
        ("BOUNDED_PERCENT", 100, 8, 8),
        ("BOUNDED_PERCENT", 1, 8, 3),
    ],
)
def test_each_type_of_threshold_rolls_back(account: Account, kind, value, desired, expected):
    configured = breaker(thresholdConfiguration={"type": kind, "value": value})
    account.created(desiredCount=desired, deploymentConfiguration=configured)
    account.fault("crash", image=":bad$")
    found = account.finish(account.update(image="model:bad"))
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["threshold"] == expected
    assert found["deploymentCircuitBreaker"]["failureCount"] >= expected


def test_three_images_that_cannot_be_pulled_roll_back_a_large_service(account: Account):
    account.created(desiredCount=20)
    account.fault("pull", image=":bad$", times=3)
    found = account.finish(account.update(image="model:bad"))
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["threshold"] == 10


def test_threshold_follows_the_latest_desired_count(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.update(desiredCount=20)
    assert account.deployment(updated)["deploymentCircuitBreaker"]["threshold"] == 10


CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 5, "retries": 2}}


@pytest.mark.parametrize(("resets", "count"), [(True, 0), (False, 2)])
def test_healthy_task_resets_the_count_unless_told_not_to(account: Account, resets, count):
    shaky = account.task_definition(container=CHECK)
    account.fault("unhealthy", times=2)
    settings = breaker(resetOnHealthyTask=resets)
    found = account.finish(account.create(taskDefinition=shaky, deploymentConfiguration=settings))
    assert found["status"] == "SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["failureCount"] == count


@pytest.mark.parametrize(("counts", "status"), [(True, "ROLLBACK_FAILED"), (False, "IN_PROGRESS")])
def test_lack_of_capacity_counts_or_not(account: Account, counts, status):
    account.control("profile", breaker_counts_placement=counts)
    account.fault("capacity")
    made = account.create()
    account.advance(3600)
    assert account.deployment(made)["status"] == status


def test_first_release_can_be_read_as_stalling(account: Account):
    account.control("profile", no_rollback_candidate="stall")
    account.fault("pull")
    made = account.create()
    account.advance(3600)
    assert account.deployment(made)["status"] == "IN_PROGRESS"
    assert account.deployment(made)["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert account.service()["pendingCount"] == 0


def test_rolled_back_deployment_can_be_read_as_in_progress(account: Account):
    account.control("profile", failed_rollout_state="IN_PROGRESS")
    account.created()
    account.fault("pull", image=":bad$")
    account.update(image="model:bad")
    states = set()
    for _ in range(100):
        states |= {one["rolloutState"] for one in account.service()["deployments"]}
        account.advance(3)
    assert states == {"IN_PROGRESS", "COMPLETED"}


def test_rollback_can_be_read_as_replacing_healthy_tasks(account: Account):
    account.control("profile", rollback_keeps_tasks=False)
    account.created()
    before = {task["taskArn"] for task in account.tasks()}
    account.fault("pull", image=":bad$")
    assert account.finish(account.update(image="model:bad"))["status"] == "ROLLBACK_SUCCESSFUL"
    assert before.isdisjoint(task["taskArn"] for task in account.tasks())


def test_failed_starts_are_delayed_more_each_time(account: Account):
    settings = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    account.control("profile", stopped_task_retention=100_000)
    account.fault("pull")
    account.create(desiredCount=1, deploymentConfiguration=settings)
    account.advance(4 * 3600)
    created = sorted(task["createdAt"] for task in account.tasks("STOPPED"))
    waits = [(b - a).total_seconds() for a, b in itertools.pairwise(created)]
    assert waits == sorted(waits)
    assert waits[1] - waits[0] == 10
    assert 1620 < waits[-1] < 1700
    assert any("unable to consistently start tasks" in event for event in account.events())


def test_limits_that_leave_no_move_are_told(account: Account):
    account.created(desiredCount=1)
    limits = {"minimumHealthyPercent": 100, "maximumPercent": 100}
    updated = account.update(image="model:2", deploymentConfiguration=limits)
    account.advance(3600)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    stuck = [message for message in account.events() if "unable to stop or start" in message]
    assert len(stuck) == 1
