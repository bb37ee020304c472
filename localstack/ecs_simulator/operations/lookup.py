"""Finds what a request names, by short name or by ARN."""

from ..cluster import Cluster
from ..errors import client_error, cluster_not_found, service_not_found
from ..service import Service
from ..task_definition import TaskDefinition
from ..world import World


def short_name(reference: str | None) -> str:
    """Returns the last part of an ARN, or the name itself."""
    return (reference or "default").rpartition("/")[2]


def active_cluster(world: World, request: dict) -> Cluster:
    cluster = world.clusters.get(short_name(request.get("cluster")))
    if cluster is None or cluster.status != "ACTIVE":
        raise cluster_not_found()
    return cluster


def known_service(world: World, request: dict, member: str = "service") -> Service:
    """Returns the service, whatever its status."""
    reference = request[member]
    cluster = active_cluster(world, request)
    # A full ARN names its own cluster.
    parts = reference.split("/")
    owner = parts[1] if len(parts) == 3 else cluster.name
    service = world.services.get((owner, short_name(reference)))
    if service is None:
        raise service_not_found()
    return service


def find_task_definition(world: World, reference: str) -> TaskDefinition | None:
    """Returns a revision, or the newest active one when only the family is given."""
    family, _, revision = short_name(reference).partition(":")
    revisions = world.task_definitions.get(family, {})
    if not revision:
        active = [one for one in revisions.values() if one.status == "ACTIVE"]
        return max(active, key=lambda one: one.revision, default=None)
    return revisions.get(int(revision)) if revision.isdigit() else None


def active_task_definition(world: World, reference: str) -> TaskDefinition:
    found = find_task_definition(world, reference)
    if found is None:
        raise client_error("TaskDefinition not found.")
    if found.status != "ACTIVE":
        raise client_error("TaskDefinition is inactive")
    return found


def missing(arn: str) -> dict:
    """Returns the entry of failures[] for something that isn't there."""
    return {"arn": arn, "reason": "MISSING"}
