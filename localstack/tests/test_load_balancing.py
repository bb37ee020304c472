"""Target groups while tasks come and go, and the limits of weighted forwarding."""

import pytest
from botocore.exceptions import ClientError

from tests.account import Account


def balancer(group: str) -> list[dict]:
    return [{"targetGroupArn": group, "containerName": "model", "containerPort": 8080}]


def health(account: Account, group: str) -> list[str]:
    answer = account.client("elbv2").describe_target_health(TargetGroupArn=group)
    return [one["TargetHealth"]["State"] for one in answer["TargetHealthDescriptions"]]


def delay(account: Account, group: str, seconds: int) -> None:
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}
    account.client("elbv2").modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[attribute]
    )


def test_targets_go_from_initial_to_healthy_with_the_first_passed_check(account: Account):
    group = account.target_group(HealthCheckIntervalSeconds=20)
    account.create(loadBalancers=balancer(group))
    account.advance(34)
    assert health(account, group) == ["initial", "initial"]
    account.advance(20)
    assert health(account, group) == ["healthy", "healthy"]


def test_old_targets_drain_for_the_delay_of_the_group(account: Account):
    group = account.target_group()
    delay(account, group, 120)
    account.created(desiredCount=1, loadBalancers=balancer(group))
    updated = account.update(image="model:2")
    for _ in range(200):
        if "draining" in health(account, group):
            break
        account.advance(1)
    assert sorted(health(account, group)) == ["draining", "healthy"]
    account.advance(118)
    assert "draining" in health(account, group)
    assert account.deployment(updated)["status"] == "IN_PROGRESS"
    account.advance(20)
    assert health(account, group) == ["healthy"]
    assert account.deployment(updated)["status"] == "SUCCESSFUL"


def test_target_addresses_are_those_of_the_tasks(account: Account):
    group = account.target_group()
    account.created(loadBalancers=balancer(group))
    answer = account.client("elbv2").describe_target_health(TargetGroupArn=group)
    targets = {one["Target"]["Id"] for one in answer["TargetHealthDescriptions"]}
    interfaces = [task["containers"][0]["networkInterfaces"][0] for task in account.tasks()]
    assert targets == {interface["privateIpv4Address"] for interface in interfaces}


def test_grace_period_covers_failing_target_checks(account: Account):
    group = account.target_group(HealthCheckIntervalSeconds=10, UnhealthyThresholdCount=2)
    account.fault("lb_unhealthy")
    account.create(loadBalancers=balancer(group), healthCheckGracePeriodSeconds=300)
    account.advance(290)
    assert health(account, group) == ["unhealthy", "unhealthy"]
    assert account.tasks("STOPPED") == []
    account.advance(120)
    assert account.tasks("STOPPED") != []


def test_targets_of_a_group_that_lost_its_listener_are_unused(account: Account):
    elb = account.client("elbv2")
    group = account.target_group()
    account.created(loadBalancers=balancer(group))
    arn = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
        elb.delete_listener(ListenerArn=listener["ListenerArn"])
    assert health(account, group) == ["unused", "unused"]


@pytest.fixture
def rule(account: Account) -> str:
    elb = account.client("elbv2")
    group = account.target_group()
    arn = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"][0]["ListenerArn"]
    made = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return made["Rules"][0]["RuleArn"]


@pytest.mark.parametrize(
    ("weights", "stickiness", "code"),
    [
        ([1] * 6, None, "TooManyTargetGroups"),
        ([1000], None, "ValidationError"),
        ([1], 0, "ValidationError"),
        ([1], 604_801, "ValidationError"),
    ],
)
def test_forwarding_has_limits(account: Account, rule, weights, stickiness, code):
    groups = [
        {
            "TargetGroupArn": account.target_group(f"group-{number}", attached=False),
            "Weight": weight,
        }
        for number, weight in enumerate(weights)
    ]
    forward = {"TargetGroups": groups}
    if stickiness is not None:
        forward["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": stickiness}
    with pytest.raises(ClientError) as refusal:
        account.client("elbv2").modify_rule(
            RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}]
        )
    assert refusal.value.response["Error"]["Code"] == code


def test_weights_are_kept_as_set(account: Account, rule):
    elb = account.client("elbv2")
    groups = [
        {"TargetGroupArn": account.target_group(name, attached=False), "Weight": weight}
        for name, weight in (("control", 90), ("challenger", 0))
    ]
    forward = {"TargetGroups": groups}
    elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}])
    actions = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]
    assert actions[0]["ForwardConfig"]["TargetGroups"] == groups


def test_group_attached_with_weight_zero_is_accepted_by_a_service(account: Account, rule):
    elb = account.client("elbv2")
    group = account.target_group("challenger", attached=False)
    in_use = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]
    control = (
        in_use.get("TargetGroupArn")
        or (in_use["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"])
    )
    groups = [
        {"TargetGroupArn": control, "Weight": 100},
        {"TargetGroupArn": group, "Weight": 0},
    ]
    forward = {"TargetGroups": groups}
    elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}])
    assert account.created(loadBalancers=balancer(group))["runningCount"] == 2


def test_task_without_its_target_group_never_becomes_healthy(account: Account):
    elb = account.client("elbv2")
    group = account.target_group()
    made = account.create(loadBalancers=balancer(group))
    arn = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
        elb.delete_listener(ListenerArn=listener["ListenerArn"])
    elb.delete_target_group(TargetGroupArn=group)
    account.advance(600)
    assert account.deployment(made)["status"] == "IN_PROGRESS"
    assert account.service()["runningCount"] == 2
    assert any("failed to register targets" in message for message in account.events())


def test_replacement_of_an_unhealthy_task_is_told(account: Account):
    group = account.target_group()
    account.fault("lb_unhealthy", times=1)
    made = account.create(loadBalancers=balancer(group))
    assert account.finish(made)["status"] == "SUCCESSFUL"
    events = account.events()
    assert any(f"is unhealthy in (target-group {group})" in message for message in events)
    words = "Amazon ECS replaced 1 tasks due to an unhealthy status."
    assert sum(words in message for message in events) == 1


def sticky(account: Account, group: str) -> None:
    account.client("elbv2").modify_target_group_attributes(
        TargetGroupArn=group, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]
    )


def test_stickiness_of_targets_needs_that_of_the_rule(account: Account, rule):
    elb = account.client("elbv2")
    groups = [account.target_group(name, attached=False) for name in ("control", "challenger")]
    forward = {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1} for group in groups]}
    loose = [{"Type": "forward", "ForwardConfig": forward}]
    elb.modify_rule(RuleArn=rule, Actions=loose)
    with pytest.raises(ClientError, match="You must enable group stickiness before enabling"):
        sticky(account, groups[0])
    held = forward | {"TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}
    elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": held}])
    sticky(account, groups[0])
    with pytest.raises(ClientError, match="InvalidConfigurationRequest"):
        elb.modify_rule(RuleArn=rule, Actions=loose)


def test_rule_needs_a_free_priority_and_a_group_that_exists(account: Account, rule):
    elb = account.client("elbv2")
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    arn = balancers[0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"][0]["ListenerArn"]
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]

    def create(priority: int, target: str) -> None:
        elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": ["/score"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": target}],
        )

    with pytest.raises(elb.exceptions.PriorityInUseException):
        create(1, group)
    with pytest.raises(elb.exceptions.TargetGroupNotFoundException):
        create(2, group + "0")
    with pytest.raises(elb.exceptions.ResourceInUseException):
        elb.delete_target_group(TargetGroupArn=group)
