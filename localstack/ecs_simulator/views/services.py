"""Services as DescribeServices shows them."""

from ..clock import timestamp
from ..deployment import Deployment
from ..event_words import spelled
from ..placement import needs_instances
from ..revision import Revision
from ..service import Service
from ..task import Task
from ..world import World
from . import ordered, present
from .target_groups import shown

# The platform version that LATEST stands for.
PLATFORM_VERSION = "1.4.0"
# The first three are members of a deployment, the others of a service revision alone.
NOT_IN_SERVICE = (
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "monitoring",
    "gatewayConnectors",
)


def counts(tasks: list[Task]) -> dict[str, int]:
    return {
        "runningCount": sum(task.is_running for task in tasks),
        "pendingCount": sum(task.is_pending for task in tasks),
    }


def platform(revision: Revision, default: str) -> dict:
    """Returns the platform members, which only Fargate has."""
    if needs_instances(revision.settings):
        return {}
    version = revision.settings.get("platformVersion", default)
    return {"platformVersion": version, "platformFamily": "Linux"}


def service_view(world: World, service: Service, with_tags: bool) -> dict:
    words = world.profile.event_words
    shape = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": world.arn(f"cluster/{service.cluster}"),
        "status": service.status,
        "desiredCount": service.desired_count,
        **counts(service.tasks),
        "deployments": [deployment_view(service, one) for one in service.deployments],
        "events": [
            {
                "id": event.id,
                "createdAt": timestamp(event.time),
                "message": spelled(event.message, service.name, words),
            }
            for event in service.events
        ],
        "createdAt": timestamp(service.created_at),
        "createdBy": f"arn:aws:iam::{world.account}:root",
        "roleArn": f"arn:aws:iam::{world.account}:role/aws-service-role/"
        "ecs.amazonaws.com/AWSServiceRoleForECS",
        **service.settings,
    }
    if service.deployments:
        revision = service.primary.revision
        shape |= revision.settings | platform(revision, default="LATEST")
        shape["taskDefinition"] = revision.task_definition.arn
        shape["loadBalancers"] = shown(world, service, revision.load_balancers)
        shape.setdefault("serviceRegistries", [])
        shape["currentServiceDeployment"] = service.current.arn
        shape["currentServiceRevisions"] = [
            revision_summary(service, one) for one in service.deployments
        ]
    if with_tags:
        shape["tags"] = service.tags
    for name in NOT_IN_SERVICE:
        shape.pop(name, None)
    return ordered(world, shape)


def deployment_view(service: Service, deployment: Deployment) -> dict:
    revision = deployment.revision
    settings = revision.settings
    return present(
        {
            "id": deployment.id,
            "status": deployment.status,
            "taskDefinition": revision.task_definition.arn,
            "desiredCount": service.wanted(deployment),
            **counts(deployment.tasks),
            "failedTasks": deployment.failures.count,
            "createdAt": timestamp(deployment.created_at),
            "updatedAt": timestamp(deployment.updated_at),
            "launchType": settings.get("launchType"),
            "capacityProviderStrategy": settings.get("capacityProviderStrategy"),
            **platform(revision, default=PLATFORM_VERSION),
            "networkConfiguration": settings.get("networkConfiguration"),
            "rolloutState": deployment.rollout_state,
            "rolloutStateReason": deployment.rollout_reason,
            "serviceConnectConfiguration": settings.get("serviceConnectConfiguration"),
            "volumeConfigurations": settings.get("volumeConfigurations"),
            "vpcLatticeConfigurations": settings.get("vpcLatticeConfigurations"),
        }
    )


def revision_summary(service: Service, deployment: Deployment) -> dict:
    running = counts(deployment.tasks)
    return {
        "arn": deployment.revision.arn,
        "requestedTaskCount": service.wanted(deployment),
        "runningTaskCount": running["runningCount"],
        "pendingTaskCount": running["pendingCount"],
    }
