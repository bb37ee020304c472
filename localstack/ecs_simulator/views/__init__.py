"""The API's shapes, made from the state of the simulation."""

from ..world import World

# Lists whose order says nothing.
UNORDERED = frozenset(
    (
        "alarmNames",
        "capacityProviderStrategy",
        "environment",
        "loadBalancers",
        "mountPoints",
        "portMappings",
        "requiresCompatibilities",
        "secretOptions",
        "secrets",
        "securityGroups",
        "serviceRegistries",
        "services",
        "subnets",
        "systemControls",
        "tags",
        "ulimits",
        "volumeConfigurations",
        "volumes",
        "volumesFrom",
    )
)


def present(shape: dict) -> dict:
    """Drops the members that have no value, as ECS does."""
    return {name: value for name, value in shape.items() if value is not None}


def ordered(world: World, shape: dict) -> dict:
    """Returns a shape as the profile says: ECS promises no order of what is a set."""
    return _turned(shape) if world.profile.turns_lists_round else shape


def _turned(value):
    if isinstance(value, list):
        return [_turned(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _turned(member)[::-1]
        if name in UNORDERED and isinstance(member, list)
        else _turned(member)
        for name, member in value.items()
    }
