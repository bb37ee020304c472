"""ELBv2: moto's, with the health of targets taken from the simulated tasks."""

from collections.abc import Iterator
from contextlib import contextmanager

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from .errors import EcsError
from .provider import service_exception
from .validation.forwarding import check_actions, check_target_stickiness
from .worlds import LOCK, WORLDS

REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": (
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
}


class Elbv2Provider:
    service = "elbv2"

    @handler("CreateRule", expand=False)
    def create_rule(self, context: RequestContext, request: dict) -> dict:
        return _checked(context, request["Actions"])

    @handler("ModifyRule", expand=False)
    def modify_rule(self, context: RequestContext, request: dict) -> dict:
        return _checked(context, request.get("Actions") or [])

    @handler("CreateListener", expand=False)
    def create_listener(self, context: RequestContext, request: dict) -> dict:
        return _checked(context, request["DefaultActions"])

    @handler("ModifyListener", expand=False)
    def modify_listener(self, context: RequestContext, request: dict) -> dict:
        return _checked(context, request.get("DefaultActions") or [])

    @handler("ModifyTargetGroupAttributes", expand=False)
    def modify_target_group_attributes(self, context: RequestContext, request: dict) -> dict:
        arn = request["TargetGroupArn"]
        if {"Key": "stickiness.enabled", "Value": "true"} in request["Attributes"]:
            with LOCK, refusals():
                world = WORLDS.at(context.account_id, context.region)
                check_target_stickiness(arn, world.target_groups.forwards_to(arn))
        return call_moto(context)

    @handler("DescribeTargetHealth", expand=False)
    def describe_target_health(self, context: RequestContext, request: dict) -> dict:
        arn = request["TargetGroupArn"]
        with LOCK:
            world = WORLDS.at(context.account_id, context.region)
            answer = call_moto(context)
            states = {
                target.address: target.state
                for task in world.tasks.values()
                for target in task.targets
                if target.group.arn == arn
            }
            group = world.target_groups.find(arn)
        for description in answer.get("TargetHealthDescriptions") or []:
            state = states.get(description["Target"]["Id"])
            if not group.has_load_balancer:
                state = "unused"
            if state:
                description["TargetHealth"] = _health(state)
        return answer


def _checked(context: RequestContext, actions: list[dict]) -> dict:
    with LOCK, refusals():
        world = WORLDS.at(context.account_id, context.region)
        check_actions(actions, world.target_groups)
    return call_moto(context)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what the checks raise into what LocalStack answers."""
    try:
        yield
    except EcsError as error:
        raise service_exception(error) from error


def _health(state: str) -> dict:
    health = {"State": state}
    if state in REASONS:
        health["Reason"], health["Description"] = REASONS[state]
    return health
