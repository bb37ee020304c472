"""What the simulation needs to know of load balancers, and what it does to them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class TargetGroup:
    """The settings of a target group that decide how a rollout goes. Times are in seconds."""

    arn: str
    target_type: str
    load_balancers: frozenset[str]
    interval: float
    unhealthy_threshold: int
    deregistration_delay: float
    is_sticky: bool

    @property
    def has_load_balancer(self) -> bool:
        return bool(self.load_balancers)


class TargetGroups(Protocol):
    """The target groups of one account and region."""

    def find(self, arn: str) -> TargetGroup | None: ...

    def forwards_to(self, arn: str) -> list[dict]: ...

    def of_rule(self, rule: str) -> set[str] | None: ...

    def register(self, arn: str, address: str, port: int) -> None: ...

    def deregister(self, arn: str, address: str, port: int) -> None: ...


class NoTargetGroups:
    """An account without load balancers."""

    def find(self, arn: str) -> TargetGroup | None:
        return None

    def forwards_to(self, arn: str) -> list[dict]:
        return []

    def of_rule(self, rule: str) -> set[str] | None:
        return None

    def register(self, arn: str, address: str, port: int) -> None:
        raise LookupError(arn)

    def deregister(self, arn: str, address: str, port: int) -> None:
        raise LookupError(arn)


@dataclass(eq=False)
class Target:
    """A task's place in a target group."""

    group: TargetGroup
    address: str
    port: int
    state: str = "initial"  # initial | healthy | unhealthy | draining
