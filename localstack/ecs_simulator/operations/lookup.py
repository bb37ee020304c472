"""Finds what a request names, by short name or by ARN."""

from datetime import timedelta

from ..clock import timestamp
from ..cluster import Cluster
from ..errors import client_error, cluster_not_found, invalid_parameter, service_not_found
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


def name_in(cluster: Cluster, reference: str) -> str:
    """Returns the short name of a service or task, whose ARN may name no other cluster."""
    parts = reference.split("/")
    if len(parts) == 3 and parts[1] != cluster.name:
        raise invalid_parameter(
            f"Invalid identifier: Identifier is for cluster {parts[1]}. "
            f"Your cluster is {cluster.name}"
        )
    return parts[-1]


def known_service(world: World, request: dict, member: str = "service") -> Service:
    """Returns the service, whatever its status."""
    cluster = active_cluster(world, request)
    service = world.services.get((cluster.name, name_in(cluster, request[member])))
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
    if found.status != "ACTIVE" and not _is_still_taken(world, found):
        raise client_error("TaskDefinition is inactive")
    return found


def _is_still_taken(world: World, found: TaskDefinition) -> bool:
    """Tells whether it was deregistered so lately that nobody has noticed."""
    if found.status != "INACTIVE":
        return False
    lag = timedelta(seconds=world.profile.inactive_refused_after)
    # Both rounded to microseconds, or a stopped clock would be before its own timestamp.
    return timestamp(world.now) < found.shape["deregisteredAt"] + lag


def missing(arn: str) -> dict:
    """Returns the entry of failures[] for something that isn't there."""
    return {"arn": arn, "reason": "MISSING"}
