"""A task and its containers. How they change is decided in the task_* modules."""

import uuid
from dataclasses import dataclass, field
from typing import Protocol

from .load_balancing import Target
from .task_definition import TaskDefinition
from .task_faults import TaskFault

STARTING = ("PROVISIONING", "PENDING", "ACTIVATING")


class TaskListener(Protocol):
    """Whoever wants a task to run, and reacts when it doesn't."""

    def task_running(self, task: "Task") -> None: ...

    def task_changed(self, task: "Task") -> None: ...

    def task_failed_to_start(self, task: "Task") -> None: ...

    def task_failed_container_checks(self, task: "Task") -> None: ...

    def task_failed_target_checks(self, task: "Task", target: Target) -> None: ...

    def registration_failed(self, task: "Task", group: str) -> None: ...

    def target_registered(self, task: "Task", target: Target) -> None: ...

    def targets_draining(self, task: "Task", targets: list[Target]) -> None: ...


class NoListener:
    """A task that was run by hand: nobody replaces it."""

    def task_running(self, task):
        pass

    task_changed = task_failed_to_start = task_failed_container_checks = task_running

    def task_failed_target_checks(self, task, target):
        pass

    registration_failed = target_registered = targets_draining = task_failed_target_checks


@dataclass(eq=False)
class Container:
    definition: dict
    runtime_id: str
    digest: str
    fault: TaskFault | None = None
    last_status: str = "PENDING"
    health: str = "UNKNOWN"
    exit_code: int | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        return self.definition["name"]

    @property
    def is_essential(self) -> bool:
        return self.definition["essential"]

    @property
    def exit_fault(self) -> TaskFault | None:
        """Returns the fault that makes the container itself exit."""
        exits = self.fault and self.fault.kind in ("crash", "oom", "exec_format")
        return self.fault if exits else None


@dataclass(eq=False)
class Task:
    arn: str
    cluster: str
    task_definition: TaskDefinition
    address: str
    created_at: float
    listener: TaskListener = field(default_factory=NoListener)
    # What the task was launched with, in the API's words: launchType, group, startedBy, …
    launch: dict = field(default_factory=dict)
    load_balancers: list[dict] = field(default_factory=list)
    grace_period: float = 0
    tags: list[dict] = field(default_factory=list)
    # The images' digests that its deployment resolved, by container; others are resolved at launch.
    digests: dict[str, str] = field(default_factory=dict)
    containers: list[Container] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    version: int = 1
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    started_at: float | None = None
    stopping_at: float | None = None
    execution_stopped_at: float | None = None
    stopped_at: float | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    # Whether one of its target groups was gone when it came up.
    is_unreachable: bool = False
    # Why the scheduler wants it replaced, once it has failed its checks.
    unfit_reason: str | None = None
    # Set on a task of the deployment that a rollback returns to, when it is to be replaced.
    is_outdated: bool = False

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def is_wanted(self) -> bool:
        return self.desired_status == "RUNNING"

    @property
    def is_pending(self) -> bool:
        return self.is_wanted and self.last_status in STARTING

    @property
    def is_running(self) -> bool:
        return self.last_status == "RUNNING"

    @property
    def has_container_checks(self) -> bool:
        return any("healthCheck" in container.definition for container in self.containers)

    @property
    def health(self) -> str:
        """Returns the task's health: that of its essential containers that have a check."""
        states = {
            container.health
            for container in self.containers
            if container.is_essential and "healthCheck" in container.definition
        }
        if "UNHEALTHY" in states:
            return "UNHEALTHY"
        return "HEALTHY" if states == {"HEALTHY"} else "UNKNOWN"

    def fault(self, kind: str) -> TaskFault | None:
        """Returns the fault of that kind on any of the containers."""
        for container in self.containers:
            if container.fault and container.fault.kind == kind:
                return container.fault
        return None

    def is_healthy(self, now: float, settle: float) -> bool:
        """Tells whether it counts towards minimumHealthyPercent and a steady state."""
        if not self.is_wanted or not self.is_running or self.is_unreachable:
            return False
        if self.has_container_checks and self.health != "HEALTHY":
            return False
        if self.targets:
            return all(target.state == "healthy" for target in self.targets)
        return self.has_container_checks or now >= self.started_at + settle


@dataclass(frozen=True)
class TaskRequest:
    """What a RunTask call with a client token asked for, and got."""

    request: dict
    tasks: list[Task]


def new_id() -> str:
    return uuid.uuid4().hex
