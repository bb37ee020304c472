"""What a load balancer puts into CloudWatch of the requests that it forwards each minute."""

from typing import TYPE_CHECKING

from .metrics import Datum
from .task import Task

if TYPE_CHECKING:
    from .world import World

MINUTE = 60
NAMESPACE = "AWS/ApplicationELB"
# Seconds that an answer takes where no fault slows it, as parts of ten requests.
TIMES = ((0.05, 7), (0.1, 2), (0.2, 1))


def put_minute(world: "World") -> None:
    """Puts the metrics of the minute that has just ended, where the account has requests."""
    requests = world.profile.requests_a_minute
    if not requests:
        return
    moment = int(world.now) // MINUTE * MINUTE - MINUTE
    data = []
    for group, (balancer, share) in sorted(world.listener_rules.shares().items()):
        dimensions = {
            "LoadBalancer": balancer.partition(":loadbalancer/")[2],
            "TargetGroup": group.rpartition(":")[2],
        }
        seen = _data(world, group, requests * share)
        data += [Datum(name, dimensions, values) for name, values in seen.items()]
    if data:
        world.metrics.put(NAMESPACE, moment, data)


def _data(world: "World", group: str, requests: float) -> dict[str, list[tuple[float, float]]]:
    """Returns values and how often each occurred; a load balancer puts no zeros but of hosts."""
    tasks = [
        (task, target.state)
        for task in world.tasks.values()
        for target in task.targets
        if target.group.arn == group and task.last_status == "RUNNING"
    ]
    healthy = [task for task, state in tasks if state == "healthy"]
    data = {}
    if tasks:
        unhealthy = sum(state == "unhealthy" for _, state in tasks)
        data["HealthyHostCount"] = [(len(healthy), 1)]
        data["UnHealthyHostCount"] = [(unhealthy, 1)]
    if not healthy or not requests:
        return data
    errors, times = 0, []
    each = requests / len(healthy)
    for task in healthy:
        errors += each * _share_of_errors(task, world.now - MINUTE)
        slow = task.fault("slow_answers")
        further = slow.after or 0 if slow else 0
        times += [(seconds + further, each * part / 10) for seconds, part in TIMES]
    data["RequestCount"] = [(1, requests)]
    data["TargetResponseTime"] = times
    for name, count in (
        ("HTTPCode_Target_5XX_Count", errors),
        ("HTTPCode_Target_2XX_Count", requests - errors),
    ):
        if count:
            data[name] = [(1, count)]
    return data


def _share_of_errors(task: Task, now: float) -> float:
    fault = task.fault("errors")
    if fault is None or now < task.started_at + (fault.after or 0):
        return 0
    return 1 if fault.share is None else fault.share
