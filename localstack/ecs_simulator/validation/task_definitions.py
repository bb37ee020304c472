"""What ECS refuses in RegisterTaskDefinition."""

import json
import re

from ..errors import client_error
from .dependencies import check_dependencies
from .fargate import check_fargate
from .tags import check_tags

MAXIMUM_CONTAINERS = 10
MAXIMUM_BYTES = 64 * 1024
FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")
GPU_COUNT = re.compile(r"\d+|\d*\.\d+")


def check_register(request: dict, fargate_tmpfs: bool = True) -> None:
    if not FAMILY.fullmatch(request["family"]):
        raise client_error("Invalid family. Family must match ^[A-Za-z0-9_-]{1,255}$")
    containers = request["containerDefinitions"]
    if not containers:
        raise client_error("Container list cannot be empty.")
    if len(containers) > MAXIMUM_CONTAINERS:
        raise client_error(f"Too many containers: at most {MAXIMUM_CONTAINERS} are allowed.")
    if len(json.dumps(request, default=str).encode()) > MAXIMUM_BYTES:
        raise client_error("Actual length of the task definition exceeds the maximum of 64 KB.")
    check_tags(request.get("tags", []))
    _check_names(containers)
    check_dependencies(containers)
    for container in containers:
        _check_container(container, request)
    if not any(container.get("essential", True) for container in containers):
        raise client_error("At least one container must be marked as essential.")
    check_fargate(request, fargate_tmpfs)


def _check_names(containers: list[dict]) -> None:
    names = [container.get("name") for container in containers]
    for name in names:
        if not name or not FAMILY.fullmatch(name):
            raise client_error("Invalid container name. Names must match ^[A-Za-z0-9_-]{1,255}$")
        if names.count(name) > 1:
            raise client_error(f"Container.name should be unique: {name} is used more than once.")


# The documented ranges of a container health check: seconds, and a number of retries.
HEALTH_CHECK_RANGES = {
    "interval": (5, 300),
    "timeout": (2, 60),
    "retries": (1, 10),
    "startPeriod": (0, 300),
}


def _check_container(container: dict, request: dict) -> None:
    if not container.get("image"):
        raise client_error("Container.image should not be null or empty.")
    for name, (low, high) in HEALTH_CHECK_RANGES.items():
        value = container.get("healthCheck", {}).get(name, low)
        if not low <= value <= high:
            raise client_error(f"Health check {name} must be between {low} and {high}.")
    for item in container.get("resourceRequirements", []):
        if item["type"] == "GPU" and not _is_gpu_count(item.get("value", "ALL")):
            raise client_error(f"Invalid number of GPUs: {item['value']}.")
    has_memory = "memory" in container or "memoryReservation" in container
    if not has_memory and "memory" not in request:
        raise client_error(
            f"Invalid setting for container '{container['name']}'. At least one of 'memory' or "
            "'memoryReservation' must be specified."
        )
    if request.get("networkMode") == "awsvpc":
        for mapping in container.get("portMappings", []):
            host_port = mapping.get("hostPort")
            if host_port not in (None, 0, mapping.get("containerPort")):
                raise client_error(
                    "When networkMode=awsvpc, the host ports and container ports in port mappings "
                    "must match."
                )


def _is_gpu_count(value: str) -> bool:
    """Tells whether it is a number of GPUs, whole or a part of one, or ALL."""
    return value == "ALL" or bool(GPU_COUNT.fullmatch(value) and float(value) > 0)
