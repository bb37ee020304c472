"""Service deployments and service revisions as the API shows them."""

from ..clock import timestamp
from ..deployment import Deployment
from ..revision import Revision
from ..service import Service
from ..service_deployment import ServiceDeployment
from ..stages.hooks import HookRun
from ..world import World
from . import present
from .services import PLATFORM_VERSION, platform, revision_summary


def brief_view(world: World, service: Service, attempt: ServiceDeployment) -> dict:
    return present(
        {
            "serviceDeploymentArn": attempt.arn,
            "serviceArn": service.arn,
            "clusterArn": world.arn(f"cluster/{service.cluster}"),
            "createdAt": timestamp(attempt.created_at),
            "startedAt": timestamp(attempt.started_at),
            "finishedAt": timestamp(attempt.finished_at),
            "targetServiceRevisionArn": attempt.target.revision.arn,
            "status": attempt.status,
            "statusReason": attempt.reason,
        }
    )


def service_deployment_view(world: World, service: Service, attempt: ServiceDeployment) -> dict:
    shape = brief_view(world, service, attempt)
    del shape["targetServiceRevisionArn"]
    rollback = attempt.rollback and {
        **attempt.rollback,
        "startedAt": timestamp(attempt.rollback["startedAt"]),
    }
    return present(
        shape
        | {
            "stoppedAt": timestamp(attempt.stopped_at),
            "updatedAt": timestamp(attempt.updated_at),
            "lifecycleStage": attempt.shift and attempt.shift.stage,
            "lifecycleHookDetails": attempt.shift
            and [_hook_view(run) for run in attempt.shift.hooks.shown],
            "sourceServiceRevisions": [
                _revision_in(service, attempt, one) for one in attempt.sources
            ],
            "targetServiceRevision": _revision_in(service, attempt, attempt.target),
            "deploymentConfiguration": attempt.configuration,
            "rollback": rollback,
            "alarms": {
                "status": attempt.alarm_status,
                "alarmNames": attempt.configuration.get("alarms", {}).get("alarmNames", []),
                "triggeredAlarmNames": attempt.triggered_alarms,
            },
            "deploymentCircuitBreaker": {
                "status": attempt.breaker_status,
                "failureCount": attempt.target.failures.count,
                "threshold": service.breaker.threshold(service.desired_count),
            },
        }
    )


def _revision_in(service: Service, attempt: ServiceDeployment, deployment: Deployment) -> dict:
    """Returns a revision with the traffic that a deployment has for it."""
    test, production = (
        attempt.shift.traffic.requested(deployment) if attempt.shift else (None, None)
    )
    return present(
        revision_summary(service, deployment)
        | {"requestedTestTrafficWeight": test, "requestedProductionTrafficWeight": production}
    )


def _hook_view(run: HookRun) -> dict:
    return present(
        {
            "hookId": run.id,
            "targetType": run.hook["targetType"],
            "targetArn": run.hook.get("hookTargetArn"),
            "status": run.status,
            "expiresAt": timestamp(run.expires_at),
            "timeoutAction": run.timeout_action,
        }
    )


def revision_view(world: World, service: Service, revision: Revision) -> dict:
    return {
        **revision.settings,
        **platform(revision, default=PLATFORM_VERSION),
        "serviceRevisionArn": revision.arn,
        "serviceArn": service.arn,
        "clusterArn": world.arn(f"cluster/{service.cluster}"),
        "taskDefinition": revision.task_definition.arn,
        "loadBalancers": revision.load_balancers,
        "containerImages": revision.container_images,
        "guardDutyEnabled": False,
        "createdAt": timestamp(revision.created_at),
        "resolvedConfiguration": {
            "loadBalancers": [
                present(
                    {
                        "targetGroupArn": balancer["targetGroupArn"],
                        "productionListenerRule": balancer.get("advancedConfiguration", {}).get(
                            "productionListenerRule"
                        ),
                    }
                )
                for balancer in revision.resolved_load_balancers
                if "targetGroupArn" in balancer
            ]
        },
    }
