"""Tasks as DescribeTasks shows them."""

from ..clock import timestamp
from ..placement import needs_instances
from ..task import Container, Task
from ..world import World
from . import present
from .services import PLATFORM_VERSION


def task_view(world: World, task: Task, with_tags: bool = False) -> dict:
    definition = task.task_definition.shape
    is_fargate = not needs_instances(task.launch)
    return present(
        {
            "taskArn": task.arn,
            "clusterArn": world.arn(f"cluster/{task.cluster}"),
            "taskDefinitionArn": task.task_definition.arn,
            "group": task.launch.get("group"),
            "startedBy": task.launch.get("startedBy"),
            "launchType": task.launch.get("launchType"),
            "platformVersion": PLATFORM_VERSION if is_fargate else None,
            "platformFamily": "Linux" if is_fargate else None,
            "lastStatus": task.last_status,
            "desiredStatus": task.desired_status,
            "healthStatus": task.health,
            "connectivity": "CONNECTED" if task.pull_started_at is not None else None,
            "connectivityAt": timestamp(task.pull_started_at),
            "cpu": definition.get("cpu"),
            "memory": definition.get("memory"),
            "version": task.version,
            "enableExecuteCommand": task.launch.get("enableExecuteCommand", False),
            "availabilityZone": f"{world.region}a",
            "createdAt": timestamp(task.created_at),
            "pullStartedAt": timestamp(task.pull_started_at),
            "pullStoppedAt": timestamp(task.pull_stopped_at),
            "startedAt": timestamp(task.started_at),
            "stoppingAt": timestamp(task.stopping_at),
            "executionStoppedAt": timestamp(task.execution_stopped_at),
            "stoppedAt": timestamp(task.stopped_at),
            "stopCode": task.stop_code,
            "stoppedReason": task.stopped_reason,
            "attachments": _attachments(task),
            "overrides": task.launch.get("overrides", {"containerOverrides": []}),
            "ephemeralStorage": definition.get(
                "ephemeralStorage", {"sizeInGiB": 20} if is_fargate else None
            ),
            "containers": [_container_view(world, task, one) for one in task.containers],
            "tags": task.tags if with_tags else None,
        }
    )


def _container_view(world: World, task: Task, container: Container) -> dict:
    definition = container.definition
    return present(
        {
            "containerArn": world.arn(
                f"container/{task.cluster}/{task.id}/{container.runtime_id.rpartition('-')[2]}"
            ),
            "taskArn": task.arn,
            "name": container.name,
            "image": definition["image"],
            "imageDigest": container.digest if task.pull_stopped_at else None,
            "runtimeId": container.runtime_id if task.pull_stopped_at else None,
            "lastStatus": container.last_status,
            "exitCode": container.exit_code,
            "reason": container.reason,
            "healthStatus": container.health,
            "networkBindings": [],
            "networkInterfaces": _interfaces(task),
            "cpu": str(definition["cpu"]),
            "memory": str(definition["memory"]) if "memory" in definition else None,
        }
    )


def _attachment_id(task: Task) -> str:
    return f"{task.id[:8]}-{task.id[8:12]}-{task.id[12:16]}-{task.id[16:20]}-{task.id[20:]}"


def _attachments(task: Task) -> list[dict]:
    if task.task_definition.network_mode != "awsvpc":
        return []
    network = task.launch.get("networkConfiguration") or {}
    subnets = network.get("awsvpcConfiguration", {}).get("subnets") or [""]
    status = {"PROVISIONING": "PRECREATED", "STOPPED": "DELETED"}.get(task.last_status, "ATTACHED")
    return [
        {
            "id": _attachment_id(task),
            "type": "ElasticNetworkInterface",
            "status": status,
            "details": [
                {"name": "subnetId", "value": subnets[0]},
                {"name": "networkInterfaceId", "value": f"eni-{task.id[:17]}"},
                {"name": "privateIPv4Address", "value": task.address},
            ],
        }
    ]


def _interfaces(task: Task) -> list[dict]:
    if task.task_definition.network_mode != "awsvpc" or task.last_status == "PROVISIONING":
        return []
    return [{"attachmentId": _attachment_id(task), "privateIpv4Address": task.address}]
