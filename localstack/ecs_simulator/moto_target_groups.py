"""Target groups as moto keeps them behind the ELBv2 API."""

from collections.abc import Iterator

from moto.elbv2.models import FakeTargetGroup, elbv2_backends

from .load_balancing import TargetGroup
from .moto_listeners import MotoListeners


class MotoTargetGroups:
    def __init__(self, account: str, region: str):
        self._backend = elbv2_backends[account][region]
        self._listeners = MotoListeners(account, region)

    def find(self, arn: str) -> TargetGroup | None:
        found = self._backend.target_groups.get(arn)
        if found is None:
            return None
        return TargetGroup(
            arn=arn,
            target_type=found.target_type,
            load_balancers=frozenset(
                balancer for balancer, action in self.actions() if arn in _forwarded_to(action)
            ),
            interval=float(found.health_check_interval_seconds),
            unhealthy_threshold=int(found.unhealthy_threshold_count),
            deregistration_delay=float(found.attributes["deregistration_delay.timeout_seconds"]),
            is_sticky=found.attributes.get("stickiness.enabled") == "true",
        )

    def register(self, arn: str, address: str, port: int) -> None:
        self._group(arn).register([{"Id": address, "Port": port}])

    def deregister(self, arn: str, address: str, port: int) -> None:
        group = self._backend.target_groups.get(arn)
        # Someone may have deleted the group or taken the target out by hand.
        if group and address in group.targets:
            group.deregister([{"Id": address, "Port": port}])

    def _group(self, arn: str) -> FakeTargetGroup:
        return self._backend.target_groups[arn]

    def forwards_to(self, arn: str) -> list[dict]:
        """Returns the actions that send requests to the group."""
        return [action for _, action in self.actions() if arn in _forwarded_to(action)]

    def of_rule(self, rule: str) -> set[str] | None:
        """Returns the groups that a rule forwards to, None without the rule."""
        found = self._listeners.rule(rule)
        if found is None:
            return None
        return {arn for action in found.actions for arn in _forwarded_to(action.data)}

    def attached(self) -> dict[str, set[str]]:
        """Returns the load balancers of every group that an action names."""
        found: dict[str, set[str]] = {}
        for balancer, action in self.actions():
            for arn in _forwarded_to(action):
                found.setdefault(arn, set()).add(balancer)
        return found

    def note_load_balancers(self) -> None:
        """Brings up to date what moto only notes when a rule is created."""
        attached = self.attached()
        for arn, group in self._backend.target_groups.items():
            group.load_balancer_arns = sorted(attached.get(arn, ()))

    def actions(self) -> Iterator[tuple[str, dict]]:
        """Yields every action with the load balancer it belongs to."""
        for balancer in self._backend.load_balancers.values():
            for listener in balancer.listeners.values():
                for rule in listener.rules.values():
                    for action in rule.actions:
                        yield balancer.arn, action.data


def _forwarded_to(action: dict) -> set[str]:
    weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
    named = {action.get("TargetGroupArn"), *(group["TargetGroupArn"] for group in weighted)}
    return named - {None}
