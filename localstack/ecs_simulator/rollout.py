"""The turns of a deployment: begun, superseded, completed, failed, rolled back, stopped."""

import random
from dataclasses import dataclass
from functools import partial

from . import alarm_watch, images
from .deployment import Deployment
from .failures import FailureCount
from .revision import Revision
from .service import Service
from .service_deployment import ServiceDeployment
from .stages.shift import Shift
from .stages.traffic import keep_groups
from .task import new_id
from .task_definition import TaskDefinition
from .world import World

REPLACED = "Service deployment was stopped because it was replaced by a newer service deployment."
NO_CANDIDATE = "No rollback candidate was found to run the rollback."
STOPPED_BY_REQUEST = "Service deployment was stopped by a StopServiceDeployment request."
ROLLED_BACK_BY_REQUEST = "Service deployment rolled back by a StopServiceDeployment request."
NOT_CONTINUED = "Service deployment rolled back by a ContinueServiceDeployment request."
SERVICE_DELETED = "Service deployment was stopped because the service was deleted."


@dataclass(frozen=True)
class Cause:
    """Why a deployment fails, in the words for each place that tells it."""

    event: str
    rollout_reason: str
    rolled_back: str
    stopped: str
    rollback_failed: str


BREAKER = Cause(
    event="tasks failed to start.",
    rollout_reason="ECS deployment circuit breaker: tasks failed to start.",
    rolled_back="Service deployment rolled back because the circuit breaker threshold was "
    "exceeded.",
    stopped="Service deployment stopped because the circuit breaker threshold was exceeded.",
    rollback_failed="The rollback failed because the circuit breaker threshold was exceeded.",
)
ALARM = Cause(
    event="alarm detected.",
    rollout_reason="ECS deployment failed: alarm detected.",
    rolled_back="Service deployment rolled back because a CloudWatch alarm was detected.",
    stopped="Service deployment stopped because a CloudWatch alarm was detected.",
    rollback_failed="The rollback failed because a CloudWatch alarm was detected.",
)


def begin(
    world: World, service: Service, task_definition: TaskDefinition, settings: dict
) -> ServiceDeployment:
    """Starts a deployment towards a new revision; an unfinished one is superseded."""
    if service.running:
        _abandon(world, service.running, REPLACED)
    number = str(random.getrandbits(63)).zfill(19)
    path = f"{service.cluster}/{service.name}"
    revision = Revision(
        world.arn(f"service-revision/{path}/{number}"),
        task_definition,
        settings,
        world.now,
        _digests(world, task_definition),
    )
    deployment = Deployment(f"ecs-svc/{number}", revision, world.now, world.now)
    deployment.rollout_reason = f"ECS deployment {deployment.id} in progress."
    sources = [old for old in service.deployments if old.wanted_tasks()] or service.deployments[:1]
    attempt = ServiceDeployment(
        world.arn(f"service-deployment/{path}/{new_id()[:21]}"),
        deployment,
        sources,
        service.configuration,
        world.now,
        world.now,
    )
    if service.breaker.enable:
        attempt.breaker_status = "MONITORING"
    if service.configuration["strategy"] != "ROLLING":
        attempt.shift = Shift(world, service, attempt, partial(_stage_failed, world, service))
    _put_first(service, deployment)
    service.service_deployments.insert(0, attempt)
    world.later(world.profile.deployment_start, _start, world, service, attempt)
    return attempt


def _digests(world: World, task_definition: TaskDefinition) -> dict[str, str]:
    """Resolves the images that all tasks of a deployment are to share."""
    return {
        container["name"]: images.resolve(world.registry, container["image"])
        for container in task_definition.containers
        if container.get("versionConsistency") != "disabled"
    }


def _start(world: World, service: Service, attempt: ServiceDeployment) -> None:
    if attempt.status == "PENDING":
        attempt.move("IN_PROGRESS", world.now)
        alarm_watch.begin(world, service, attempt, _alarm_detected)
        if attempt.shift:
            attempt.shift.begin()
        else:
            keep_groups(world, attempt.target)
        service.scheduler.wake()


def _alarm_detected(world: World, service: Service) -> None:
    fail(world, service, ALARM, rolls_back=service.configuration["alarms"]["rollback"])
    service.scheduler.wake()


def _stage_failed(world: World, service: Service, reason: str) -> None:
    """Ends a deployment for what its stage met with: it is rolled back without being asked."""
    told = reason.replace("{", "{{").replace("}", "}}")
    fail(world, service, Cause(told, reason, reason, reason, reason), rolls_back=True)
    service.scheduler.wake()


def _put_first(service: Service, deployment: Deployment) -> None:
    others = [other for other in service.deployments if other is not deployment]
    for other in others:
        other.status = "ACTIVE"
    deployment.status = "PRIMARY"
    service.deployments = [deployment, *others]
    service.unsettle()


def may_complete(world: World, service: Service) -> bool:
    """Tells whether a deployment whose tasks are all well has also baked long enough."""
    attempt = service.running
    if attempt and attempt.shift:
        return attempt.shift.may_end
    if attempt is None or attempt.rollback_target:
        return True
    if attempt.bake_ends_at is None:
        bake = service.configuration["bakeTimeInMinutes"] * 60
        attempt.bake_ends_at = world.now + bake
        service.scheduler.wake(bake)
    return world.now >= attempt.bake_ends_at


def complete(world: World, service: Service) -> None:
    """Ends the running deployment well: the primary revision serves alone."""
    primary, attempt = service.primary, service.running
    primary.move("COMPLETED", f"ECS deployment {primary.id} completed.", world.now)
    service.completed = [old for old in service.completed if old is not primary] + [primary]
    service.tell(world.now, f"(deployment {primary.id}) deployment completed.")
    if attempt is None:
        return
    if attempt.rollback_target:
        attempt.move("ROLLBACK_SUCCESSFUL", world.now)
    else:
        attempt.move("SUCCESSFUL", world.now)


def fail(world: World, service: Service, cause: Cause, rolls_back: bool) -> None:
    """Ends the running deployment badly, with a rollback where that is configured."""
    attempt, primary = service.running, service.primary
    service.tell(world.now, f"(deployment {primary.id}) deployment failed: {cause.event}")
    if attempt.rollback_target:
        primary.halt(cause.rollout_reason, world.now)
        attempt.move("ROLLBACK_FAILED", world.now, cause.rollback_failed)
    elif rolls_back:
        roll_back(world, service, cause.rolled_back, cause.rollout_reason)
    else:
        primary.halt(cause.rollout_reason, world.now)
        attempt.move("STOP_REQUESTED", world.now, cause.stopped)
        world.later(world.profile.deployment_start, _stop, world, attempt)


def roll_back(world: World, service: Service, reason: str, rollout_reason: str) -> None:
    """Returns to the latest deployment that completed, under its old id."""
    attempt, failed = service.running, service.primary
    candidates = [old for old in service.completed if old is not failed]
    if not candidates:
        return _without_candidate(world, attempt, failed, rollout_reason)
    target = (attempt.shift and attempt.shift.live) or candidates[-1]
    attempt.move("ROLLBACK_IN_PROGRESS", world.now, reason)
    attempt.rollback_target = target
    attempt.rollback = {
        "reason": reason,
        "startedAt": world.now,
        "serviceRevisionArn": target.revision.arn,
    }
    failed.is_halted = True
    failed.move(world.profile.failed_rollout_state, rollout_reason, world.now)
    target.is_halted = False
    target.failures = FailureCount()
    target.failed_starts_in_a_row, target.next_start_at = 0, 0
    progress = f"ECS deployment {target.id} in progress."
    if attempt.breaker_status == "TRIGGERED":
        progress = f"ECS deployment circuit breaker: rolling back to deploymentId {target.id}."
    target.move("IN_PROGRESS", progress, world.now)
    if not world.profile.rollback_keeps_tasks:
        for task in target.wanted_tasks():
            task.is_outdated = True
    service.tell(world.now, f"rolling back to deployment {target.id}.")
    _put_first(service, target)
    if attempt.shift:
        attempt.shift.undo()


def _without_candidate(
    world: World, attempt: ServiceDeployment, failed: Deployment, rollout_reason: str
) -> None:
    failed.is_halted = True
    if world.profile.no_rollback_candidate == "stall":
        return
    failed.halt(rollout_reason, world.now)
    attempt.move("ROLLBACK_IN_PROGRESS", world.now)
    attempt.move("ROLLBACK_FAILED", world.now, NO_CANDIDATE)


def request_stop(world: World, service: Service, stop_type: str) -> None:
    """Takes a StopServiceDeployment request; it acts a moment later."""
    attempt = service.running
    if stop_type == "ROLLBACK":
        if attempt.status in ("PENDING", "IN_PROGRESS"):
            _request_rollback(world, service, ROLLED_BACK_BY_REQUEST)
    elif attempt.status in ("PENDING", "IN_PROGRESS"):
        attempt.move("STOP_REQUESTED", world.now, STOPPED_BY_REQUEST)
        service.primary.is_halted = True
        world.later(world.profile.deployment_start, _stop, world, attempt)


def roll_back_from_pause(world: World, service: Service) -> None:
    """Takes the word of who was asked whether a paused deployment goes on."""
    if world.profile.continue_rollback == "requested":
        _request_rollback(world, service, NOT_CONTINUED)
    else:
        roll_back(world, service, NOT_CONTINUED, NOT_CONTINUED)
        service.scheduler.wake()


def _request_rollback(world: World, service: Service, reason: str) -> None:
    attempt = service.running

    def act() -> None:
        if attempt.status == "ROLLBACK_REQUESTED":
            roll_back(world, service, reason, reason)
            service.scheduler.wake()

    attempt.move("ROLLBACK_REQUESTED", world.now)
    world.later(world.profile.deployment_start, act)


def _stop(world: World, attempt: ServiceDeployment) -> None:
    if attempt.status == "STOP_REQUESTED":
        attempt.move("STOPPED", world.now)


def delete(world: World, service: Service) -> None:
    """Ends whatever is running on a service that is being deleted."""
    service.status, service.desired_count = "DRAINING", 0
    if service.running:
        _abandon(world, service.running, SERVICE_DELETED)


def _abandon(world: World, attempt: ServiceDeployment, reason: str) -> None:
    # A rollback can't be STOPPED: the documented transitions leave it one bad end.
    end = "ROLLBACK_FAILED" if attempt.status == "ROLLBACK_IN_PROGRESS" else "STOPPED"
    attempt.move(end, world.now, reason)
