"""Load balancers without ELBv2: rules that keep weights, and groups that keep nothing."""

from ecs_simulator.load_balancing import NoTargetGroups, TargetGroup


class KeptRules:
    def __init__(self, rules: dict[str, dict[str, int]]):
        self.rules = rules

    def weights(self, rule: str) -> dict[str, int] | None:
        return self.rules.get(rule)

    def set_weights(self, rule: str, weights: dict[str, int]) -> set[str]:
        self.rules[rule] = self.rules[rule] | weights
        return set()


class KeptGroups(NoTargetGroups):
    def __init__(self, rules: KeptRules):
        self._rules = rules

    def find(self, arn: str) -> TargetGroup:
        return TargetGroup(arn, "ip", frozenset(["balancer"]), 10, 2, 20, False)

    def of_rule(self, rule: str) -> set[str] | None:
        weights = self._rules.weights(rule)
        return None if weights is None else set(weights)

    def register(self, arn: str, address: str, port: int) -> None:
        pass

    deregister = register
