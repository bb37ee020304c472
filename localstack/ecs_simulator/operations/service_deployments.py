"""Service deployments: listed, described, stopped, continued."""

import re

from .. import rollout
from ..errors import EcsError, client_error, invalid_parameter, service_deployment_not_found
from ..service import Service
from ..service_deployment import ServiceDeployment
from ..views.service_deployments import brief_view, service_deployment_view
from ..world import World
from .lookup import known_service, missing
from .paging import page
from .registry import operation

MAXIMUM_DESCRIBED = 20
HOOK_ID = re.compile(r"ecs-[a-z]+-.+")
STOPPABLE = {
    "ROLLBACK": (
        "PENDING",
        "IN_PROGRESS",
        "ROLLBACK_REQUESTED",
        "ROLLBACK_IN_PROGRESS",
        "STOP_REQUESTED",
    ),
    "ABORT": ("PENDING", "IN_PROGRESS", "STOP_REQUESTED"),
}


@operation
def list_service_deployments(world: World, request: dict) -> dict:
    service = known_service(world, request)
    wanted = request.get("status")
    created = request.get("createdAt", {})
    found = [
        brief_view(world, service, attempt)
        for attempt in service.service_deployments
        if (not wanted or attempt.status in wanted)
        and attempt.created_at + world.profile.list_lag <= world.now
        and _within(attempt.created_at, created)
    ]
    return page(found, request, "serviceDeployments", default=20)


def _within(time: float, limits: dict) -> bool:
    before, after = limits.get("before"), limits.get("after")
    return (before is None or time < before.timestamp()) and (
        after is None or time > after.timestamp()
    )


@operation
def describe_service_deployments(world: World, request: dict) -> dict:
    arns = request["serviceDeploymentArns"]
    if not arns or len(arns) > MAXIMUM_DESCRIBED:
        raise invalid_parameter(f"Give between 1 and {MAXIMUM_DESCRIBED} service deployments.")
    found, failures = [], []
    for arn in arns:
        if known := _find(world, arn):
            found.append(service_deployment_view(world, *known))
        else:
            failures.append(missing(arn))
    return {"serviceDeployments": found, "failures": failures}


@operation
def stop_service_deployment(world: World, request: dict) -> dict:
    known = _find(world, request["serviceDeploymentArn"])
    if known is None:
        raise service_deployment_not_found()
    service, attempt = known
    stop_type = request.get("stopType", "ROLLBACK")
    if attempt.status not in STOPPABLE[stop_type]:
        raise EcsError(
            "ConflictException",
            f"The service deployment is in {attempt.status} status and can't be stopped.",
        )
    rollout.request_stop(world, service, stop_type)
    return {"serviceDeploymentArn": attempt.arn}


@operation
def continue_service_deployment(world: World, request: dict) -> dict:
    hook_id = request["hookId"]
    if not HOOK_ID.fullmatch(hook_id):
        raise invalid_parameter(
            "Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}"
        )
    known = _find(world, request["serviceDeploymentArn"])
    if known is None:
        raise service_deployment_not_found("The service deployment does not exist.")
    service, attempt = known
    if attempt.is_over:
        raise client_error(
            "Continuing a service deployment is not allowed for service deployment in terminal "
            "states."
        )
    hooks = attempt.shift.hooks if attempt.shift else None
    waiting = [
        run
        for run in (hooks.runs if hooks else [])
        if run.id == hook_id and run.status == "AWAITING_ACTION"
    ]
    if not waiting or attempt.status != "IN_PROGRESS":
        raise client_error(
            "Provided hookId is either completed, unavailable, or not associated with the given "
            "Resource ARN"
        )
    goes_on = request.get("action", "CONTINUE") == "CONTINUE"
    hooks.end(waiting[0], "SUCCEEDED" if goes_on else "FAILED")
    if not goes_on:
        rollout.roll_back_from_pause(world, service)
    return {"serviceDeploymentArn": attempt.arn}


def _find(world: World, arn: str) -> tuple[Service, ServiceDeployment] | None:
    parts = arn.split("/")
    service = world.services.get((parts[1], parts[2])) if len(parts) == 4 else None
    for attempt in service.service_deployments if service else []:
        if attempt.arn == arn:
            return service, attempt
    return None
