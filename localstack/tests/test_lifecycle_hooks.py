"""Lifecycle hooks: pauses that somebody ends or time does, and functions that answer."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from tests.account import Account
from tests.two_groups import MINUTE, TwoGroups, canary, reach

FUNCTION = "arn:aws:lambda:us-east-1:000000000001:function:smoke-test"
INVOKES = "arn:aws:iam::000000000001:role/invokes"


def pause(*stages: str, **timeout) -> dict:
    hook = {"targetType": "PAUSE", "lifecycleStages": list(stages)}
    return hook | ({"timeoutConfiguration": timeout} if timeout else {})


def function(*stages: str, **more) -> dict:
    shape = {"hookTargetArn": FUNCTION, "roleArn": INVOKES, "lifecycleStages": list(stages)}
    return shape | more


@pytest.fixture
def rule(groups: TwoGroups) -> str:
    """Returns the rule of a service that runs in green."""
    made = groups.rule(groups.blue, groups.green)
    groups.account.created(
        loadBalancers=[groups.balancer(made)], deploymentConfiguration=canary(minutes=1, bake=1)
    )
    return made


def deployed(groups: TwoGroups, *hooks: dict, image: str = "model:2") -> dict:
    settings = canary(minutes=1, bake=1, lifecycleHooks=list(hooks))
    return groups.account.update(image=image, deploymentConfiguration=settings)


def waiting(account: Account, service: dict) -> list[dict]:
    found = account.deployment(service)["lifecycleHookDetails"]
    return [hook for hook in found if hook["status"] == "AWAITING_ACTION"]


def act(account: Account, service: dict, hook: dict | str, **action) -> None:
    account.ecs.continue_service_deployment(
        serviceDeploymentArn=service["currentServiceDeployment"],
        hookId=hook if isinstance(hook, str) else hook["hookId"],
        **action,
    )


def answers(account: Account, *given: dict) -> None:
    account.control("hook-answers", answers=list(given))


def invocations(account: Account, stage: str | None = None) -> list[dict]:
    sent = account.look("hook-answers")["invocations"]
    payloads = [one["payload"] for one in sent]
    return [one for one in payloads if stage in (None, one["lifecycleStage"])]


# Pauses.


def test_pause_holds_the_stage_until_it_is_continued(groups: TwoGroups, rule):
    account = groups.account
    updated = deployed(groups, pause("POST_SCALE_UP"))
    found = reach(account, updated, "POST_SCALE_UP")
    account.advance(3600)
    found = account.deployment(updated)
    assert found["lifecycleStage"] == "POST_SCALE_UP"
    (hook,) = found["lifecycleHookDetails"]
    assert hook["hookId"].startswith("ecs-pause-")
    assert len(hook["hookId"]) == len("ecs-pause-") + 43
    assert (hook["targetType"], hook["status"], hook["timeoutAction"]) == (
        "PAUSE",
        "AWAITING_ACTION",
        "ROLLBACK",
    )
    assert "targetArn" not in hook
    act(account, updated, hook)
    found = reach(account, updated, "TEST_TRAFFIC_SHIFT")
    assert [one["status"] for one in found["lifecycleHookDetails"]] == ["SUCCEEDED"]
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_pause_before_production_comes_with_each_step_under_a_new_id(groups: TwoGroups, rule):
    account = groups.account
    updated = deployed(groups, pause("PRE_PRODUCTION_TRAFFIC_SHIFT"))
    ids, shares = set(), []
    for times in (1, 2):
        reach(account, updated, "PRE_PRODUCTION_TRAFFIC_SHIFT")
        account.advance(600)
        (hook,) = waiting(account, updated)
        ids.add(hook["hookId"])
        shares.append(groups.weights(rule))
        act(account, updated, hook, action="CONTINUE")
        if times == 1:
            reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    assert len(ids) == 2
    assert shares == [(0, 100), (100, 900)]
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_several_hooks_of_a_stage_run_side_by_side_and_all_must_end(groups: TwoGroups, rule):
    account = groups.account
    answers(account, {"target": "smoke", "status": "IN_PROGRESS"})
    hooks = [pause("POST_SCALE_UP"), pause("POST_SCALE_UP"), function("POST_SCALE_UP")]
    updated = deployed(groups, *hooks)
    reach(account, updated, "POST_SCALE_UP")
    first, second = waiting(account, updated)
    act(account, updated, first)
    answers(account)
    account.advance(600)
    assert account.deployment(updated)["lifecycleStage"] == "POST_SCALE_UP"
    act(account, updated, second)
    reach(account, updated, "TEST_TRAFFIC_SHIFT")


def test_one_rollback_wins_over_other_pauses(groups: TwoGroups, rule):
    account = groups.account
    updated = deployed(groups, pause("POST_SCALE_UP"), pause("POST_SCALE_UP"))
    reach(account, updated, "POST_SCALE_UP")
    act(account, updated, waiting(account, updated)[0], action="ROLLBACK")
    assert waiting(account, updated) == []
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"


@pytest.mark.parametrize(
    ("reading", "status"),
    [("requested", "ROLLBACK_REQUESTED"), ("direct", "ROLLBACK_IN_PROGRESS")],
)
def test_rollback_from_a_pause_has_two_readings(groups: TwoGroups, rule, reading, status):
    account = groups.account
    account.control("profile", continue_rollback=reading)
    updated = deployed(groups, pause("POST_PRODUCTION_TRAFFIC_SHIFT"))
    reach(account, updated, "POST_PRODUCTION_TRAFFIC_SHIFT")
    assert groups.weights(rule) == (100, 0)
    act(account, updated, waiting(account, updated)[0], action="ROLLBACK")
    assert account.deployment(updated)["status"] == status
    assert account.finish(updated)["status"] == "ROLLBACK_SUCCESSFUL"
    assert groups.weights(rule) == (0, 100)


def test_pause_that_nobody_ends_takes_the_action_of_its_timeout(groups: TwoGroups, rule):
    account = groups.account
    updated = deployed(
        groups, pause("POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes=30, action="ROLLBACK")
    )
    reach(account, updated, "POST_TEST_TRAFFIC_SHIFT", step=1)
    (hook,) = waiting(account, updated)
    started = account.deployment(updated)["updatedAt"]
    assert hook["expiresAt"] - started == timedelta(minutes=30)
    account.advance(30 * MINUTE - 1)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["statusReason"] == (
        "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT pause hook timed out."
    )
    updated = deployed(
        groups, pause("POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes=30, action="CONTINUE")
    )
    found = account.finish(updated)
    assert found["status"] == "SUCCESSFUL"
    assert [one["status"] for one in found["lifecycleHookDetails"]] == ["TIMED_OUT"]


def test_pause_may_last_longer_than_a_stage(groups: TwoGroups, rule):
    account = groups.account
    timeout = {"timeoutInMinutes": 20160, "action": "CONTINUE"}
    updated = deployed(groups, pause("POST_SCALE_UP", **timeout))
    reach(account, updated, "POST_SCALE_UP")
    account.advance(10 * 86_400)
    act(account, updated, waiting(account, updated)[0])
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_finished_hooks_can_be_gone(groups: TwoGroups, rule):
    account = groups.account
    account.control("profile", finished_hooks="gone")
    updated = deployed(groups, pause("POST_SCALE_UP"))
    reach(account, updated, "POST_SCALE_UP")
    act(account, updated, waiting(account, updated)[0])
    assert account.deployment(updated)["lifecycleHookDetails"] == []


def test_continuing_is_refused_where_nothing_waits(groups: TwoGroups, rule):
    account = groups.account
    updated = deployed(groups, pause("POST_SCALE_UP"))
    reach(account, updated, "POST_SCALE_UP")
    (hook,) = waiting(account, updated)
    with pytest.raises(ClientError, match="Invalid hookId: hookId must follow the format"):
        act(account, updated, "pause")
    gone = "Provided hookId is either completed, unavailable, or not associated with the given"
    with pytest.raises(ClientError, match=gone):
        act(account, updated, "ecs-pause-" + "x" * 43)
    act(account, updated, hook)
    # What a second promoter is told.
    with pytest.raises(ClientError, match=gone):
        act(account, updated, hook)
    account.finish(updated)
    with pytest.raises(ClientError, match="is not allowed for service deployment in terminal"):
        act(account, updated, hook)
    arn = updated["currentServiceDeployment"][:-1] + "-"
    with pytest.raises(account.ecs.exceptions.ServiceDeploymentNotFoundException) as refusal:
        account.ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook["hookId"])
    assert "The service deployment does not exist." in str(refusal.value)


def test_pause_of_a_superseded_deployment_cannot_be_continued(groups: TwoGroups, rule):
    account = groups.account
    older = deployed(groups, pause("POST_SCALE_UP"))
    reach(account, older, "POST_SCALE_UP")
    (hook,) = waiting(account, older)
    account.update(image="model:3")
    with pytest.raises(ClientError, match="in terminal states"):
        act(account, older, hook)
    assert account.deployment(older)["lifecycleHookDetails"] == []


def test_pause_at_reconcile_is_allowed_or_refused(groups: TwoGroups, rule):
    account = groups.account
    older = account.update(image="model:2")
    reach(account, older, "PRODUCTION_TRAFFIC_SHIFT")
    newer = deployed(groups, pause("RECONCILE_SERVICE"), image="model:3")
    account.advance(600)
    assert account.deployment(newer)["lifecycleStage"] == "RECONCILE_SERVICE"
    act(account, newer, waiting(account, newer)[0])
    assert account.finish(newer)["status"] == "SUCCESSFUL"
    account.control("profile", pause_at_reconcile="refused")
    with pytest.raises(ClientError, match="Invalid lifecycle stage provided for Pause Hook"):
        deployed(groups, pause("RECONCILE_SERVICE"))


# Functions.


def test_function_is_told_where_the_deployment_is(groups: TwoGroups, rule):
    account = groups.account
    stages = [
        "PRE_SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
    ]
    updated = deployed(groups, function(*stages, hookDetails={"threshold": 0.5}))
    found = account.finish(updated)
    assert found["status"] == "SUCCESSFUL"
    new, old = found["targetServiceRevision"]["arn"], found["sourceServiceRevisions"][0]["arn"]
    sent = invocations(account)
    told = [
        (one["lifecycleStage"], one["executionDetails"]["productionTrafficWeights"]) for one in sent
    ]
    assert told == [
        ("PRE_SCALE_UP", {}),
        ("POST_SCALE_UP", {}),
        ("TEST_TRAFFIC_SHIFT", {}),
        ("POST_TEST_TRAFFIC_SHIFT", {}),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", {new: 0, old: 100}),
        ("PRODUCTION_TRAFFIC_SHIFT", {new: 10, old: 90}),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", {new: 10, old: 90}),
        ("PRODUCTION_TRAFFIC_SHIFT", {new: 100, old: 0}),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", {}),
    ]
    assert len({one["executionId"] for one in sent}) == len(sent)
    assert sent[0]["resourceArn"] == updated["currentServiceDeployment"]
    assert sent[0]["hookDetails"] == {"threshold": 0.5}
    details = sent[0]["executionDetails"]
    assert (details["serviceArn"], details["targetServiceRevisionArn"]) == (
        updated["serviceArn"],
        new,
    )
    hook = found["lifecycleHookDetails"][0]
    assert (hook["targetType"], hook["targetArn"], hook["status"]) == (
        "AWS_LAMBDA",
        FUNCTION,
        "SUCCEEDED",
    )


def test_function_that_is_not_done_is_called_again(groups: TwoGroups, rule):
    account = groups.account
    answers(account, {"target": "smoke", "status": "IN_PROGRESS", "times": 3})
    updated = deployed(groups, function("POST_SCALE_UP"))
    reach(account, updated, "POST_SCALE_UP", step=1)
    account.advance(89)
    assert account.deployment(updated)["lifecycleStage"] == "POST_SCALE_UP"
    account.advance(1)
    assert account.deployment(updated)["lifecycleStage"] == "TEST_TRAFFIC_SHIFT"
    sent = invocations(account)
    assert len(sent) == 4
    assert len({one["executionId"] for one in sent}) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"status": "FAILED"}, f"Lifecycle hook target {FUNCTION} returned FAILED status."),
        ({"error": "role"}, f"ECS was unable to assume role {INVOKES}"),
        (
            {"error": "response"},
            f"ECS was unable to parse the response from {FUNCTION} due to: HookStatus must not "
            "be null.",
        ),
        (
            {"error": "Function not found"},
            f"ECS was unable to invoke hook target {FUNCTION} due to Function not found",
        ),
    ],
)
def test_function_that_fails_ends_the_deployment(groups: TwoGroups, rule, answer, why):
    account = groups.account
    answers(account, {"target": "smoke", "stage": "POST_PRODUCTION_TRAFFIC_SHIFT"} | answer)
    updated = deployed(groups, function("PRE_SCALE_UP", "POST_PRODUCTION_TRAFFIC_SHIFT"))
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    reason = (
        "Service deployment rolled back because POST_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) "
        f"failed. {why}"
    )
    assert found["statusReason"] == reason
    assert any(event.endswith(f"deployment failed: {reason}") for event in account.events())
    assert groups.weights(rule) == (0, 100)


def test_function_that_never_ends_times_out(groups: TwoGroups, rule):
    account = groups.account
    answers(account, {"status": "IN_PROGRESS"})
    timeout = {"timeoutInMinutes": 5, "action": "ROLLBACK"}
    updated = deployed(groups, function("PRE_SCALE_UP", timeoutConfiguration=timeout))
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert [one["status"] for one in found["lifecycleHookDetails"]] == ["TIMED_OUT"]


def test_functions_of_the_shifts_are_called_again_during_a_rollback(groups: TwoGroups, rule):
    account = groups.account
    stages = ["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", "POST_SCALE_UP"]
    updated = deployed(groups, function(*stages), pause("POST_PRODUCTION_TRAFFIC_SHIFT"))
    reach(account, updated, "POST_PRODUCTION_TRAFFIC_SHIFT")
    before = len(invocations(account))
    answers(account, {"status": "FAILED"})
    act(account, updated, waiting(account, updated)[0], action="ROLLBACK")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    again = invocations(account)[before:]
    assert [one["lifecycleStage"] for one in again] == [
        "PRODUCTION_TRAFFIC_SHIFT",
        "TEST_TRAFFIC_SHIFT",
    ]
    failed = found["targetServiceRevision"]["arn"]
    details = again[0]["executionDetails"]
    assert details["targetServiceRevisionArn"] == failed
    assert details["productionTrafficWeights"][failed] == 0


def test_function_of_the_first_deployment_hides_its_failure_in_the_events(groups: TwoGroups):
    account = groups.account
    answers(account, {"error": "response"})
    settings = canary(lifecycleHooks=[function("PRE_SCALE_UP")])
    rule = groups.rule(groups.blue, groups.green)
    made = account.create(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=settings)
    found = account.finish(made)
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."
    assert any("HookStatus must not be null." in event for event in account.events())
    assert groups.weights(rule) == (100, 0)


# Settings.


def test_settings_are_described_with_what_was_left_out(groups: TwoGroups, rule):
    hooks = [pause("POST_SCALE_UP"), function("PRE_SCALE_UP", hookDetails=[1, "a", None])]
    shown = deployed(groups, *hooks)["deploymentConfiguration"]["lifecycleHooks"]
    default = {"timeoutInMinutes": 1440, "action": "ROLLBACK"}
    assert [hook["timeoutConfiguration"] for hook in shown] == [default, default]
    assert [hook["targetType"] for hook in shown] == ["PAUSE", "AWS_LAMBDA"]
    assert shown[1]["hookDetails"] == [1, "a", None]


@pytest.mark.parametrize(
    ("hooks", "words"),
    [
        ([pause("PRODUCTION_TRAFFIC_SHIFT")], "Invalid lifecycle stage provided for Pause Hook"),
        ([pause("TEST_TRAFFIC_SHIFT")], "Invalid lifecycle stage provided for Pause Hook"),
        ([pause("POST_SCALE_UP", timeoutInMinutes=20161)], "between 1 and 20160"),
        (
            [function("POST_SCALE_UP", timeoutConfiguration={"timeoutInMinutes": 1441})],
            "between 1 and 1440",
        ),
        ([pause("POST_SCALE_UP")] * 11, "at most 10 PAUSE hooks"),
        ([pause("POST_SCALE_UP") | {"roleArn": INVOKES}], "roleArn is not allowed for PAUSE"),
        ([{"lifecycleStages": ["PRE_SCALE_UP"]}], "hookTargetArn is required"),
        ([{"targetType": "PAUSE"}], "lifecycleStages can not be blank"),
        (
            [pause("POST_SCALE_UP") | {"targetType": "SNS"}],
            "Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(groups: TwoGroups, hooks, words):
    rule = groups.rule(groups.blue, groups.green)
    with pytest.raises(ClientError, match=words):
        groups.account.create(
            loadBalancers=[groups.balancer(rule)],
            deploymentConfiguration=canary(lifecycleHooks=hooks),
        )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": "MAYBE"}, "status is one of SUCCEEDED, FAILED, IN_PROGRESS"),
        ({"target": "("}, "target is a regular expression"),
        ({"times": -1}, "times is a whole number"),
        ({"colour": 1}, "colour"),
    ],
)
def test_mistake_in_an_answer_is_named(account: Account, answer, words):
    status, told = account.control_status("hook-answers", {"answers": [answer]})
    assert status == 400
    assert words in told["error"]
