"""The way of a task up to RUNNING."""

from . import container_logs, images, task_health, task_stop
from .task import Container, Task, new_id
from .task_faults import take
from .world import World

# Conditions of dependsOn under which the container waited for is done, not just up.
WAITS_FOR_EXIT = ("COMPLETE", "SUCCESS")


def launch(world: World, task: Task) -> None:
    """Brings a task into the world."""
    for definition in task.task_definition.containers:
        fault = take(world.controls.task_faults, definition["image"])
        image = definition["image"]
        digest = task.digests.get(definition["name"]) or images.resolve(world.registry, image)
        task.containers.append(Container(definition, f"{task.id}-{new_id()[:10]}", digest, fault))
    world.tasks[task.id] = task
    world.later(world.profile.provisioning, _pull, world, task)


def _pull(world: World, task: Task) -> None:
    if not _move(task, "PENDING"):
        return
    task.pull_started_at = world.now
    if not task.fault("hang"):
        world.later(world.profile.pulling, _pulled, world, task)


def _pulled(world: World, task: Task) -> None:
    if not task.is_wanted:
        return
    for container in task.containers:
        if reason := _initialisation_failure(world, task, container):
            container.reason = reason
            task_stop.stop(world, task, "TaskFailedToStart", reason)
            task.listener.task_failed_to_start(task)
            return
    task.pull_stopped_at = world.now
    _start_ready_containers(world, task)


def _initialisation_failure(world: World, task: Task, container: Container) -> str | None:
    """Returns why the container never comes to life, in the words of the agent."""
    image = container.definition["image"]
    kind = container.fault.kind if container.fault else None
    if kind in ("pull", "secret") and container.fault.reason:
        return container.fault.reason
    if kind == "pull" or world.registry.lacks(images.pinned(image, container.digest)):
        return (
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): "
            f"failed to resolve ref {image}: not found."
        )
    if kind == "secret":
        secrets = container.definition.get("secrets") or [{}]
        arn = secrets[0].get(
            "valueFrom", world.arn("secret/missing").replace(":ecs:", ":secretsmanager:")
        )
        return (
            "ResourceInitializationError: The task can't pull the secret from Secrets Manager. The "
            f"task can't retrieve the secret with ARN '{arn}' from Secrets Manager. Check whether "
            "the secret exists in the specified Region."
        )
    return container_logs.open_stream(world, task, container)


def _start_ready_containers(world: World, task: Task) -> None:
    """Starts what waits for nothing any more, until nothing more can start."""
    while task.is_wanted and (ready := _next_ready(task)):
        _start_container(world, task, ready)
    if all(container.last_status != "PENDING" for container in task.containers):
        _activate(world, task)


def _next_ready(task: Task) -> Container | None:
    by_name = {container.name: container for container in task.containers}
    for container in task.containers:
        waits = container.definition.get("dependsOn", [])
        if container.last_status == "PENDING" and all(
            _is_met(by_name[wait["containerName"]], wait["condition"]) for wait in waits
        ):
            return container
    return None


def _is_met(container: Container, condition: str) -> bool:
    if condition == "START":
        return container.last_status in ("RUNNING", "STOPPED")
    if condition == "HEALTHY":
        return container.health == "HEALTHY"
    exited = container.last_status == "STOPPED"
    return exited and (condition == "COMPLETE" or container.exit_code == 0)


def _start_container(world: World, task: Task, container: Container) -> None:
    container.last_status = "RUNNING"
    fault = container.exit_fault
    if fault is None:
        container_logs.write_fault(world, task, container)
    if fault and fault.after is None:
        container_exits(world, task, container)
    elif _is_waited_for(task, container, WAITS_FOR_EXIT):
        world.later(world.profile.init_container, container_exits, world, task, container)
    elif _is_waited_for(task, container, ("HEALTHY",)):
        interval = container.definition["healthCheck"]["interval"]
        world.later(interval, _dependency_healthy, world, task, container)
    container_logs.write_regularly(world, task, container)


def _is_waited_for(task: Task, container: Container, conditions: tuple[str, ...]) -> bool:
    return any(
        wait["containerName"] == container.name and wait["condition"] in conditions
        for other in task.containers
        for wait in other.definition.get("dependsOn", [])
    )


def _dependency_healthy(world: World, task: Task, container: Container) -> None:
    is_unhealthy = container.fault is not None and container.fault.kind == "unhealthy"
    if task.is_wanted and not is_unhealthy:
        container.health = "HEALTHY"
        _start_ready_containers(world, task)


def container_exits(world: World, task: Task, container: Container) -> None:
    """Ends a container by itself: by its fault, or with success when its work is done."""
    if container.last_status == "STOPPED" or task.last_status == "STOPPED":
        return
    container.last_status = "STOPPED"
    container.exit_code, container.reason = _exit_of(container)
    if container.exit_fault:
        container_logs.write_fault(world, task, container)
    if not task.is_wanted:
        return
    if container.is_essential or _blocks_others(task, container):
        task_stop.stop(
            world, task, "EssentialContainerExited", "Essential container in task exited"
        )
        if task.started_at is None:
            task.listener.task_failed_to_start(task)
        else:
            task.listener.task_changed(task)
    elif task.started_at is None:
        _start_ready_containers(world, task)


def _exit_of(container: Container) -> tuple[int, str | None]:
    fault = container.exit_fault
    if fault is None:
        return 0, None
    code, reason = 1, fault.reason
    if fault.kind == "oom":
        code, reason = 137, "OutOfMemoryError: Container killed due to memory usage"
    return code if fault.exit_code is None else fault.exit_code, reason


def _blocks_others(task: Task, container: Container) -> bool:
    """Tells whether an essential container waited for the success that never comes."""
    return container.exit_code != 0 and any(
        wait["containerName"] == container.name and wait["condition"] == "SUCCESS"
        for other in task.containers
        if other.is_essential
        for wait in other.definition.get("dependsOn", [])
    )


def _activate(world: World, task: Task) -> None:
    if task.last_status != "PENDING" or not _move(task, "ACTIVATING"):
        return
    task_health.register_targets(world, task)
    slow = task.fault("slow")
    extra = (slow.after or 0) if slow else 0
    world.later(world.profile.activating + extra, _run, world, task)


def _run(world: World, task: Task) -> None:
    if not _move(task, "RUNNING"):
        return
    task.started_at = world.now
    for container in task.containers:
        fault = container.exit_fault
        if fault and fault.after is not None:
            world.later(fault.after, container_exits, world, task, container)
    task_health.watch(world, task)
    task.listener.task_running(task)


def _move(task: Task, status: str) -> bool:
    """Moves a task that is still wanted."""
    if not task.is_wanted:
        return False
    task.last_status = status
    task.version += 1
    return True
