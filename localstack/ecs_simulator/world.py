"""All simulated ECS state of one account in one region, and its passage through time."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import load
from .agenda import Agenda
from .controls import AccountControls
from .neighbours import Neighbours

if TYPE_CHECKING:
    from .autoscaling import ScalableTarget, ScalingPolicy
    from .cluster import Cluster
    from .service import Service
    from .task import Task, TaskRequest
    from .task_definition import TaskDefinition

MINUTE = 60


class World:
    """Time in here is virtual: `now` is the moment of the event that is being run."""

    def __init__(
        self,
        account: str,
        region: str,
        controls: AccountControls,
        neighbours: Neighbours | None = None,
    ):
        self.account, self.region, self.controls = account, region, controls
        neighbours = neighbours or Neighbours()
        self.target_groups, self.logs = neighbours.target_groups, neighbours.logs
        self.metrics, self.alarms = neighbours.metrics, neighbours.alarms
        self.listener_rules = neighbours.listener_rules
        self.roles = neighbours.roles
        self.networks, self.registry = neighbours.networks, neighbours.registry
        self.now = controls.clock.now()
        self.clusters: dict[str, Cluster] = {}
        self.capacity_providers: dict[str, dict] = {}
        self.task_definitions: dict[str, dict[int, TaskDefinition]] = {}
        self.services: dict[tuple[str, str], Service] = {}
        self.tasks: dict[str, Task] = {}
        self.task_requests: dict[str, TaskRequest] = {}
        self.scalable_targets: dict[str, ScalableTarget] = {}
        self.scaling_policies: dict[tuple[str, str], ScalingPolicy] = {}
        self._agenda = Agenda()
        self._addresses = itertools.count(4)
        self._next_minute(self.now)

    @property
    def profile(self):
        return self.controls.profile

    def arn(self, resource: str) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:{resource}"

    def next_address(self) -> str:
        """Returns a private address that no task has had before."""
        number = next(self._addresses)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def later(self, delay: float, action: Callable, *arguments) -> None:
        self._agenda.add(self.now + delay, action, *arguments)

    def _next_minute(self, now: float) -> None:
        self._agenda.add((int(now) // MINUTE + 1) * MINUTE, self._minute)

    def _minute(self) -> None:
        """Has the load balancers report, and the alarms look at what has come by now."""
        self._next_minute(self.now)
        load.put_minute(self)
        self.alarms.evaluate(self.now - self.profile.alarm_delay)

    def catch_up(self) -> None:
        """Runs everything that is due, each event at its own time."""
        until = self.controls.clock.now()
        while due := self._agenda.take_due(until):
            self.now, action, arguments = due
            action(*arguments)
        self.now = max(self.now, until)
