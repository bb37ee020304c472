"""How the failures of a deployment are counted, and when they are too many."""

import math
from dataclasses import dataclass

# An image whose digest can't be resolved fails the deployment this soon, whatever the threshold.
FAILED_RESOLUTIONS = 3


@dataclass
class FailureCount:
    """Counts failed starts in stage 1 and failed health checks in stage 2."""

    count: int = 0
    running_tasks: int = 0
    failed_resolutions: int = 0
    stage: int = 1

    def failed_to_start(self) -> None:
        if self.stage == 1:
            self.count += 1

    def failed_to_resolve(self) -> None:
        self.failed_resolutions += 1

    def failed_health_check(self) -> None:
        self.count += 1

    def reached_running(self, needed: int) -> None:
        """Enters stage 2 once enough tasks ran; it starts from nothing."""
        self.running_tasks += 1
        if self.stage == 1 and self.running_tasks >= needed:
            self.stage, self.count = 2, 0


@dataclass
class CircuitBreaker:
    """The settings of deploymentCircuitBreaker, applied to a count."""

    enable: bool = False
    rollback: bool = False
    resetOnHealthyTask: bool = True  # noqa: N815 - the API's own name
    thresholdConfiguration: dict | None = None  # noqa: N815 - the API's own name

    def threshold(self, desired_count: int) -> int:
        """Returns the number of failures at which a deployment of that size fails."""
        configured = self.thresholdConfiguration or {}
        kind, value = configured.get("type", "BOUNDED_PERCENT"), configured.get("value", 50)
        if kind == "COUNT":
            return value
        share = math.ceil(value * desired_count / 100)
        return max(share, 1) if kind == "UNBOUNDED_PERCENT" else min(max(share, 3), 200)

    def trips(self, failures: FailureCount, desired_count: int) -> bool:
        if not self.enable:
            return False
        unresolvable = failures.failed_resolutions >= FAILED_RESOLUTIONS
        return unresolvable or failures.count >= self.threshold(desired_count)
