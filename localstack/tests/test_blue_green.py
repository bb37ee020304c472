"""Services that own a listener rule: how they are created, described, and refused."""

import pytest
from botocore.exceptions import ClientError

from tests.account import Account
from tests.two_groups import TwoGroups

STRATEGY = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}


def refuses(account: Account, words: str, balancer: dict, code: str = "ClientException") -> None:
    with pytest.raises(ClientError) as refusal:
        account.create(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert refusal.value.response["Error"]["Code"] == code
    assert words in refusal.value.response["Error"]["Message"]


def test_service_is_described_with_the_rule_it_owns(groups: TwoGroups):
    account, rule = groups.account, groups.rule(groups.blue, groups.green)
    balancer = groups.balancer(rule)
    service = account.created(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert service["loadBalancers"] == [balancer]
    assert service["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert service["deploymentConfiguration"]["bakeTimeInMinutes"] == 1
    assert service["runningCount"] == 2
    revision = account.ecs.describe_service_revisions(
        serviceRevisionArns=[service["currentServiceRevisions"][0]["arn"]]
    )["serviceRevisions"][0]
    assert revision["resolvedConfiguration"]["loadBalancers"] == [
        {"targetGroupArn": groups.green, "productionListenerRule": rule}
    ]


def test_production_rule_may_hold_one_group_when_there_is_a_test_rule(groups: TwoGroups):
    production, test = groups.rule(groups.blue), groups.rule(groups.green, priority=2)
    balancer = groups.balancer(production, testListenerRule=test)
    made = groups.account.create(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert made["loadBalancers"] == [balancer]


def test_load_balancer_settings_are_refused(groups: TwoGroups):
    account, rule = groups.account, groups.rule(groups.blue)
    words = "testListenerRule is required when productionListenerRule is not associated with both"
    refuses(account, words, groups.balancer(rule))
    words = "productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or"
    refuses(account, words, groups.balancer(groups.listener))
    words = f"cannot be used as both production and test listener rules: {rule}"
    refuses(account, words, groups.balancer(rule, testListenerRule=rule))
    plain = {name: groups.balancer(rule)[name] for name in ("targetGroupArn", "containerName")}
    words = "advancedConfiguration field is required for all loadBalancers"
    refuses(account, words, plain | {"containerPort": 8080})
    code = "InvalidParameterException"
    missing = groups.balancer(rule + "0")
    refuses(account, f"The listener rule {rule}0 does not exist.", missing, code)
    same = groups.balancer(rule, alternateTargetGroupArn=groups.blue)
    refuses(account, f"Duplicate targetGroupArn found: {groups.blue}", same, code)


def test_advanced_configuration_is_for_all_load_balancers_or_none(groups: TwoGroups):
    rule = groups.rule(groups.blue, groups.green)
    plain = {"targetGroupArn": groups.green, "containerName": "model", "containerPort": 8080}
    with pytest.raises(ClientError, match="Either all or none of the provided loadBalancers"):
        groups.account.create(loadBalancers=[groups.balancer(rule), plain])


def test_classic_load_balancers_are_refused_beside_others_and_with_the_advanced_part(
    groups: TwoGroups,
):
    rule = groups.rule(groups.blue, groups.green)
    classic = {"loadBalancerName": "old", "containerName": "model", "containerPort": 8080}
    with pytest.raises(ClientError, match="must be strictly either ELBv1"):
        groups.account.create(loadBalancers=[classic, groups.balancer(rule)])
    advanced = groups.balancer(rule)["advancedConfiguration"]
    with pytest.raises(ClientError, match="is not allowed with ELBv1 loadBalancers"):
        groups.account.create(loadBalancers=[classic | {"advancedConfiguration": advanced}])
