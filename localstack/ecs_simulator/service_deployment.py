"""A service deployment: the record of one attempt to move a service to a revision."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .deployment import Deployment
from .revision import Revision

if TYPE_CHECKING:
    from .stages.shift import Shift

# From the developer guide's page on service deployments.
TRANSITIONS = {
    "PENDING": {"IN_PROGRESS", "ROLLBACK_REQUESTED", "STOP_REQUESTED", "STOPPED"},
    "IN_PROGRESS": {
        "SUCCESSFUL",
        "STOP_REQUESTED",
        "ROLLBACK_REQUESTED",
        "ROLLBACK_IN_PROGRESS",
        "STOPPED",
    },
    "ROLLBACK_REQUESTED": {"SUCCESSFUL", "ROLLBACK_IN_PROGRESS", "STOPPED"},
    "ROLLBACK_IN_PROGRESS": {"ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"},
    "STOP_REQUESTED": {"STOPPED"},
}
FINAL = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")


@dataclass(eq=False)
class ServiceDeployment:
    arn: str
    target: Deployment
    sources: list[Deployment]
    configuration: dict
    created_at: float
    updated_at: float
    status: str = "PENDING"
    reason: str | None = None
    breaker_status: str = "DISABLED"
    alarm_status: str = "DISABLED"
    triggered_alarms: list[str] = field(default_factory=list)
    bake_ends_at: float | None = None
    started_at: float | None = None
    stopped_at: float | None = None
    finished_at: float | None = None
    rollback: dict | None = None
    # The deployment that a rollback returns to.
    rollback_target: Deployment | None = None
    # How it moves traffic, by every strategy but ROLLING.
    shift: "Shift | None" = None

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    @property
    def has_begun(self) -> bool:
        """Tells whether it has moved tasks yet, or may."""
        return self.started_at is not None or self.status == "ROLLBACK_IN_PROGRESS"

    @property
    def revisions(self) -> list[Revision]:
        return [deployment.revision for deployment in (self.target, *self.sources)]

    def move(self, status: str, now: float, reason: str | None = None) -> None:
        """Makes one of the documented transitions."""
        if status not in TRANSITIONS.get(self.status, ()):
            raise ValueError(f"no service deployment goes from {self.status} to {status}")
        self.status, self.updated_at = status, now
        self.reason = reason or self.reason
        if status == "IN_PROGRESS":
            self.started_at = now
        if status == "STOPPED":
            self.stopped_at = now
        if self.is_over:
            self.finished_at = now
            self.breaker_status = _ended(self.breaker_status)
            self.alarm_status = _ended(self.alarm_status)


def _ended(monitor: str) -> str:
    """Returns what a monitor reads once its deployment is over."""
    return "MONITORING_COMPLETE" if monitor == "MONITORING" else monitor
