"""What ECS refuses in networkConfiguration."""

from ..errors import EcsError, invalid_parameter
from ..task_definition import TaskDefinition
from ..world import World

MAXIMUM_SUBNETS, MAXIMUM_SECURITY_GROUPS = 16, 5


def check_network(world: World, settings: dict, task_definition: TaskDefinition) -> None:
    network = settings.get("networkConfiguration")
    if task_definition.network_mode != "awsvpc":
        if network:
            raise invalid_parameter(
                "Network Configuration is not valid for the given networkMode of this task "
                "definition."
            )
        return
    if not network:
        raise invalid_parameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    awsvpc = network.get("awsvpcConfiguration", {})
    subnets, groups = awsvpc.get("subnets") or [], awsvpc.get("securityGroups") or []
    if not subnets:
        raise invalid_parameter("subnets can not be empty.")
    if len(subnets) > MAXIMUM_SUBNETS:
        raise invalid_parameter(f"subnets can have at most {MAXIMUM_SUBNETS} items.")
    if len(groups) > MAXIMUM_SECURITY_GROUPS:
        raise invalid_parameter(f"securityGroups can have at most {MAXIMUM_SECURITY_GROUPS} items.")
    for subnet in subnets:
        if not world.networks.has_subnet(subnet):
            raise _missing("subnet", subnets, f"The subnet ID '{subnet}'", "InvalidSubnetID")
    for group in groups:
        if not world.networks.has_security_group(group):
            raise _missing(
                "security group", groups, f"The security group '{group}'", "InvalidGroup"
            )


def _missing(kind: str, names: list[str], which: str, code: str) -> EcsError:
    return invalid_parameter(
        f"Error retrieving {kind} information for [{', '.join(names)}]: {which} does not exist "
        f"(ErrorCode: {code}.NotFound)"
    )
