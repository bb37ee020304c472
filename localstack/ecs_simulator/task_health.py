"""Health of tasks: container health checks and load balancer targets."""

from .load_balancing import Target
from .task import Container, Task
from .world import World


def register_targets(world: World, task: Task) -> None:
    """Adds the task to its target groups; without one of them it never becomes healthy."""
    for balancer in task.load_balancers:
        arn = balancer.get("targetGroupArn", "")
        group = world.target_groups.find(arn)
        if group is None:
            task.is_unreachable = True
            task.listener.registration_failed(task, arn)
            continue
        target = Target(group, task.address, balancer["containerPort"])
        world.target_groups.register(group.arn, target.address, target.port)
        task.targets.append(target)
        task.listener.target_registered(task, target)


def watch(world: World, task: Task) -> None:
    """Arranges for what the checks of a task that just reached RUNNING will find."""
    for container in task.containers:
        if "healthCheck" in container.definition and container.last_status == "RUNNING":
            _watch_container(world, task, container)
    for target in task.targets:
        _watch_target(world, task, target)
    if not task.targets and not task.has_container_checks:
        world.later(world.profile.settle, task.listener.task_changed, task)


def _watch_container(world: World, task: Task, container: Container) -> None:
    check = container.definition["healthCheck"]
    fault = container.fault
    # Failures within the start period don't count towards the retries.
    found = check.get("startPeriod", 0) + check["retries"] * check["interval"]
    if fault and fault.kind == "unhealthy":
        delay = found if fault.after is None else fault.after
        world.later(delay, _container_unhealthy, world, task, container)
        if fault.after is None or fault.after <= check["interval"]:
            return
    ready = max(check["interval"], _loading(task))
    if ready > found:
        world.later(found, _container_unhealthy, world, task, container)
    world.later(ready, _container_healthy, world, task, container)


def _loading(task: Task) -> float:
    """Returns how long the model loads before anything answers a check."""
    fault = task.fault("slow_load")
    return fault.after or 0 if fault else 0


def _container_healthy(world: World, task: Task, container: Container) -> None:
    if task.is_wanted and container.last_status == "RUNNING":
        container.health = "HEALTHY"
        task.listener.task_changed(task)


def _container_unhealthy(world: World, task: Task, container: Container) -> None:
    if not task.is_wanted or container.last_status != "RUNNING":
        return
    container.health = "UNHEALTHY"
    task.listener.task_changed(task)
    if container.is_essential:
        world.later(_remaining_grace(world, task), _container_given_up, task, container)


def _container_given_up(task: Task, container: Container) -> None:
    if container.health == "UNHEALTHY":
        task.listener.task_failed_container_checks(task)


def _watch_target(world: World, task: Task, target: Target) -> None:
    group, fault = target.group, task.fault("lb_unhealthy")
    found = group.interval * group.unhealthy_threshold
    if fault:
        delay = found if fault.after is None else fault.after
        world.later(delay, _target_unhealthy, world, task, target)
        if fault.after is None or fault.after <= group.interval:
            return
    # A new target is healthy after its first check that passes.
    ready = max(group.interval, _loading(task))
    if ready > found:
        world.later(found, _target_unhealthy, world, task, target)
    world.later(ready, _target_healthy, task, target)


def _target_healthy(task: Task, target: Target) -> None:
    if task.is_wanted:
        target.state = "healthy"
        task.listener.task_changed(task)


def check_anew(world: World, group: str) -> None:
    """Begins with the targets of a group that no rule forwarded to as with new ones."""
    for task in world.tasks.values():
        for target in task.targets:
            if target.group.arn == group and target.state == "healthy":
                target.state = "initial"
                world.later(target.group.interval, _target_healthy, task, target)


def _target_unhealthy(world: World, task: Task, target: Target) -> None:
    if not task.is_wanted:
        return
    target.state = "unhealthy"
    task.listener.task_changed(task)
    world.later(_remaining_grace(world, task), _target_given_up, task, target)


def _target_given_up(task: Task, target: Target) -> None:
    if target.state == "unhealthy":
        task.listener.task_failed_target_checks(task, target)


def _remaining_grace(world: World, task: Task) -> float:
    return max(0, task.started_at + task.grace_period - world.now)
