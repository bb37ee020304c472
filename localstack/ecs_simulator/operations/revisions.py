"""Service revisions."""

from ..errors import invalid_parameter
from ..views.service_deployments import revision_view
from ..world import World
from .lookup import missing
from .registry import operation

MAXIMUM_DESCRIBED = 20


@operation
def describe_service_revisions(world: World, request: dict) -> dict:
    arns = request["serviceRevisionArns"]
    if not arns or len(arns) > MAXIMUM_DESCRIBED:
        raise invalid_parameter(f"Give between 1 and {MAXIMUM_DESCRIBED} service revisions.")
    found, failures = [], []
    for arn in arns:
        if view := _find(world, arn):
            found.append(view)
        else:
            failures.append(missing(arn))
    return {"serviceRevisions": found, "failures": failures}


def _find(world: World, arn: str) -> dict | None:
    parts = arn.split("/")
    service = world.services.get((parts[1], parts[2])) if len(parts) == 4 else None
    for attempt in service.service_deployments if service else []:
        for revision in attempt.revisions:
            if revision.arn == arn:
                return revision_view(world, service, revision)
    return None
