"""What ECS reads and writes in the rules of a load balancer's listeners."""

from typing import Protocol


class ListenerRules(Protocol):
    """The rules of one account and region, default rules among them."""

    def weights(self, rule: str) -> dict[str, int] | None:
        """Returns the weight of every target group that a rule forwards to, None without it."""

    def set_weights(self, rule: str, weights: dict[str, int]) -> set[str]:
        """Writes a weighted forward; returns the groups that no rule had forwarded to before.

        Whatever else the rule does stays, with its stickiness and the groups that aren't named.
        """

    def shares(self) -> dict[str, tuple[str, float]]:
        """Returns the load balancer of each group, and what share of one rule's requests it gets;
        several rules add up."""


class NoListenerRules:
    """An account without load balancers."""

    def weights(self, rule: str) -> dict[str, int] | None:
        return None

    def set_weights(self, rule: str, weights: dict[str, int]) -> set[str]:
        raise LookupError(rule)

    def shares(self) -> dict[str, tuple[str, float]]:
        return {}


def serving(weights: dict[str, int]) -> list[str]:
    """Returns the groups that get traffic."""
    return [group for group, weight in weights.items() if weight > 0]
