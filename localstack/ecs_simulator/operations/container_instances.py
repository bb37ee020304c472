"""Container instances, as their agents register them. No task is placed on them."""

from copy import deepcopy

from ..cluster import Cluster
from ..errors import invalid_parameter
from ..task import new_id
from ..views import present
from ..world import World
from .lookup import active_cluster, missing, name_in
from .paging import page
from .registry import operation


@operation
def register_container_instance(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    resources = request.get("totalResources") or []
    arn = world.arn(f"container-instance/{cluster.name}/{new_id()}")
    instance = present(
        {
            "containerInstanceArn": arn,
            "version": 1,
            "status": "ACTIVE",
            "agentConnected": True,
            "runningTasksCount": 0,
            "pendingTasksCount": 0,
            "registeredResources": resources,
            "remainingResources": deepcopy(resources),
            "attributes": request.get("attributes") or [],
            "tags": request.get("tags") or [],
        }
    )
    cluster.instances[arn] = instance
    return {"containerInstance": instance}


@operation
def deregister_container_instance(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    found = _known(cluster, request.get("containerInstance") or "")
    if found is None:
        raise invalid_parameter("Container instance not found.")
    del cluster.instances[found["containerInstanceArn"]]
    return {"containerInstance": found | {"status": "INACTIVE", "agentConnected": False}}


@operation
def list_container_instances(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    status = request.get("status") or "ACTIVE"
    arns = [arn for arn, one in cluster.instances.items() if one["status"] == status]
    return page(arns, request, "containerInstanceArns")


@operation
def describe_container_instances(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    asked = request.get("containerInstances") or []
    if not 1 <= len(asked) <= 100:
        raise invalid_parameter("Container instances must be between 1 and 100.")
    found, failures = [], []
    for reference in asked:
        instance = _known(cluster, reference)
        if instance is None:
            name = reference.rpartition("/")[2]
            arn = world.arn(f"container-instance/{cluster.name}/{name}")
            failures.append(missing(arn))
        else:
            found.append(instance)
    return {"containerInstances": found, "failures": failures}


def _known(cluster: Cluster, reference: str) -> dict | None:
    name = name_in(cluster, reference)
    ends = f"/{name}"
    return next((one for arn, one in cluster.instances.items() if arn.endswith(ends)), None)
