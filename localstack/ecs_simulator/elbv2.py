"""ELBv2: moto's, with the health of targets taken from the simulated tasks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from . import task_health
from .errors import EcsError
from .in_process import caller
from .moto_listeners import MotoListeners
from .moto_target_groups import MotoTargetGroups
from .provider import service_exception
from .validation import elb_tags, listener_rules
from .validation.forwarding import check_actions, check_target_stickiness
from .validation.load_balancers import check_same_balancer
from .views.load_balancing import complete
from .world import World
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
Check = Callable[[World, MotoListeners], None]


class Elbv2Provider:
    service = "elbv2"

    # Rules and listeners.

    @handler("CreateRule", expand=False)
    def create_rule(self, context: RequestContext, request: dict) -> dict:
        def check(world: World, listeners: MotoListeners) -> None:
            listener = request["ListenerArn"]
            elb_tags.check_tags(request.get("Tags") or [])
            listener_rules.check_conditions(request["Conditions"])
            taken = {rule.priority for rule in listeners.rules(listener)}
            listener_rules.check_priority(request["Priority"], taken)
            siblings = listeners.siblings(listener)
            listener_rules.check_number(sum(not rule.is_default for rule in siblings))
            check_actions(request["Actions"], world.target_groups, listeners.balancer(listener))

        return _changed(context, check)

    @handler("ModifyRule", expand=False)
    def modify_rule(self, context: RequestContext, request: dict) -> dict:
        def check(world: World, listeners: MotoListeners) -> None:
            arn = request["RuleArn"]
            rule = listeners.rule(arn)
            if rule is None:
                raise listener_rules.rule_not_found()
            if rule.is_default:
                raise listener_rules.default_rule(arn, "modified")
            listener_rules.check_conditions(request.get("Conditions") or [])
            balancer = listeners.balancer(rule.listener_arn)
            check_actions(request.get("Actions") or [], world.target_groups, balancer)

        return _changed(context, check)

    @handler("DeleteRule", expand=False)
    def delete_rule(self, context: RequestContext, request: dict) -> dict:
        def check(world: World, listeners: MotoListeners) -> None:
            arn = request["RuleArn"]
            rule = listeners.rule(arn)
            if rule is None:
                raise listener_rules.rule_not_found()
            if rule.is_default:
                raise listener_rules.default_rule(arn, "deleted")

        return _changed(context, check)

    @handler("DescribeRules", expand=False)
    def describe_rules(self, context: RequestContext, request: dict) -> dict:
        return complete(call_moto(context))

    @handler("SetRulePriorities", expand=False)
    def set_rule_priorities(self, context: RequestContext, request: dict) -> dict:
        return complete(call_moto(context))

    @handler("CreateListener", expand=False)
    def create_listener(self, context: RequestContext, request: dict) -> dict:
        def check(world: World, listeners: MotoListeners) -> None:
            elb_tags.check_tags(request.get("Tags") or [])
            balancer = request["LoadBalancerArn"]
            check_actions(request["DefaultActions"], world.target_groups, balancer)

        return _changed(context, check)

    @handler("ModifyListener", expand=False)
    def modify_listener(self, context: RequestContext, request: dict) -> dict:
        def check(world: World, listeners: MotoListeners) -> None:
            balancer = listeners.balancer(request["ListenerArn"])
            check_actions(request.get("DefaultActions") or [], world.target_groups, balancer)

        return _changed(context, check)

    @handler("DescribeListeners", expand=False)
    def describe_listeners(self, context: RequestContext, request: dict) -> dict:
        _check_existence(context, request.get("ListenerArns") or [])
        return complete(call_moto(context))

    # Load balancers and target groups.

    @handler("CreateLoadBalancer", expand=False)
    def create_load_balancer(self, context: RequestContext, request: dict) -> dict:
        with LOCK, refusals():
            elb_tags.check_tags(request.get("Tags") or [])
            listeners = MotoListeners(context.account_id, context.region)
            if known := listeners.balancer_named(request["Name"]):
                check_same_balancer(request, known)
                describe = caller(context.account_id, context.region)
                return describe("elbv2", "DescribeLoadBalancers", LoadBalancerArns=[known.arn])
            return complete(call_moto(context))

    @handler("DescribeLoadBalancers", expand=False)
    def describe_load_balancers(self, context: RequestContext, request: dict) -> dict:
        _check_existence(context, request.get("LoadBalancerArns") or [])
        return complete(call_moto(context))

    @handler("CreateTargetGroup", expand=False)
    def create_target_group(self, context: RequestContext, request: dict) -> dict:
        with refusals():
            elb_tags.check_tags(request.get("Tags") or [])
        return call_moto(context)

    @handler("DescribeTargetGroups", expand=False)
    def describe_target_groups(self, context: RequestContext, request: dict) -> dict:
        with LOCK:
            MotoTargetGroups(context.account_id, context.region).note_load_balancers()
            return call_moto(context)

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

    # Tags.

    @handler("AddTags", expand=False)
    def add_tags(self, context: RequestContext, request: dict) -> dict:
        with LOCK, refusals():
            listeners = MotoListeners(context.account_id, context.region)
            elb_tags.check_tags(request["Tags"])
            added = {tag["Key"] for tag in request["Tags"]}
            for arn in request["ResourceArns"]:
                elb_tags.check_number(added | set(listeners.tags(arn)))
            for arn in request["ResourceArns"]:
                listeners.add_tags(arn, request["Tags"])
        return {}

    @handler("RemoveTags", expand=False)
    def remove_tags(self, context: RequestContext, request: dict) -> dict:
        _check_existence(context, request["ResourceArns"])
        return call_moto(context)

    @handler("DescribeTags", expand=False)
    def describe_tags(self, context: RequestContext, request: dict) -> dict:
        with refusals():
            elb_tags.check_described(request["ResourceArns"])
        _check_existence(context, request["ResourceArns"])
        return call_moto(context)


def _changed(context: RequestContext, check: Check) -> dict:
    """Makes a change to rules that passes the check; has new targets checked."""
    with LOCK, refusals():
        world = WORLDS.at(context.account_id, context.region)
        check(world, MotoListeners(context.account_id, context.region))
        groups = MotoTargetGroups(context.account_id, context.region)
        before = groups.attached()
        answer = call_moto(context)
        for arn in groups.attached().keys() - before.keys():
            task_health.check_anew(world, arn)
    return complete(answer)


def _check_existence(context: RequestContext, arns: list[str]) -> None:
    with LOCK, refusals():
        listeners = MotoListeners(context.account_id, context.region)
        for arn in arns:
            listeners.tags(arn)


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
