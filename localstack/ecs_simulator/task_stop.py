"""The way of a task from its last moment of service to STOPPED."""

from .task import Task
from .world import World

TERMINATED_BY_SIGNAL = 143


def stop(world: World, task: Task, code: str, reason: str) -> None:
    """Begins to stop a task; the first reason given stays."""
    if not task.is_wanted:
        return
    task.desired_status = "STOPPED"
    task.stop_code, task.stopped_reason = code, reason
    task.stopping_at = world.now
    task.version += 1
    if task.started_at is None and not task.targets:
        return _stopping(world, task)
    task.last_status = "DEACTIVATING"
    world.later(max(world.profile.deactivating, _drain(world, task)), _stopping, world, task)


def _drain(world: World, task: Task) -> float:
    """Ends new connections to the task; returns how long those it has are given."""
    for target in task.targets:
        target.state = "draining"
    if task.targets:
        task.listener.targets_draining(task, task.targets)
    serves = any(c.is_essential and c.last_status == "RUNNING" for c in task.containers)
    return max((t.group.deregistration_delay for t in task.targets if serves), default=0)


def _stopping(world: World, task: Task) -> None:
    for target in task.targets:
        world.target_groups.deregister(target.group.arn, target.address, target.port)
    task.targets = []
    task.last_status = "STOPPING"
    task.version += 1
    world.later(world.profile.stopping, _deprovisioning, world, task)


def _deprovisioning(world: World, task: Task) -> None:
    task.last_status = "DEPROVISIONING"
    task.version += 1
    task.execution_stopped_at = world.now
    for container in task.containers:
        if container.last_status == "RUNNING":
            container.exit_code = TERMINATED_BY_SIGNAL
        container.last_status = "STOPPED"
    world.later(world.profile.deprovisioning, _stopped, world, task)


def _stopped(world: World, task: Task) -> None:
    task.last_status = "STOPPED"
    task.version += 1
    task.stopped_at = world.now
    world.later(world.profile.stopped_task_retention, world.tasks.pop, task.id, None)
    task.listener.task_changed(task)
