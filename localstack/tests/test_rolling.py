"""Rolling deployments that go well."""

import pytest

from tests.account import Account


def test_first_deployment_succeeds_with_all_tasks_running(account: Account):
    made = account.create()
    assert made["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert account.deployment(made)["status"] == "PENDING"
    assert account.finish(made)["status"] == "SUCCESSFUL"
    service = account.service()
    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    assert [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"]


def test_update_runs_both_deployments_and_ends_with_the_new_one(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.advance(40)
    during = account.service()["deployments"]
    assert [one["status"] for one in during] == ["PRIMARY", "ACTIVE"]
    assert [one["desiredCount"] for one in during] == [2, 0]
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert account.service()["taskDefinition"].endswith("model:2")
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:2"}


def test_old_tasks_stay_until_new_ones_are_healthy(account: Account):
    account.created()
    account.update(image="model:2")
    for _ in range(60):
        assert account.service()["runningCount"] >= 2
        account.advance(3)


def test_newer_deployment_supersedes_the_older(account: Account):
    account.created()
    older = account.update(image="model:2")
    account.advance(20)
    newer = account.update(image="model:3")
    found = account.deployment(older)
    assert found["status"] == "STOPPED"
    assert "replaced" in found["statusReason"]
    assert account.finish(newer)["status"] == "SUCCESSFUL"


def test_attributes_change_without_a_deployment(account: Account):
    before = account.created()
    after = account.update(desiredCount=3, healthCheckGracePeriodSeconds=60)
    assert after["currentServiceDeployment"] == before["currentServiceDeployment"]
    assert len(after["deployments"]) == 1
    account.advance(120)
    assert account.service()["runningCount"] == 3


def test_force_new_deployment_replaces_every_task(account: Account):
    account.created()
    before = {task["taskArn"] for task in account.tasks()}
    account.finish(account.update(forceNewDeployment=True))
    assert before.isdisjoint(task["taskArn"] for task in account.tasks())


def test_scale_to_zero_stops_all_tasks_without_a_deployment(account: Account):
    account.created()
    account.update(desiredCount=0)
    account.advance(60)
    service = account.service()
    assert (service["runningCount"], service["pendingCount"]) == (0, 0)
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"


def test_events_of_a_healthy_update_come_in_order(account: Account):
    group = account.target_group()
    balancers = [{"targetGroupArn": group, "containerName": "model", "containerPort": 8080}]
    account.created(loadBalancers=balancers, desiredCount=1)
    before = len(account.events())
    account.finish(account.update(image="model:2"))
    told = account.events()[before:]
    expected = [
        "has started 1 tasks",
        "registered 1 targets in (target-group",
        "has stopped 1 running tasks",
        "deregistered 1 targets in (target-group",
        "has begun draining connections on 1 tasks.",
        "deployment completed.",
        "has reached a steady state.",
    ]
    assert len(told) == len(expected)
    assert all(part in message for part, message in zip(expected, told, strict=True))


def test_revision_names_the_digest_of_each_image(account: Account):
    pinned = "repo/model@sha256:" + "ab" * 32
    made = account.created(image=pinned)
    arn = made["currentServiceRevisions"][0]["arn"]
    revision = account.ecs.describe_service_revisions(serviceRevisionArns=[arn])
    images = revision["serviceRevisions"][0]["containerImages"]
    assert images == [
        {"containerName": "model", "image": pinned, "imageDigest": "sha256:" + "ab" * 32}
    ]


@pytest.mark.parametrize("counts", [False, True])
def test_maximum_percent_counts_stopping_tasks_or_not(account: Account, counts):
    account.control("profile", maximum_counts_stopping=counts, stopping=30)
    limits = {"minimumHealthyPercent": 50, "maximumPercent": 100}
    account.created(desiredCount=4, deploymentConfiguration=limits)
    updated = account.update(image="model:2")
    most = 0
    while account.deployment(updated)["status"] != "SUCCESSFUL":
        stopping = [one for one in account.tasks("STOPPED") if one["lastStatus"] != "STOPPED"]
        most = max(most, len(account.tasks()) + len(stopping))
        account.advance(3)
    assert most == (4 if counts else 6)


def test_scale_to_zero_meanwhile_ends_the_deployment_well(account: Account):
    account.created()
    updated = account.update(image="model:2")
    account.advance(20)
    account.update(desiredCount=0)
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert account.service()["runningCount"] == 0
    account.update(desiredCount=2)
    account.advance(120)
    assert {task["containers"][0]["image"] for task in account.tasks()} == {"model:2"}


def test_desired_count_that_shrinks_meanwhile_is_reached(account: Account):
    account.created(desiredCount=6)
    updated = account.update(image="model:2")
    account.advance(40)
    account.update(desiredCount=2)
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert account.service()["runningCount"] == 2


def test_newest_hundred_events_are_kept(account: Account):
    account.control("profile", throttling=False)
    account.created()
    for number in range(60):
        account.update(desiredCount=2 + number % 2)
        account.advance(100)
    events = account.service()["events"]
    assert len(events) == 100
    assert events[0]["createdAt"] > events[-1]["createdAt"]
