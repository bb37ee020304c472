"""Two target groups behind a listener's rules, between which ECS moves traffic."""

import contextlib
import json
from dataclasses import dataclass

from botocore.client import BaseClient

from tests.account import Account

TRUSTS_ECS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
MINUTE = 60


@dataclass
class TwoGroups:
    account: Account
    blue: str
    green: str
    listener: str
    role: str

    @property
    def elb(self) -> BaseClient:
        return self.account.client("elbv2")

    def rule(self, *groups: str, priority: int = 1, **forward) -> str:
        """Makes a rule that forwards everything to the first group, nothing to the others."""
        weighted = [
            {"TargetGroupArn": arn, "Weight": 100 if arn == groups[0] else 0} for arn in groups
        ]
        return self.rule_with(
            [{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted} | forward}], priority
        )

    def rule_with(self, actions: list[dict], priority: int = 1) -> str:
        made = self.elb.create_rule(
            ListenerArn=self.listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{priority}/*"]}],
            Actions=actions,
        )
        return made["Rules"][0]["RuleArn"]

    def reset(self, rule: str, **weights: int) -> None:
        """Writes the weights of blue and green by hand."""
        groups = [
            {"TargetGroupArn": getattr(self, name), "Weight": weight}
            for name, weight in weights.items()
        ]
        forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        self.elb.modify_rule(RuleArn=rule, Actions=[forward])

    def balancer(self, production: str, **more) -> dict:
        advanced = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": production,
            "roleArn": self.role,
        } | more
        container = {"containerName": "model", "containerPort": 8080}
        return {"targetGroupArn": self.blue, "advancedConfiguration": advanced} | container

    def action(self, rule: str) -> dict:
        return self.elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][-1]

    def weights(self, rule: str) -> tuple[int, int]:
        """Returns the weights of blue and of green."""
        groups = self.action(rule)["ForwardConfig"]["TargetGroups"]
        by_group = {group["TargetGroupArn"]: group["Weight"] for group in groups}
        return by_group.get(self.blue, 0), by_group.get(self.green, 0)

    def targets(self, group: str) -> list[str]:
        answer = self.elb.describe_target_health(TargetGroupArn=group)
        return [one["TargetHealth"]["State"] for one in answer["TargetHealthDescriptions"]]


def two_groups(account: Account) -> TwoGroups:
    """Makes the groups on a listener without rules, and the role that ECS takes on."""
    elb = account.client("elbv2")
    account.target_group("other")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    groups = [account.target_group(name, attached=False) for name in ("blue", "green")]
    for group in groups:
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[delay])
    iam = account.client("iam")
    # A reset leaves IAM as it is.
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="ecs-load-balancers", AssumeRolePolicyDocument=TRUSTS_ECS)
    role = f"arn:aws:iam::{account.number}:role/ecs-load-balancers"
    return TwoGroups(account, *groups, listener, role)


def canary(percent: float = 10, minutes: int = 2, bake: int = 1, **more) -> dict:
    """Returns a deployment configuration with the circuit breaker on."""
    return {
        "strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes},
        "bakeTimeInMinutes": bake,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
    } | more


@dataclass
class Moment:
    """What can be seen of a deployment when it enters a stage."""

    stage: str
    requested: tuple[float | None, float | None]
    weights: tuple[int, int]


def reach(account: Account, service: dict, stage: str, times: int = 1, step: float = 2) -> dict:
    """Moves time until the deployment is in a stage (for the n-th time); returns what it is."""
    before, seen = None, 0
    for _ in range(int(7200 / step)):
        found = account.deployment(service)
        now = found.get("lifecycleStage")
        seen += now == stage and now != before
        if seen == times:
            return found
        assert found["status"] in ("PENDING", "IN_PROGRESS"), found
        before = now
        account.advance(step)
    raise AssertionError(f"the deployment never came to {stage}; it is in {before}")


def follow(groups: TwoGroups, service: dict, rule: str, step: float = 2) -> list[Moment]:
    """Moves time to the deployment's end; returns what changed on the way."""
    account, moments = groups.account, []
    for _ in range(int(7200 / step)):
        found = account.deployment(service)
        new = found["targetServiceRevision"]
        requested = (
            new.get("requestedTestTrafficWeight"),
            new.get("requestedProductionTrafficWeight"),
        )
        moment = Moment(found.get("lifecycleStage"), requested, groups.weights(rule))
        if not moments or moments[-1] != moment:
            moments.append(moment)
        if found["status"] not in ("PENDING", "IN_PROGRESS"):
            break
        account.advance(step)
    return moments
