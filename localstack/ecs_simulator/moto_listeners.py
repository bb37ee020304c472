"""Load balancers, listeners, rules, and the tags of all of ELBv2, as moto keeps them."""

from collections.abc import Container

from moto.elbv2.models import (
    FakeListener,
    FakeListenerRule,
    FakeLoadBalancer,
    FakeRule,
    elbv2_backends,
)

from .errors import EcsError

Rule = FakeRule | FakeListenerRule


class MotoListeners:
    def __init__(self, account: str, region: str):
        self._backend = elbv2_backends[account][region]

    def balancer_named(self, name: str) -> FakeLoadBalancer | None:
        balancers = self._backend.load_balancers.values()
        return next((one for one in balancers if one.name == name), None)

    def balancer(self, listener: str) -> str | None:
        """Returns the load balancer of a listener."""
        found = self._listeners().get(listener)
        return found.load_balancer_arn if found else None

    def rule(self, arn: str) -> Rule | None:
        return self._rules().get(arn)

    def rules(self, listener: str) -> list[Rule]:
        found = self._listeners().get(listener)
        return list(found.rules.values()) if found else []

    def siblings(self, listener: str) -> list[Rule]:
        """Returns the rules of all listeners of the same load balancer."""
        balancer = self.balancer(listener)
        found = [one for one in self._listeners().values() if one.load_balancer_arn == balancer]
        return [rule for one in found for rule in one.rules.values()]

    def tags(self, arn: str) -> dict[str, str]:
        """Returns the tags of something that exists."""
        kind = arn.rpartition(":")[2].partition("/")[0]
        # For each kind of ARN: what there is of it, the error for the others, its name there.
        kinds: dict[str, tuple[Container[str], str, str]] = {
            "loadbalancer": (
                self._backend.load_balancers,
                "LoadBalancerNotFound",
                "load balancers",
            ),
            "targetgroup": (self._backend.target_groups, "TargetGroupNotFound", "target groups"),
            "listener": (self._listeners(), "ListenerNotFound", "listeners"),
            "listener-rule": (self._rules(), "RuleNotFound", "rules"),
        }
        if kind not in kinds:
            raise EcsError("ValidationError", f"'{arn}' must be in ARN format")
        known, code, name = kinds[kind]
        if arn not in known:
            raise EcsError(code, f"One or more {name} not found")
        return self._backend.tagging_service.get_tag_dict_for_resource(arn)

    def add_tags(self, arn: str, tags: list[dict]) -> None:
        self._backend.tagging_service.tag_resource(arn, tags)

    def _listeners(self) -> dict[str, FakeListener]:
        balancers = self._backend.load_balancers.values()
        return {arn: one for balancer in balancers for arn, one in balancer.listeners.items()}

    def _rules(self) -> dict[str, Rule]:
        listeners = self._listeners().values()
        return {rule.arn: rule for listener in listeners for rule in listener.rules.values()}
