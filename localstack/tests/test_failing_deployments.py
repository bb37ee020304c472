"""Deployments that fail: the circuit breaker, rollbacks, and stops by hand."""

import pytest

from tests.account import Account


def test_breaker_rolls_back_to_the_old_deployment_id(account: Account):
    before = account.created()
    account.fault("pull", image=":bad$")
    updated = account.update(image="model:bad")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert found["rollback"]["serviceRevisionArn"] == before["currentServiceRevisions"][0]["arn"]
    after = account.service()
    assert [one["id"] for one in after["deployments"]] == [before["deployments"][0]["id"]]
    assert after["taskDefinition"] == before["taskDefinition"]


def test_deployments_tell_the_turns_of_a_rollback(account: Account):
    old = account.created()["deployments"][0]["id"]
    account.fault("crash", image=":bad$")
    updated = account.update(image="model:bad")
    new = updated["deployments"][0]["id"]
    turns = []
    for _ in range(300):
        shown = [
            (one["id"], one["status"], one["rolloutState"], one["desiredCount"])
            for one in account.service()["deployments"]
        ]
        turn = (account.deployment(updated)["status"], shown)
        turns += [turn] if turns[-1:] != [turn] else []
        account.advance(1)
    before = [(new, "PRIMARY", "IN_PROGRESS", 2), (old, "ACTIVE", "COMPLETED", 0)]
    assert turns == [
        ("PENDING", before),
        ("IN_PROGRESS", before),
        (
            "ROLLBACK_IN_PROGRESS",
            [(old, "PRIMARY", "IN_PROGRESS", 2), (new, "ACTIVE", "FAILED", 0)],
        ),
        ("ROLLBACK_SUCCESSFUL", [(old, "PRIMARY", "COMPLETED", 2)]),
    ]
    told = account.events()
    failed = told.index(
        f"(service model) (deployment {new}) deployment failed: tasks failed to start."
    )
    assert told[failed + 1 :] == [
        f"(service model) rolling back to deployment {old}.",
        f"(service model) (deployment {old}) deployment completed.",
        "(service model) has reached a steady state.",
    ]


def test_newer_deployment_ends_the_rollback_of_the_breaker(account: Account):
    account.control("profile", rollback_keeps_tasks=False)
    account.created()
    account.fault("crash", image=":bad$")
    failed = account.update(image="model:bad")
    while account.deployment(failed)["status"] != "ROLLBACK_IN_PROGRESS":
        account.advance(2)
    newer = account.update(image="model:3")
    found = account.deployment(failed)
    assert found["status"] == "ROLLBACK_FAILED"
    assert "replaced by a newer" in found["statusReason"]
    assert account.finish(newer)["status"] == "SUCCESSFUL"
    assert account.deployment(failed)["deploymentCircuitBreaker"]["status"] == "TRIGGERED"


def test_healthy_old_tasks_survive_a_rollback(account: Account):
    account.created()
    before = {task["taskArn"] for task in account.tasks()}
    account.fault("crash", image=":bad$")
    account.finish(account.update(image="model:bad"))
    assert {task["taskArn"] for task in account.tasks()} == before


def test_failed_first_release_finds_nothing_to_roll_back_to(account: Account):
    account.fault("pull")
    found = account.finish(account.create())
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."
    assert account.service()["deployments"][0]["rolloutState"] == "FAILED"


def test_breaker_without_rollback_stops_and_keeps_the_old_tasks(account: Account):
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    account.created(deploymentConfiguration=breaker)
    account.fault("pull", image=":bad$")
    found = account.finish(account.update(image="model:bad"))
    assert found["status"] == "STOPPED"
    states = [(one["status"], one["rolloutState"]) for one in account.service()["deployments"]]
    assert states == [("PRIMARY", "FAILED"), ("ACTIVE", "COMPLETED")]
    account.advance(600)
    assert account.service()["runningCount"] == 2


@pytest.mark.parametrize(
    ("kind", "stop_code", "reason"),
    [
        ("pull", "TaskFailedToStart", "CannotPullContainerError: pull image manifest"),
        ("secret", "TaskFailedToStart", "ResourceInitializationError: The task"),
        ("crash", "EssentialContainerExited", "Essential container in task exited"),
        ("oom", "EssentialContainerExited", "Essential container in task exited"),
        ("exec_format", "EssentialContainerExited", "Essential container in task exited"),
    ],
)
def test_task_that_never_runs_says_why(account: Account, kind, stop_code, reason):
    account.fault(kind)
    account.finish(account.create())
    task = account.tasks("STOPPED")[0]
    assert task["stopCode"] == stop_code
    assert task["stoppedReason"].startswith(reason)
    assert "startedAt" not in task


@pytest.mark.parametrize("kind", ["pull", "secret"])
def test_task_fails_to_start_in_the_words_that_a_fault_gives(account: Account, kind):
    account.fault(kind, reason="Timeout waiting for network interface provisioning to complete.")
    account.finish(account.create())
    task = account.tasks("STOPPED")[0]
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("Timeout waiting for network interface")
    placed = "unable to place a task. Reason: Timeout waiting for network interface"
    assert any(placed in message for message in account.events())


def test_a_container_exits_in_the_words_that_a_fault_gives(account: Account):
    account.fault("crash", exit_code=128, reason="CannotStartContainerError: {no} such file")
    account.finish(account.create())
    container = account.tasks("STOPPED")[0]["containers"][0]
    assert container["exitCode"] == 128
    assert container["reason"] == "CannotStartContainerError: {no} such file"


def test_no_task_is_placed_in_the_words_that_a_fault_gives(account: Account):
    account.fault("capacity", reason="failed to launch a task with (error no role).")
    account.finish(account.create())
    assert "(service model) failed to launch a task with (error no role)." in account.events()
    assert account.tasks("STOPPED") == []


def test_oom_is_told_by_the_container(account: Account):
    account.fault("oom")
    account.finish(account.create())
    container = account.tasks("STOPPED")[0]["containers"][0]
    assert container["exitCode"] == 137
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"


def test_crash_after_running_is_not_counted_without_health_checks(account: Account):
    account.fault("crash", after=5)
    made = account.create()
    account.advance(1200)
    assert account.deployment(made)["status"] == "IN_PROGRESS"
    assert account.service()["deployments"][0]["failedTasks"] == 0
    assert len(account.tasks("STOPPED")) > 6


def test_failing_container_checks_trip_the_breaker(account: Account):
    check = {"healthCheck": {"command": ["CMD", "true"], "interval": 5, "retries": 2}}
    good = account.task_definition("model:1", container=check)
    bad = account.task_definition("model:bad", container=check)
    account.created(taskDefinition=good)
    account.fault("unhealthy", image=":bad$")
    found = account.finish(account.update(taskDefinition=bad))
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    reasons = {task["stoppedReason"] for task in account.tasks("STOPPED")}
    assert "Task failed container health checks" in reasons


def test_failing_target_checks_trip_the_breaker(account: Account):
    group = account.target_group()
    balancers = [{"targetGroupArn": group, "containerName": "model", "containerPort": 8080}]
    account.created(loadBalancers=balancers)
    account.fault("lb_unhealthy", image=":bad$")
    found = account.finish(account.update(image="model:bad"))
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    reasons = {task["stoppedReason"] for task in account.tasks("STOPPED")}
    assert f"Task failed ELB health checks in (target-group {group})" in reasons


def test_failing_target_checks_say_what_they_met_with(account: Account):
    group = account.target_group()
    balancers = [{"targetGroupArn": group, "containerName": "model", "containerPort": 8080}]
    account.fault("lb_unhealthy", reason="Health checks failed with these codes: [404]")
    account.finish(account.create(loadBalancers=balancers))
    because = "due to (reason Health checks failed with these codes: [404])."
    assert any(message.endswith(because) for message in account.events())


@pytest.mark.parametrize(("grace", "status"), [(0, "ROLLBACK_FAILED"), (200, "SUCCESSFUL")])
def test_model_that_loads_for_long_needs_a_grace_period(account: Account, grace, status):
    balancers = [
        {
            "targetGroupArn": account.target_group(),
            "containerName": "model",
            "containerPort": 8080,
        }
    ]
    account.fault("slow_load", after=150)
    made = account.create(loadBalancers=balancers, healthCheckGracePeriodSeconds=grace)
    assert account.finish(made)["status"] == status


@pytest.mark.parametrize(("start_period", "status"), [(0, "ROLLBACK_FAILED"), (60, "SUCCESSFUL")])
def test_model_that_loads_for_long_needs_a_start_period(account: Account, start_period, status):
    check = {"command": ["CMD", "true"], "interval": 5, "retries": 2, "startPeriod": start_period}
    loads = account.task_definition("model:1", container={"healthCheck": check})
    account.fault("slow_load", after=50)
    assert account.finish(account.create(taskDefinition=loads))["status"] == status


def test_hanging_task_stays_pending(account: Account):
    account.fault("hang")
    made = account.create()
    account.advance(3600)
    assert account.deployment(made)["status"] == "IN_PROGRESS"
    assert account.service()["pendingCount"] == 2


def test_capacity_that_returns_lets_the_deployment_succeed(account: Account):
    account.fault("capacity", times=2)
    made = account.create(desiredCount=1)
    assert account.finish(made)["status"] == "SUCCESSFUL"
    assert sum("Capacity is unavailable" in message for message in account.events()) == 2


def test_stop_with_rollback_returns_to_the_previous_revision(account: Account):
    before = account.created()
    updated = account.update(image="model:2")
    account.advance(20)
    arn = updated["currentServiceDeployment"]
    account.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    assert account.deployment(updated)["status"] == "ROLLBACK_REQUESTED"
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"
    assert account.service()["taskDefinition"] == before["taskDefinition"]


def test_finished_deployment_cannot_be_stopped(account: Account):
    arn = account.created()["currentServiceDeployment"]
    with pytest.raises(account.ecs.exceptions.ConflictException):
        account.ecs.stop_service_deployment(serviceDeploymentArn=arn)


def test_events_can_be_read_in_the_words_of_the_guide(account: Account):
    account.control("profile", event_words="guide")
    account.created()
    account.fault("crash", image=":bad$")
    account.finish(account.update(image="model:bad"))
    told = account.events()
    assert "service (model) has reached a steady state." in told
    assert "service (model) deployment failed: tasks failed to start." in told
