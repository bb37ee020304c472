"""Tasks that are run by hand."""

from .. import placement, task_start
from ..cluster import Cluster
from ..errors import EcsError, invalid_parameter
from ..task import Task, TaskRequest, new_id
from ..task_definition import TaskDefinition
from ..validation import services as validation
from ..validation.networks import check_network
from ..validation.not_simulated import check_request
from ..validation.tags import check_tags
from ..views.tasks import task_view
from ..world import World
from .lookup import active_cluster, active_task_definition
from .registry import operation

MAXIMUM_AT_ONCE = 10
# What a task keeps of the request.
LAUNCH_MEMBERS = (
    "launchType",
    "capacityProviderStrategy",
    "networkConfiguration",
    "enableExecuteCommand",
    "overrides",
    "startedBy",
)


@operation
def run_task(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    if known := world.task_requests.get(request.get("clientToken", "")):
        return _repeated(world, known, request)
    check_request(request)
    count = request.get("count", 1)
    if not 1 <= count <= MAXIMUM_AT_ONCE:
        raise invalid_parameter(f"count must be between 1 and {MAXIMUM_AT_ONCE}.")
    check_tags(request.get("tags", []))
    if request.get("propagateTags") == "SERVICE":
        raise invalid_parameter("Tags of a service can't be propagated to a task without one.")
    task_definition = active_task_definition(world, request["taskDefinition"])
    launch = _launch(request, cluster, task_definition)
    validation.check_capacity(launch, cluster, task_definition)
    check_network(world, launch, task_definition)
    if placement.needs_instances(launch) and not world.profile.ec2_capacity:
        raise invalid_parameter("No Container Instances were found in your cluster.")
    tasks, failures = [], []
    for _ in range(count):
        if placement.obstacle(world, launch, task_definition.images):
            failures.append({"reason": placement.UNAVAILABLE})
        else:
            tags = _tags(request, cluster, task_definition)
            tasks.append(_run(world, cluster, task_definition, launch, tags))
    if "clientToken" in request:
        world.task_requests[request["clientToken"]] = TaskRequest(request, tasks)
    return {"tasks": [task_view(world, task) for task in tasks], "failures": failures}


def _repeated(world: World, known: TaskRequest, request: dict) -> dict:
    if known.request != request:
        raise EcsError(
            "ConflictException",
            "The provided clientToken is already in use with a different RunTask request.",
        )
    return {"tasks": [task_view(world, task) for task in known.tasks], "failures": []}


def _launch(request: dict, cluster: Cluster, task_definition: TaskDefinition) -> dict:
    launch = {member: request[member] for member in LAUNCH_MEMBERS if member in request}
    launch["group"] = request.get("group", f"family:{task_definition.family}")
    if not launch.get("launchType") and not launch.get("capacityProviderStrategy"):
        launch |= placement.default_capacity(cluster)
    return launch


def _tags(request: dict, cluster: Cluster, task_definition: TaskDefinition) -> list[dict]:
    own = request.get("tags", [])
    propagated = task_definition.tags if request.get("propagateTags") == "TASK_DEFINITION" else []
    # The request's own tags take precedence over those of the task definition.
    tags = list({tag["key"]: tag for tag in [*propagated, *own]}.values())
    if request.get("enableECSManagedTags"):
        tags.append({"key": "aws:ecs:clusterName", "value": cluster.name})
    return tags


def _run(
    world: World,
    cluster: Cluster,
    task_definition: TaskDefinition,
    launch: dict,
    tags: list[dict],
) -> Task:
    task = Task(
        arn=world.arn(f"task/{cluster.name}/{new_id()}"),
        cluster=cluster.name,
        task_definition=task_definition,
        address=world.next_address(),
        created_at=world.now,
        launch=launch,
        tags=tags,
    )
    task_start.launch(world, task)
    return task
