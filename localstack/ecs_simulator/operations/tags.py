"""Tags of anything that has an ARN."""

from ..errors import client_error, invalid_parameter
from ..validation.tags import check_tags
from ..world import World
from .lookup import find_task_definition, short_name
from .registry import operation


@operation
def tag_resource(world: World, request: dict) -> dict:
    holder = _holder(world, request["resourceArn"])
    check_tags(request["tags"])
    merged = {tag["key"]: tag for tag in [*holder.tags, *request["tags"]]}
    check_tags(list(merged.values()))
    holder.tags = list(merged.values())
    return {}


@operation
def untag_resource(world: World, request: dict) -> dict:
    holder = _holder(world, request["resourceArn"])
    holder.tags = [tag for tag in holder.tags if tag["key"] not in request["tagKeys"]]
    return {}


@operation
def list_tags_for_resource(world: World, request: dict) -> dict:
    return {"tags": _holder(world, request["resourceArn"]).tags}


def _holder(world: World, arn: str):
    """Returns whatever carries the tags of that ARN."""
    parts = arn.split(":", 5)
    if len(parts) != 6:
        raise invalid_parameter(f"Invalid ARN: {arn}")
    kind, _, path = parts[5].partition("/")
    finders = {
        "cluster": lambda: world.clusters.get(path),
        "service": lambda: world.services.get(tuple(path.split("/"))),
        "task-definition": lambda: find_task_definition(world, path),
        "task": lambda: world.tasks.get(short_name(path)),
    }
    if kind not in finders:
        raise invalid_parameter(f"Unsupported resource type: {kind}")
    found = finders[kind]()
    if found is None:
        raise client_error(f"The specified {kind} is not found.")
    return found
