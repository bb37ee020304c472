"""What ECS finds in the rules only when a deployment starts: it ends before any weight moves."""

from tests.two_groups import TwoGroups, canary, reach

INVALID = "Service deployment rolled back because of invalid networking configuration"


def created(groups: TwoGroups, rule: str, **more) -> None:
    groups.account.created(
        loadBalancers=[groups.balancer(rule, **more)], deploymentConfiguration=canary()
    )


def fails(groups: TwoGroups, words: str) -> None:
    account = groups.account
    before = account.service()
    updated = account.update(image="model:2")
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["statusReason"] == INVALID + words
    assert any(INVALID + words in event for event in account.events())
    after = account.service()
    assert after["deployments"][0]["id"] == before["deployments"][0]["id"]
    assert after["runningCount"] == 2


def test_two_weighted_groups(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.reset(rule, blue=50, green=50)
    fails(
        groups,
        f": productionListenerRule {rule} should have exactly one target group serving traffic "
        "but found 2 target groups which are serving traffic",
    )
    assert groups.weights(rule) == (50, 50)


def test_foreign_group(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    other = groups.account.target_group("foreign", attached=False)
    weighted = [
        {"TargetGroupArn": arn, "Weight": weight}
        for arn, weight in ((groups.blue, 0), (groups.green, 0), (other, 1))
    ]
    forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}
    groups.elb.modify_rule(RuleArn=rule, Actions=[forward])
    fails(
        groups,
        f": Production listener rule is forwarding traffic to unexpected target group {other}. "
        f"Expected traffic to be forwarded to either targetGroupArn: {groups.blue} or "
        f"alternateTargetGroupArn: {groups.green}",
    )


def test_group_that_no_rule_names(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.rule(groups.blue, priority=3)
    groups.reset(rule, green=1)
    fails(
        groups,
        f": Target group {groups.blue} is not associated with either productionListenerRule or "
        "testListenerRule.",
    )


def test_neither_group_named(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.rule(groups.blue, groups.green, priority=3)
    other = groups.account.target_group("foreign", attached=False)
    groups.elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "TargetGroupArn": other}])
    fails(
        groups,
        ". Both targetGroup and alternateTargetGroup must be associated with the "
        "productionListenerRule or testListenerRule.",
    )


def test_missing_rule(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.rule(groups.blue, groups.green, priority=3)
    groups.elb.delete_rule(RuleArn=rule)
    fails(groups, ": One or more rules not found")


def test_rule_deleted_on_the_way(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    updated = groups.account.update(image="model:2")
    reach(groups.account, updated, "POST_SCALE_UP")
    groups.elb.delete_rule(RuleArn=rule)
    found = groups.account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["statusReason"] == f"{INVALID}: One or more rules not found"


def test_missing_role(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    created(groups, rule)
    groups.account.client("iam").delete_role(RoleName="ecs-load-balancers")
    fails(
        groups,
        ": ECS was unable to manage the ELB resources due to missing permissions on ECS "
        f"Infrastructure Role '{groups.role}'.",
    )


def test_group_on_the_test_rule_alone_counts_as_attached(groups: TwoGroups):
    production, test = groups.rule(groups.blue), groups.rule(groups.green, priority=2)
    created(groups, production, testListenerRule=test)
    assert groups.weights(production) == (0, 100)


def test_both_rules_may_hold_both_groups(groups: TwoGroups):
    production = groups.rule(groups.blue, groups.green)
    test = groups.rule(groups.blue, groups.green, priority=2)
    created(groups, production, testListenerRule=test)
    assert groups.weights(test) == groups.weights(production) == (0, 100)


def test_first_deployment_hides_the_cause_that_its_events_tell(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    groups.reset(rule, blue=1, green=1)
    account = groups.account
    made = account.create(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary())
    found = account.finish(made)
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."
    assert any("found 2 target groups which are serving" in one for one in account.events())
