"""A service: its settings, its deployments, and the events it tells about them."""

import itertools
import math
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .deployment import Deployment
from .failures import CircuitBreaker
from .service_deployment import ServiceDeployment
from .task import Task

if TYPE_CHECKING:
    from .scheduler import ServiceScheduler
    from .stages.shift import Shift

EVENTS_KEPT = 100


@dataclass
class Event:
    """A message with a number in it grows while more of the same happens at the same moment."""

    time: float
    text: str
    count: int = 1
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def message(self) -> str:
        return self.text.format(count=self.count)


@dataclass(eq=False)
class Service:
    name: str
    cluster: str
    arn: str
    created_at: float
    desired_count: int
    # What the request said and ECS filled in, in the API's words, apart from the revision's part.
    settings: dict
    tags: list[dict] = field(default_factory=list)
    # The request that made it, by which a repetition is known.
    creation: dict = field(default_factory=dict)
    status: str = "ACTIVE"
    deployments: list[Deployment] = field(default_factory=list)  # the primary one first
    service_deployments: list[ServiceDeployment] = field(default_factory=list)  # newest first
    # What a rollback may return to: every deployment that completed, the latest last.
    completed: list[Deployment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)  # newest first
    # When it last told that it is steady; long ago while it is not.
    steady_told_at: float = -math.inf
    scheduler: "ServiceScheduler" = field(init=False)

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    @property
    def current(self) -> ServiceDeployment:
        return self.service_deployments[0]

    @property
    def running(self) -> ServiceDeployment | None:
        """Returns the service deployment that is not over yet."""
        newest = next(iter(self.service_deployments), None)
        return newest if newest and not newest.is_over else None

    @property
    def shift(self) -> "Shift | None":
        """Returns how the running service deployment moves traffic, if it does."""
        return self.running.shift if self.running else None

    def wanted(self, deployment: Deployment) -> int:
        """Returns how many tasks a deployment is to have."""
        if self.shift and self.shift.holds_fleets:
            return self.shift.wanted(deployment)
        return self.desired_count if deployment.status == "PRIMARY" else 0

    @property
    def breaker(self) -> CircuitBreaker:
        return CircuitBreaker(**self.configuration.get("deploymentCircuitBreaker", {}))

    @property
    def configuration(self) -> dict:
        return self.settings["deploymentConfiguration"]

    @property
    def tasks(self) -> list[Task]:
        return [task for deployment in self.deployments for task in deployment.tasks]

    def unsettle(self) -> None:
        """Makes it tell anew as soon as it is steady."""
        self.steady_told_at = -math.inf

    def tell(self, now: float, text: str, task_set: str | None = None) -> None:
        """Adds an event; braces in the text must be those of {count}."""
        prefix = (
            f"(service {self.name}, taskSet {task_set})" if task_set else f"(service {self.name})"
        )
        text = f"{prefix} {text}"
        for event in itertools.takewhile(lambda event: event.time == now, self.events):
            if event.text == text and "{count}" in text:
                event.count += 1
                return
        self.events.insert(0, Event(now, text))
        del self.events[EVENTS_KEPT:]
