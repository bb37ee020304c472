"""Services that own a listener rule: created by blue/green, then left as they are."""

from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account

STRATEGY = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}
ROLE = "arn:aws:iam::000000000001:role/ecs-load-balancers"


@dataclass
class Stage:
    """A listener with a rule that forwards to blue alone or to blue and green."""

    account: Account
    blue: str
    green: str
    listener: str

    def rule(self, *groups: str, priority: int = 1) -> str:
        weighted = [
            {"TargetGroupArn": arn, "Weight": 100 if arn == groups[0] else 0} for arn in groups
        ]
        made = self.account.client("elbv2").create_rule(
            ListenerArn=self.listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}],
        )
        return made["Rules"][0]["RuleArn"]

    def balancer(self, production: str, **more) -> dict:
        advanced = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": production,
            "roleArn": ROLE,
        } | more
        container = {"containerName": "model", "containerPort": 8080}
        return {"targetGroupArn": self.blue, "advancedConfiguration": advanced} | container


@pytest.fixture
def stage(account: Account) -> Stage:
    elb = account.client("elbv2")
    account.target_group("other")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    groups = [account.target_group(name, attached=False) for name in ("blue", "green")]
    return Stage(account, *groups, listener)


def refuses(account: Account, words: str, balancer: dict, code: str = "ClientException") -> None:
    with pytest.raises(ClientError) as refusal:
        account.create(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert refusal.value.response["Error"]["Code"] == code
    assert words in refusal.value.response["Error"]["Message"]


def test_service_is_described_with_the_rule_it_owns(stage: Stage):
    account, rule = stage.account, stage.rule(stage.blue, stage.green)
    balancer = stage.balancer(rule)
    service = account.created(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert service["loadBalancers"] == [balancer]
    assert service["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert service["deploymentConfiguration"]["bakeTimeInMinutes"] == 1
    assert service["runningCount"] == 2
    revision = account.ecs.describe_service_revisions(
        serviceRevisionArns=[service["currentServiceRevisions"][0]["arn"]]
    )["serviceRevisions"][0]
    assert revision["resolvedConfiguration"]["loadBalancers"] == [
        {"targetGroupArn": stage.blue, "productionListenerRule": rule}
    ]


def test_production_rule_may_hold_one_group_when_there_is_a_test_rule(stage: Stage):
    production, test = stage.rule(stage.blue), stage.rule(stage.green, priority=2)
    balancer = stage.balancer(production, testListenerRule=test)
    made = stage.account.create(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    assert made["loadBalancers"] == [balancer]


def test_load_balancer_settings_are_refused(stage: Stage):
    account, rule = stage.account, stage.rule(stage.blue)
    words = "testListenerRule is required when productionListenerRule is not associated with both"
    refuses(account, words, stage.balancer(rule))
    words = "productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or"
    refuses(account, words, stage.balancer(stage.listener))
    words = f"cannot be used as both production and test listener rules: {rule}"
    refuses(account, words, stage.balancer(rule, testListenerRule=rule))
    plain = {name: stage.balancer(rule)[name] for name in ("targetGroupArn", "containerName")}
    words = "advancedConfiguration field is required for all loadBalancers"
    refuses(account, words, plain | {"containerPort": 8080})
    code = "InvalidParameterException"
    missing = stage.balancer(rule + "0")
    refuses(account, f"The listener rule {rule}0 does not exist.", missing, code)
    same = stage.balancer(rule, alternateTargetGroupArn=stage.blue)
    refuses(account, f"Duplicate targetGroupArn found: {stage.blue}", same, code)


def test_advanced_configuration_is_for_all_load_balancers_or_none(stage: Stage):
    rule = stage.rule(stage.blue, stage.green)
    plain = {"targetGroupArn": stage.green, "containerName": "model", "containerPort": 8080}
    with pytest.raises(ClientError, match="Either all or none of the provided loadBalancers"):
        stage.account.create(loadBalancers=[stage.balancer(rule), plain])


def test_later_deployments_are_not_simulated_and_changes_in_place_are(stage: Stage):
    account, rule = stage.account, stage.rule(stage.blue, stage.green)
    balancer = stage.balancer(rule)
    account.created(loadBalancers=[balancer], deploymentConfiguration=STRATEGY)
    for more in (
        {"image": "model:2", "desiredCount": 5},
        {"forceNewDeployment": True},
        {"deploymentConfiguration": {"strategy": "ROLLING"}},
    ):
        with pytest.raises(ClientError) as refusal:
            account.update(**more)
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert account.service()["desiredCount"] == 2
    account.update(desiredCount=1, deploymentConfiguration=STRATEGY)
    account.advance(600)
    assert account.service()["runningCount"] == 1
    account.ecs.delete_service(cluster=CLUSTER, service="model", force=True)
