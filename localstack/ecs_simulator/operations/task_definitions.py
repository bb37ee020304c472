"""Task definitions: registered once, never changed."""

from ..clock import timestamp
from ..errors import client_error, invalid_parameter
from ..task_definition import TaskDefinition, filled
from ..validation.task_definitions import check_register
from ..views import ordered
from ..world import World
from .lookup import find_task_definition, missing
from .paging import page
from .registry import operation

MAXIMUM_DELETED_AT_ONCE = 10


@operation
def register_task_definition(world: World, request: dict) -> dict:
    check_register(request, world.profile.fargate_tmpfs)
    family = request["family"]
    revisions = world.task_definitions.setdefault(family, {})
    # Revisions count on, also past those that were deregistered or deleted.
    number = max(revisions, default=0) + 1
    made = TaskDefinition(
        filled(
            request,
            world.arn(f"task-definition/{family}:{number}"),
            number,
            timestamp(world.now),
            f"arn:aws:iam::{world.account}:root",
            world.account,
        ),
        request.get("tags", []),
    )
    revisions[number] = made
    return {"taskDefinition": made.shape, "tags": made.tags}


@operation
def describe_task_definition(world: World, request: dict) -> dict:
    found = find_task_definition(world, request["taskDefinition"])
    if found is None:
        raise client_error("Unable to describe task definition.")
    answer = {"taskDefinition": found.shape}
    if "TAGS" in request.get("include", []):
        answer["tags"] = found.tags
    return ordered(world, answer)


@operation
def deregister_task_definition(world: World, request: dict) -> dict:
    reference = request["taskDefinition"]
    if ":" not in reference.rpartition("/")[2]:
        raise client_error(f"Invalid revision number. Number: {reference}")
    found = find_task_definition(world, reference)
    if found is None:
        raise client_error("Unable to describe task definition.")
    if found.status == "ACTIVE":
        found.shape |= {"status": "INACTIVE", "deregisteredAt": timestamp(world.now)}
    return {"taskDefinition": found.shape}


@operation
def delete_task_definitions(world: World, request: dict) -> dict:
    references = request["taskDefinitions"]
    if len(references) > MAXIMUM_DELETED_AT_ONCE:
        raise invalid_parameter(
            f"At most {MAXIMUM_DELETED_AT_ONCE} task definitions can be deleted at once."
        )
    deleted, failures = [], []
    for reference in references:
        found = find_task_definition(world, reference)
        if found is None:
            failures.append(missing(reference))
        elif found.status == "ACTIVE":
            reason = "The specified task definition is still in ACTIVE status. "
            reason += "Please deregister the target and try again."
            failures.append({"arn": found.arn, "reason": reason})
        else:
            found.shape |= {
                "status": "DELETE_IN_PROGRESS",
                "deleteRequestedAt": timestamp(world.now),
            }
            deleted.append(found.shape)
    return {"taskDefinitions": deleted, "failures": failures}


@operation
def list_task_definitions(world: World, request: dict) -> dict:
    status = request.get("status", "ACTIVE")
    chosen = request.get("familyPrefix")
    # Named a prefix, it takes the full name of a family.
    families = [chosen] if chosen else sorted(world.task_definitions)
    found = [
        one.arn
        for family in families
        for one in world.task_definitions.get(family, {}).values()
        if one.status == status
    ]
    if request.get("sort") == "DESC":
        found.reverse()
    return page(found, request, "taskDefinitionArns")


@operation
def list_task_definition_families(world: World, request: dict) -> dict:
    status = request.get("status", "ALL")
    prefix = request.get("familyPrefix", "")
    found = [
        family
        for family, revisions in sorted(world.task_definitions.items())
        if family.startswith(prefix) and _family_matches(revisions, status)
    ]
    return page(found, request, "families")


def _family_matches(revisions: dict[int, TaskDefinition], status: str) -> bool:
    is_active = any(one.status == "ACTIVE" for one in revisions.values())
    return status == "ALL" or is_active == (status == "ACTIVE")
