"""Tasks: stopped, listed, described."""

from .. import task_stop
from ..errors import invalid_parameter
from ..views.tasks import task_view
from ..world import World
from .lookup import active_cluster, known_service, missing, name_in
from .paging import page
from .registry import operation

MAXIMUM_DESCRIBED = 100


@operation
def stop_task(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    task = world.tasks.get(name_in(cluster, request["task"]))
    if task is None or task.cluster != cluster.name:
        raise invalid_parameter("The referenced task was not found.")
    task_stop.stop(world, task, "UserInitiated", request.get("reason") or "Task stopped by user")
    task.listener.task_changed(task)
    return {"task": task_view(world, task)}


@operation
def list_tasks(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    filters = [name for name in ("family", "serviceName", "startedBy") if request.get(name)]
    if "startedBy" in filters and len(filters) > 1:
        raise invalid_parameter("startedBy must be the only filter.")
    group = None
    if request.get("serviceName"):
        group = f"service:{known_service(world, request, 'serviceName').name}"
    wanted = request.get("desiredStatus", "RUNNING")
    found = [
        task.arn
        for task in world.tasks.values()
        if task.cluster == cluster.name
        and task.desired_status == wanted
        and request.get("family") in (None, task.task_definition.family)
        and request.get("startedBy") in (None, task.launch.get("startedBy"))
        and request.get("launchType") in (None, task.launch.get("launchType"))
        and group in (None, task.launch["group"])
    ]
    return page(found, request, "taskArns")


@operation
def describe_tasks(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    references = request["tasks"]
    if not references:
        raise invalid_parameter("Tasks cannot be empty.")
    if len(references) > MAXIMUM_DESCRIBED:
        raise invalid_parameter(f"At most {MAXIMUM_DESCRIBED} tasks can be described at once.")
    with_tags = "TAGS" in request.get("include", [])
    found, failures = [], []
    for reference in references:
        name = name_in(cluster, reference)
        task = world.tasks.get(name)
        if task and task.cluster == cluster.name:
            found.append(task_view(world, task, with_tags))
        else:
            failures.append(missing(world.arn(f"task/{cluster.name}/{name}")))
    return {"tasks": found, "failures": failures}
