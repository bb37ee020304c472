"""What containers write to CloudWatch Logs through the awslogs driver."""

from dataclasses import dataclass

from .task import Container, Task
from .world import World

NO_LOG_GROUP = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried "
    "1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified "
    "log group does not exist. : exit status 1"
)


@dataclass
class Destination:
    region: str
    group: str
    stream: str
    creates_group: bool


def open_stream(world: World, task: Task, container: Container) -> str | None:
    """Makes a container's stream before it starts; returns why that failed."""
    destination = _destination(world, task, container)
    if destination is None:
        return None
    if not world.logs.has_group(destination.region, destination.group):
        if not destination.creates_group:
            return NO_LOG_GROUP
        world.logs.create_group(destination.region, destination.group)
    world.logs.write(destination.region, destination.group, destination.stream, world.now, [])
    return None


def write_fault(world: World, task: Task, container: Container) -> None:
    """Writes what a container says about its fault."""
    fault, destination = container.fault, _destination(world, task, container)
    if fault is None or destination is None:
        return
    lines = fault.log
    if fault.kind == "exec_format" and not lines:
        command = [*container.definition.get("entryPoint", []), "/bin/sh"]
        lines = [f"exec {command[0]}: exec format error"]
    if fault.kind == "slow_load" and not lines:
        lines = [
            "INFO:     Started server process [1]",
            "INFO:     Waiting for application startup.",
        ]
    if lines:
        _write(world, destination, lines)


def write_regularly(world: World, task: Task, container: Container, number: int = 1) -> None:
    """Writes numbered lines as long as the container runs, if the profile asks for them."""
    every, destination = world.profile.log_every, _destination(world, task, container)
    if not every or destination is None or container.last_status != "RUNNING":
        return
    _write(world, destination, [f"{container.name} line {number}"])
    world.later(every, write_regularly, world, task, container, number + 1)


def _write(world: World, destination: Destination, lines: list[str]) -> None:
    world.logs.write(destination.region, destination.group, destination.stream, world.now, lines)


def _destination(world: World, task: Task, container: Container) -> Destination | None:
    configuration = container.definition.get("logConfiguration", {})
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options", {})
    if "awslogs-group" not in options:
        return None
    prefix = options.get("awslogs-stream-prefix")
    path = f"{prefix}/{container.name}/{task.id}" if prefix else container.runtime_id
    return Destination(
        options.get("awslogs-region", world.region),
        options["awslogs-group"],
        path,
        options.get("awslogs-create-group") == "true",
    )
