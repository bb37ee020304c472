"""Makes the tasks of a service."""

from . import task_start
from .deployment import Deployment
from .service import Service
from .task import Task, TaskListener, new_id
from .world import World


def launch_for(
    world: World, service: Service, deployment: Deployment, listener: TaskListener
) -> Task:
    """Starts one more task of a deployment."""
    revision = deployment.revision
    launch = {
        "group": f"service:{service.name}",
        "startedBy": deployment.id,
        "enableExecuteCommand": service.settings["enableExecuteCommand"],
    }
    task = Task(
        arn=world.arn(f"task/{service.cluster}/{new_id()}"),
        cluster=service.cluster,
        task_definition=revision.task_definition,
        address=world.next_address(),
        created_at=world.now,
        listener=listener,
        launch=launch | revision.settings,
        load_balancers=revision.resolved_load_balancers,
        grace_period=service.settings["healthCheckGracePeriodSeconds"],
        tags=_tags(service, deployment),
        digests=revision.digests,
    )
    deployment.tasks.append(task)
    task_start.launch(world, task)
    return task


def _tags(service: Service, deployment: Deployment) -> list[dict]:
    sources = {
        "SERVICE": service.tags,
        "TASK_DEFINITION": deployment.revision.task_definition.tags,
    }
    tags = list(sources.get(service.settings["propagateTags"], []))
    if service.settings["enableECSManagedTags"]:
        tags.append({"key": "aws:ecs:clusterName", "value": service.cluster})
        tags.append({"key": "aws:ecs:serviceName", "value": service.name})
    return tags
