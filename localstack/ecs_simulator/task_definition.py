"""A registered task definition: what was sent, with everything that ECS fills in."""

import copy
from dataclasses import dataclass, field
from datetime import datetime

ROLES = {"executionRoleArn", "taskRoleArn"}
DEFAULT_LISTS = ("environment", "mountPoints", "volumesFrom", "systemControls", "portMappings")


@dataclass
class TaskDefinition:
    """The shape is the API's own, so that it can be answered as it is."""

    shape: dict
    tags: list[dict] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return self.shape["taskDefinitionArn"]

    @property
    def family(self) -> str:
        return self.shape["family"]

    @property
    def revision(self) -> int:
        return self.shape["revision"]

    @property
    def status(self) -> str:
        return self.shape["status"]

    @property
    def network_mode(self) -> str:
        return self.shape.get("networkMode", "bridge")

    @property
    def containers(self) -> list[dict]:
        return self.shape["containerDefinitions"]

    @property
    def images(self) -> list[str]:
        return [container["image"] for container in self.containers]


def filled(request: dict, arn: str, revision: int, at: datetime, by: str, account: str) -> dict:
    """Returns the shape that ECS stores for a RegisterTaskDefinition request."""
    shape = copy.deepcopy({name: value for name, value in request.items() if name != "tags"})
    network_mode = shape.get("networkMode", "bridge")
    shape["containerDefinitions"] = [
        _filled_container(container, network_mode) for container in shape["containerDefinitions"]
    ]
    for role in shape.keys() & ROLES:
        shape[role] = _role_arn(shape[role], account)
    shape.setdefault("volumes", [])
    for volume in shape["volumes"]:
        if not volume.keys() - {"name", "configuredAtLaunch"}:
            volume.setdefault("host", {})
    shape.setdefault("placementConstraints", [])
    shape["compatibilities"] = _compatibilities(shape, network_mode)
    if attributes := _required_attributes(shape, network_mode):
        shape["requiresAttributes"] = [{"name": name} for name in sorted(attributes)]
    return shape | {
        "taskDefinitionArn": arn,
        "revision": revision,
        "status": "ACTIVE",
        "registeredAt": at,
        "registeredBy": by,
    }


def _role_arn(role: str, account: str) -> str:
    """ECS makes an ARN of a role's name, which may have a path before it."""
    name = role.removeprefix("/")
    return role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{name}"


def _filled_container(container: dict, network_mode: str) -> dict:
    filled = {"cpu": 0, "essential": True} | container
    for name in DEFAULT_LISTS:
        filled.setdefault(name, [])
    for mapping in filled["portMappings"]:
        mapping.setdefault("protocol", "tcp")
        if "containerPortRange" not in mapping:
            own_port = network_mode in ("awsvpc", "host")
            mapping.setdefault("hostPort", mapping.get("containerPort", 0) if own_port else 0)
    if check := filled.get("healthCheck"):
        filled["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3} | check
    return filled


def _compatibilities(shape: dict, network_mode: str) -> list[str]:
    asked = shape.get("requiresCompatibilities", [])
    found = ["EC2"]
    if network_mode == "awsvpc" and "cpu" in shape and "memory" in shape:
        found += ["FARGATE"] if "FARGATE" in asked or not asked else []
        found += ["MANAGED_INSTANCES"]
    return found + [name for name in asked if name not in found]


def _required_attributes(shape: dict, network_mode: str) -> set[str]:
    """Returns the capabilities that an agent needs for this task definition."""
    engine = "com.amazonaws.ecs.capability."
    needed = set()
    if network_mode == "awsvpc":
        needed |= {"ecs.capability.task-eni", engine + "docker-remote-api.1.18"}
    if "taskRoleArn" in shape:
        needed |= {engine + "task-iam-role", engine + "docker-remote-api.1.17"}
    for container in shape["containerDefinitions"]:
        needed |= _container_attributes(container, "executionRoleArn" in shape)
    return needed


def _container_attributes(container: dict, has_execution_role: bool) -> set[str]:
    engine = "com.amazonaws.ecs.capability."
    needed = set()
    if driver := container.get("logConfiguration", {}).get("logDriver"):
        needed |= {engine + f"logging-driver.{driver}", engine + "docker-remote-api.1.19"}
        if driver == "awslogs" and has_execution_role:
            needed.add("ecs.capability.execution-role-awslogs")
    if ".dkr.ecr." in container["image"]:
        needed |= {engine + "ecr-auth", engine + "docker-remote-api.1.19"}
        if has_execution_role:
            needed.add("ecs.capability.execution-role-ecr-pull")
    if "healthCheck" in container:
        needed |= {"ecs.capability.container-health-check", engine + "docker-remote-api.1.24"}
    if container.get("dependsOn"):
        needed.add("ecs.capability.container-ordering")
    for secret in container.get("secrets", []):
        store = "asm" if ":secretsmanager:" in secret["valueFrom"] else "ssm"
        needed.add(f"ecs.capability.secrets.{store}.environment-variables")
    return needed
