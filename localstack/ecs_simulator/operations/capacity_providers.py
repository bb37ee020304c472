"""Capacity providers: Fargate's two, and those of one's own. Their instances have no end here."""

from ..errors import client_error, invalid_parameter
from ..revision import FARGATE_PROVIDERS
from ..validation.tags import check_tags
from ..views import present
from ..world import World
from .lookup import active_cluster, missing, short_name
from .registry import operation

RESERVED = ("aws", "ecs", "fargate")
KINDS = {
    "managedInstancesProvider": "MANAGED_INSTANCES",
    "autoScalingGroupProvider": "EC2_AUTOSCALING",
}


@operation
def create_capacity_provider(world: World, request: dict) -> dict:
    name = request["name"]
    check_tags(request.get("tags", []))
    if name.lower().startswith(RESERVED):
        raise invalid_parameter(
            "The specified capacity provider name is invalid. "
            "Specify a name that does not begin with aws, ecs or fargate."
        )
    if name in known_providers(world):
        raise client_error(f"A capacity provider with the name {name} exists already.")
    chosen = [member for member in KINDS if member in request]
    if len(chosen) != 1:
        raise client_error("A capacity provider has exactly one kind of provider.")
    made = {
        "capacityProviderArn": world.arn(f"capacity-provider/{name}"),
        "name": name,
        "status": "ACTIVE",
        "type": KINDS[chosen[0]],
        chosen[0]: request[chosen[0]],
        "tags": request.get("tags", []),
    }
    # Instances that ECS manages belong to one cluster, which has the provider from then on.
    if chosen[0] == "managedInstancesProvider":
        if "cluster" not in request:
            raise client_error("A capacity provider of managed instances needs a cluster.")
        cluster = active_cluster(world, request)
        made["cluster"] = cluster.name
        cluster.capacity_providers = [*cluster.capacity_providers, name]
    world.capacity_providers[name] = made
    return {"capacityProvider": made}


@operation
def describe_capacity_providers(world: World, request: dict) -> dict:
    known = known_providers(world)
    asked = [short_name(name) for name in request.get("capacityProviders", known)]
    return {
        "capacityProviders": [present(known[name]) for name in asked if name in known],
        "failures": [
            missing(world.arn(f"capacity-provider/{name}")) for name in asked if name not in known
        ],
    }


def known_providers(world: World) -> dict[str, dict]:
    """Returns the providers of the account, by name."""
    fargate = {
        name: {
            "capacityProviderArn": world.arn(f"capacity-provider/{name}"),
            "name": name,
            "status": "ACTIVE",
            "type": name,
        }
        for name in FARGATE_PROVIDERS
    }
    return fargate | world.capacity_providers
