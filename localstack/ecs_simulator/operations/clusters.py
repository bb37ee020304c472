"""Clusters."""

from ..cluster import Cluster
from ..errors import EcsError, cluster_not_found, invalid_parameter
from ..validation.tags import check_tags
from ..views import present
from ..world import World
from .capacity_providers import known_providers
from .lookup import active_cluster, missing, short_name
from .paging import page
from .registry import operation


@operation
def create_cluster(world: World, request: dict) -> dict:
    name = request.get("clusterName") or "default"
    check_tags(request.get("tags", []))
    known = world.clusters.get(name)
    # Creating a cluster that exists answers with it as it is.
    if known is None or known.status == "INACTIVE":
        _check_providers(world, request.get("capacityProviders", []))
        world.clusters[name] = Cluster(
            name,
            world.arn(f"cluster/{name}"),
            request.get("tags", []),
            request.get("settings") or [{"name": "containerInsights", "value": "disabled"}],
            request.get("configuration"),
            request.get("capacityProviders", []),
            request.get("defaultCapacityProviderStrategy", []),
            request.get("serviceConnectDefaults"),
        )
    return {"cluster": _view(world, world.clusters[name])}


def _check_providers(world: World, names: list[str]) -> None:
    for name in names:
        if name not in known_providers(world):
            raise invalid_parameter(
                "The specified capacity provider was not found. Specify a valid name and try again."
            )


@operation
def update_cluster(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    cluster.settings = request.get("settings", cluster.settings)
    cluster.configuration = request.get("configuration", cluster.configuration)
    return {"cluster": _view(world, cluster)}


@operation
def put_cluster_capacity_providers(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    _check_providers(world, request["capacityProviders"])
    cluster.capacity_providers = request["capacityProviders"]
    cluster.default_strategy = request["defaultCapacityProviderStrategy"]
    return {"cluster": _view(world, cluster)}


@operation
def describe_clusters(world: World, request: dict) -> dict:
    found, failures = [], []
    for reference in request.get("clusters") or ["default"]:
        name = short_name(reference)
        if cluster := world.clusters.get(name):
            found.append(_described(world, cluster, request.get("include", [])))
        else:
            failures.append(missing(world.arn(f"cluster/{name}")))
    return {"clusters": found, "failures": failures}


@operation
def list_clusters(world: World, request: dict) -> dict:
    active = [one.arn for one in world.clusters.values() if one.status == "ACTIVE"]
    return page(active, request, "clusterArns")


@operation
def delete_cluster(world: World, request: dict) -> dict:
    cluster = world.clusters.get(short_name(request["cluster"]))
    if cluster is None:
        raise cluster_not_found()
    services = [one for one in world.services.values() if one.cluster == cluster.name]
    if any(service.status != "INACTIVE" for service in services):
        raise EcsError(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        )
    tasks = [task for task in world.tasks.values() if task.cluster == cluster.name]
    if any(task.last_status != "STOPPED" for task in tasks):
        raise EcsError(
            "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
        )
    cluster.status = "INACTIVE"
    return {"cluster": _view(world, cluster)}


def _described(world: World, cluster: Cluster, include: list[str]) -> dict:
    """Leaves out what DescribeClusters only shows when it is asked for."""
    shape = _view(world, cluster)
    for asked, member in (("TAGS", "tags"), ("SETTINGS", "settings")):
        if asked not in include:
            shape[member] = []
    if "CONFIGURATIONS" not in include:
        shape.pop("configuration", None)
    return shape


def _view(world: World, cluster: Cluster) -> dict:
    tasks = [task for task in world.tasks.values() if task.cluster == cluster.name]
    services = [one for one in world.services.values() if one.cluster == cluster.name]
    return present(
        {
            "clusterArn": cluster.arn,
            "clusterName": cluster.name,
            "status": cluster.status,
            "registeredContainerInstancesCount": len(cluster.instances),
            "runningTasksCount": sum(task.is_running for task in tasks),
            "pendingTasksCount": sum(task.is_pending for task in tasks),
            "activeServicesCount": sum(one.status == "ACTIVE" for one in services),
            "statistics": [],
            "tags": cluster.tags,
            "settings": cluster.settings,
            "configuration": cluster.configuration,
            "capacityProviders": cluster.capacity_providers,
            "defaultCapacityProviderStrategy": cluster.default_strategy,
            "serviceConnectDefaults": cluster.service_connect_defaults,
        }
    )
