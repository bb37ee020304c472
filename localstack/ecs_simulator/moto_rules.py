"""The listener rules that moto keeps, as ECS reads and writes them."""

from moto.elbv2.models import FakeAction

from .moto_listeners import MotoListeners
from .moto_target_groups import MotoTargetGroups


class MotoRules:
    def __init__(self, account: str, region: str):
        self._listeners = MotoListeners(account, region)
        self._groups = MotoTargetGroups(account, region)

    def weights(self, rule: str) -> dict[str, int] | None:
        found = self._listeners.rule(rule)
        if found is None:
            return None
        return {
            group: weight
            for action in found.actions
            if action.data["Type"] == "forward"
            for group, weight in _weights(action.data).items()
        }

    def set_weights(self, rule: str, weights: dict[str, int]) -> set[str]:
        found = self._listeners.rule(rule)
        before = self._groups.attached()
        # A listener shows the actions of its default rule as its own: they share the list.
        found.actions[:] = [
            FakeAction(_weighted(action.data, weights))
            if action.data["Type"] == "forward"
            else action
            for action in found.actions
        ]
        return self._groups.attached().keys() - before.keys()

    def shares(self) -> dict[str, tuple[str, float]]:
        found: dict[str, tuple[str, float]] = {}
        for balancer, action in self._groups.actions():
            if action["Type"] != "forward":
                continue
            weights = _weights(action)
            total = sum(weights.values())
            for group, weight in weights.items():
                before = found.get(group, (balancer, 0.0))[1]
                found[group] = (balancer, before + (weight / total if total else 0))
        return found


def _weights(forward: dict) -> dict[str, int]:
    groups = forward.get("ForwardConfig", {}).get("TargetGroups") or []
    if not groups:
        return {forward["TargetGroupArn"]: 1}
    return {group["TargetGroupArn"]: int(group.get("Weight", 1)) for group in groups}


def _weighted(forward: dict, weights: dict[str, int]) -> dict:
    """Returns the action with these weights; a single group's own member disappears."""
    others = {name: value for name, value in forward.items() if name != "TargetGroupArn"}
    groups = [
        {"TargetGroupArn": group, "Weight": weight}
        for group, weight in (_weights(forward) | weights).items()
    ]
    return others | {"ForwardConfig": forward.get("ForwardConfig", {}) | {"TargetGroups": groups}}
