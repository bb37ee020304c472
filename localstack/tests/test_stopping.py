"""StopServiceDeployment from every status that a service deployment can have."""

import pytest

from tests.account import Account

NO_ROLLBACK = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}


def stop(account: Account, service: dict, stop_type: str = "ROLLBACK") -> None:
    arn = service["currentServiceDeployment"]
    account.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType=stop_type)


def brought_to(account: Account, status: str) -> dict:
    """Returns the service as an update left it whose deployment has reached that status."""
    account.created(deploymentConfiguration=NO_ROLLBACK)
    updated = account.update(image="model:2")
    if status != "PENDING":
        account.advance(60)
    if status.startswith("ROLLBACK"):
        stop(account, updated)
    if status == "ROLLBACK_IN_PROGRESS":
        account.advance(6)
    if status == "STOP_REQUESTED":
        stop(account, updated, "ABORT")
    assert account.deployment(updated)["status"] == status
    return updated


@pytest.mark.parametrize(
    "status", ["PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]
)
def test_rollback_works_although_none_was_configured(account: Account, status):
    updated = brought_to(account, status)
    stop(account, updated)
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["rollback"]["reason"] == found["statusReason"]
    assert account.service()["taskDefinition"].endswith(":1")
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:1"}


def test_rollback_request_leaves_a_stop_on_its_way(account: Account):
    updated = brought_to(account, "STOP_REQUESTED")
    stop(account, updated)
    assert account.finish(updated)["status"] == "STOPPED"


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS", "STOP_REQUESTED"])
def test_abort_stops(account: Account, status):
    updated = brought_to(account, status)
    stop(account, updated, "ABORT")
    assert account.finish(updated)["status"] == "STOPPED"
    assert account.service()["runningCount"] >= 2


@pytest.mark.parametrize("status", ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"])
def test_abort_does_not_stop_a_rollback(account: Account, status):
    updated = brought_to(account, status)
    with pytest.raises(account.ecs.exceptions.ConflictException):
        stop(account, updated, "ABORT")
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"


@pytest.mark.parametrize("stop_type", ["ROLLBACK", "ABORT"])
def test_every_end_is_final(account: Account, stop_type):
    made = account.created()
    with pytest.raises(account.ecs.exceptions.ConflictException, match="SUCCESSFUL"):
        stop(account, made, stop_type)
    aborted = account.update(image="model:2")
    stop(account, aborted, "ABORT")
    account.finish(aborted)
    with pytest.raises(account.ecs.exceptions.ConflictException, match="STOPPED"):
        stop(account, aborted, stop_type)
    rolled_back = account.update(image="model:3")
    stop(account, rolled_back)
    account.finish(rolled_back)
    with pytest.raises(account.ecs.exceptions.ConflictException, match="ROLLBACK_SUCCESSFUL"):
        stop(account, rolled_back, stop_type)


def test_first_release_has_nothing_to_be_rolled_back_to(account: Account):
    made = account.create()
    account.advance(10)
    stop(account, made)
    found = account.finish(made)
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."


def test_deployment_that_finishes_before_its_rollback_begins_is_successful(account: Account):
    updated = brought_to(account, "IN_PROGRESS")
    account.control("profile", deployment_start=3600)
    stop(account, updated)
    assert account.deployment(updated)["status"] == "ROLLBACK_REQUESTED"
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    account.advance(7200)
    assert account.service()["taskDefinition"].endswith(":2")


def test_deployment_stopped_before_it_began_starts_no_task(account: Account):
    account.created()
    updated = account.update(image="model:2")
    stop(account, updated)
    # Something else makes the scheduler look at the service meanwhile.
    account.update(desiredCount=3)
    account.finish(updated)
    images = {task["containers"][0]["image"] for task in account.tasks()}
    images |= {task["containers"][0]["image"] for task in account.tasks("STOPPED")}
    assert images == {"model:1"}


def test_breaker_and_alarms_stop_watching_with_the_deployment(account: Account):
    account.created()
    updated = account.update(image="model:2")
    assert account.deployment(updated)["deploymentCircuitBreaker"]["status"] == "MONITORING"
    stop(account, updated, "ABORT")
    found = account.finish(updated)
    assert found["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE"
