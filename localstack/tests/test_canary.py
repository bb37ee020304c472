"""A canary deployment from its first stage to its last, and what others see of it."""

import pytest
from botocore.exceptions import ClientError

from tests.account import Account
from tests.two_groups import MINUTE, TwoGroups, canary, follow, reach

STAGES = [
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
]


def created(groups: TwoGroups, rule: str, configuration: dict | None = None, **more) -> dict:
    balancer = groups.balancer(rule, **more)
    return groups.account.created(
        loadBalancers=[balancer], deploymentConfiguration=configuration or canary()
    )


def test_the_stages_come_in_order_with_the_weights_of_each(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    # The first deployment landed in the group that wasn't serving.
    assert groups.weights(rule) == (0, 100)
    moments = follow(groups, groups.account.update(image="model:2"), rule)
    assert [one.stage for one in moments] == [None, *STAGES]
    shares = [(one.requested, one.weights) for one in moments]
    assert shares[:7] == [((None, 0.0), (0, 100))] * 7
    assert shares[7:9] == [((None, 10.0), (100, 900))] * 2
    assert shares[9:] == [((None, 100.0), (100, 0))] * 4


def test_each_stage_lasts_as_long_as_it_is_to_bake(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    created(groups, rule, canary(minutes=5, bake=3))
    updated = account.update(image="model:2")
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT", step=1)
    account.advance(5 * MINUTE)
    assert account.deployment(updated)["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT"
    account.advance(5)
    assert account.deployment(updated)["lifecycleStage"] == "PRE_PRODUCTION_TRAFFIC_SHIFT"
    reach(account, updated, "BAKE_TIME", step=1)
    account.advance(3 * MINUTE - 1)
    assert account.deployment(updated)["lifecycleStage"] == "BAKE_TIME"
    account.advance(1)
    found = account.deployment(updated)
    assert found["lifecycleStage"] == "CLEAN_UP"
    assert found["deploymentConfiguration"]["canaryConfiguration"]["canaryPercent"] == 10


def test_the_whole_fleet_starts_before_any_traffic_and_both_run_until_the_clean_up(
    groups: TwoGroups,
):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    before = created(groups, rule)
    updated = account.update(image="model:2")
    assert [one["desiredCount"] for one in updated["deployments"]] == [0, 2]
    reach(account, updated, "POST_SCALE_UP")
    assert groups.targets(groups.blue) == groups.targets(groups.green) == ["healthy"] * 2
    found = reach(account, updated, "BAKE_TIME")
    assert found["targetServiceRevision"]["runningTaskCount"] == 2
    (source,) = found["sourceServiceRevisions"]
    assert source["runningTaskCount"] == source["requestedTaskCount"] == 2
    assert source["requestedProductionTrafficWeight"] == 0.0
    new, old = account.service()["deployments"]
    assert (new["status"], new["rolloutState"]) == ("PRIMARY", "IN_PROGRESS")
    assert (old["status"], old["rolloutState"]) == ("ACTIVE", "COMPLETED")
    assert (new["runningCount"], old["runningCount"]) == (2, 2)
    assert old["id"] == before["deployments"][0]["id"]
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert account.service()["runningCount"] == 2
    assert groups.targets(groups.green) == []


def test_groups_take_turns_and_the_revision_says_which_it_used(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    service = created(groups, rule)
    used = []
    for number in range(2, 5):
        revision = service["currentServiceRevisions"][0]["arn"]
        shown = account.ecs.describe_service_revisions(serviceRevisionArns=[revision])
        resolved = shown["serviceRevisions"][0]["resolvedConfiguration"]["loadBalancers"]
        used.append(resolved[0]["targetGroupArn"])
        assert service["loadBalancers"] == [groups.balancer(rule)]
        assert account.finish(account.update(image=f"model:{number}"))["status"] == "SUCCESSFUL"
        service = account.service()
    assert used == [groups.green, groups.blue, groups.green]


def test_test_traffic_moves_at_once_before_production(groups: TwoGroups):
    production = groups.rule(groups.blue)
    test = groups.rule(groups.green, priority=2)
    account = groups.account
    created(groups, production, testListenerRule=test)
    updated = account.update(image="model:2")
    found = reach(account, updated, "POST_SCALE_UP")
    assert found["targetServiceRevision"]["requestedTestTrafficWeight"] == 0.0
    assert found["sourceServiceRevisions"][0]["requestedTestTrafficWeight"] == 100.0
    assert groups.weights(test) == (0, 100)
    found = reach(account, updated, "TEST_TRAFFIC_SHIFT")
    assert found["targetServiceRevision"]["requestedTestTrafficWeight"] == 100.0
    assert found["targetServiceRevision"]["requestedProductionTrafficWeight"] == 0.0
    assert (groups.weights(test), groups.weights(production)) == ((100, 0), (0, 100))
    account.finish(updated)
    assert (groups.weights(test), groups.weights(production)) == ((100, 0), (100, 0))


def test_rule_of_one_group_becomes_a_weighted_one(groups: TwoGroups):
    production = groups.rule_with([{"Type": "forward", "TargetGroupArn": groups.blue}])
    test = groups.rule(groups.green, priority=2)
    assert groups.action(production)["TargetGroupArn"] == groups.blue
    created(groups, production, testListenerRule=test)
    action = groups.action(production)
    assert "TargetGroupArn" not in action
    assert groups.weights(production) == (0, 100)


def test_what_else_a_rule_does_stays(groups: TwoGroups):
    sticky = {"Enabled": True, "DurationSeconds": 60}
    rule = groups.rule(groups.blue, groups.green, TargetGroupStickinessConfig=sticky)
    created(groups, rule)
    assert groups.action(rule)["ForwardConfig"]["TargetGroupStickinessConfig"] == sticky


def test_default_rule_of_a_listener_may_be_the_one_for_production(groups: TwoGroups):
    both = [
        {"TargetGroupArn": groups.blue, "Weight": 1},
        {"TargetGroupArn": groups.green, "Weight": 0},
    ]
    forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": both}}
    groups.elb.modify_listener(ListenerArn=groups.listener, DefaultActions=[forward])
    rules = groups.elb.describe_rules(ListenerArn=groups.listener)["Rules"]
    (rule,) = [one["RuleArn"] for one in rules if one["IsDefault"]]
    created(groups, rule)
    assert groups.weights(rule) == (0, 100)
    listener = groups.elb.describe_listeners(ListenerArns=[groups.listener])["Listeners"][0]
    shown = listener["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    assert [group["Weight"] for group in shown] == [0, 100]


def test_rule_that_somebody_reset_is_read_as_it_is(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    created(groups, rule)
    groups.reset(rule, blue=100, green=0)
    # The old tasks are in green, to which the new ones now come: one pool of both.
    updated = account.update(image="model:2")
    reach(account, updated, "POST_SCALE_UP")
    assert (len(groups.targets(groups.blue)), len(groups.targets(groups.green))) == (0, 4)
    assert account.finish(updated)["status"] == "SUCCESSFUL"
    assert groups.weights(rule) == (0, 100)


@pytest.mark.parametrize(
    ("profile", "percent", "split", "whole"),
    [
        ({}, 5, (50, 950), (100, 0)),
        ({"weight_scale": 100}, 5, (5, 95), (100, 0)),
        ({"weight_scale": 100}, 0.5, (5, 995), (100, 0)),
        ({"final_weights": "999"}, 5, (50, 950), (999, 0)),
    ],
)
def test_weights_are_written_on_either_scale(groups: TwoGroups, profile, percent, split, whole):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.account.control("profile", **profile)
    settings = canary(percent)
    updated = groups.account.update(image="model:2", deploymentConfiguration=settings)
    weights = [one.weights for one in follow(groups, updated, rule)]
    assert list(dict.fromkeys(weights)) == [(0, 100), split, whole]


def test_first_tasks_can_land_in_the_primary_group(groups: TwoGroups):
    groups.account.control("profile", first_lands_in="primary")
    rule = groups.rule(groups.blue, groups.green)
    made = groups.account.create(
        loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary()
    )
    weights = {moment.weights for moment in follow(groups, made, rule, step=5)}
    assert weights == {(100, 0)}
    assert groups.targets(groups.blue) == ["healthy"] * 2


def test_lost_tasks_of_both_fleets_are_replaced_while_they_share_the_traffic(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    created(groups, rule)
    updated = account.update(image="model:2")
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    for task in account.tasks():
        account.ecs.stop_task(cluster="ml", task=task["taskArn"])
    account.advance(120)
    assert groups.targets(groups.blue) == groups.targets(groups.green) == ["healthy"] * 2
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_desired_count_that_changes_meanwhile_is_that_of_both_fleets(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    account = groups.account
    created(groups, rule)
    updated = account.update(image="model:2")
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    account.update(desiredCount=3)
    account.advance(120)
    assert [one["runningCount"] for one in account.service()["deployments"]] == [3, 3]


def test_defaults_are_filled_in_and_parts_of_other_strategies_dropped(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    settings = {"strategy": "CANARY", "linearConfiguration": {"stepPercent": 20}}
    made = groups.account.create(
        loadBalancers=[groups.balancer(rule)], deploymentConfiguration=settings
    )
    shown = made["deploymentConfiguration"]
    assert shown["canaryConfiguration"] == {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10}
    assert "linearConfiguration" not in shown


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"canaryPercent": 0}, "canaryPercent must be a multiple of 0.1 between 0.1 and 100.0"),
        ({"canaryPercent": 5.05}, "canaryPercent must be a multiple of 0.1"),
        ({"canaryBakeTimeInMinutes": 1441}, "canaryBakeTimeInMinutes must be between 0 and 1440"),
    ],
)
def test_numbers_out_of_range_are_refused(groups: TwoGroups, part, words):
    rule = groups.rule(groups.blue, groups.green)
    settings = {"strategy": "CANARY", "canaryConfiguration": part}
    with pytest.raises(ClientError, match=words):
        groups.account.create(
            loadBalancers=[groups.balancer(rule)], deploymentConfiguration=settings
        )


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("strategy", "when using the canary deployment strategy"),
        ("page", "when using a non-ROLLING deployment strategy"),
    ],
)
def test_load_balancers_need_their_advanced_part(groups: TwoGroups, tail, words):
    groups.account.control("profile", refusal_tail=tail)
    groups.rule(groups.blue, groups.green)
    plain = {"targetGroupArn": groups.blue, "containerName": "model", "containerPort": 8080}
    with pytest.raises(ClientError) as refusal:
        groups.account.create(loadBalancers=[plain], deploymentConfiguration=canary())
    assert refusal.value.response["Error"]["Code"] == "ClientException"
    assert refusal.value.response["Error"]["Message"] == (
        f"advancedConfiguration field is required for all loadBalancers {words}"
    )


def test_listener_of_a_network_load_balancer_is_not_pretended(groups: TwoGroups):
    listener = groups.listener.replace("listener/app/", "listener/net/")
    with pytest.raises(ClientError, match="Network Load Balancers are not simulated") as refusal:
        groups.account.create(
            loadBalancers=[groups.balancer(listener)], deploymentConfiguration=canary()
        )
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_rolling_deployment_has_no_stage_and_no_traffic_of_its_own(account: Account):
    account.created()
    found = account.deployment(account.update(image="model:2"))
    assert "lifecycleStage" not in found
    assert "requestedProductionTrafficWeight" not in found["targetServiceRevision"]
