"""Whether there is room for one more task, and the words when there isn't."""

from .cluster import Cluster
from .revision import FARGATE_PROVIDERS
from .task_faults import take_capacity
from .world import World

UNAVAILABLE = (
    "Capacity is unavailable at this time. Please try again later or in a different "
    "availability zone"
)


def obstacle(world: World, launch: dict, images: list[str]) -> str | None:
    """Returns what a service says when a task can't be placed; uses up capacity faults."""
    if needs_instances(launch) and not world.profile.ec2_capacity:
        return (
            "was unable to place a task because no container instance met all of its requirements."
        )
    if fault := take_capacity(world.controls.task_faults, images):
        return fault.reason or f"was unable to place a task. Reason: {UNAVAILABLE}."
    return None


def default_capacity(cluster: Cluster) -> dict:
    """Returns where a task runs whose request doesn't say so."""
    if cluster.default_strategy:
        return {"capacityProviderStrategy": cluster.default_strategy}
    return {"launchType": "EC2"}


def needs_instances(launch: dict) -> bool:
    strategy = launch.get("capacityProviderStrategy") or []
    providers = {item["capacityProvider"] for item in strategy}
    return launch.get("launchType") != "FARGATE" and not providers & set(FARGATE_PROVIDERS)
