"""What Fargate asks of a task definition."""

from ..errors import client_error

# Memory in MiB for each number of CPU units, from the developer guide's page on task sizes.
SIZES: dict[int, list[int]] = {
    256: [512, 1024, 2048],
    512: list(range(1024, 4096 + 1, 1024)),
    1024: list(range(2048, 8192 + 1, 1024)),
    2048: list(range(4096, 16384 + 1, 1024)),
    4096: list(range(8192, 30720 + 1, 1024)),
    8192: list(range(16384, 61440 + 1, 4096)),
    16384: list(range(32768, 122880 + 1, 8192)),
    32768: [61440, 122880, 249856],
}

MAXIMUM_TIMEOUT = 120


def check_fargate(request: dict, takes_tmpfs: bool) -> None:
    if "FARGATE" not in request.get("requiresCompatibilities", []):
        return
    if request.get("networkMode") != "awsvpc":
        raise client_error("Fargate only supports network mode ‘awsvpc’.")
    for size in ("cpu", "memory"):
        if not request.get(size):
            raise client_error(f"Fargate requires that '{size}' be defined at the task level.")
    cpu, memory = _cpu_units(request["cpu"]), _mebibytes(request["memory"])
    if memory not in SIZES.get(cpu, []):
        raise client_error(
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            "See the Amazon ECS documentation for the valid values."
        )
    if "ipcMode" in request:
        raise client_error("ipcMode is not supported on Fargate.")
    if request.get("placementConstraints"):
        raise client_error("Placement constraints are not supported with Fargate.")
    storage = request.get("ephemeralStorage", {}).get("sizeInGiB", 21)
    if not 21 <= storage <= 200:
        raise client_error("Ephemeral storage size must be between 21 and 200 GiB.")
    for container in request["containerDefinitions"]:
        _check_container(container, request, takes_tmpfs)


def _check_container(container: dict, request: dict, takes_tmpfs: bool) -> None:
    if any(item["type"] == "GPU" for item in container.get("resourceRequirements", [])):
        raise client_error("GPU is not supported on Fargate.")
    linux = container.get("linuxParameters", {})
    refused = ("sharedMemorySize", "devices") + (() if takes_tmpfs else ("tmpfs",))
    for name in refused:
        if linux.get(name):
            raise client_error(f"{name} is not supported on Fargate.")
    for name in ("startTimeout", "stopTimeout"):
        if not 2 <= container.get(name, 2) <= MAXIMUM_TIMEOUT:
            raise client_error(f"{name} must be between 2 and {MAXIMUM_TIMEOUT} on Fargate.")
    if "executionRoleArn" in request:
        return
    if ".dkr.ecr." in container["image"]:
        raise client_error(
            "Fargate requires task definition to have execution role ARN to support ECR images."
        )
    if container.get("logConfiguration", {}).get("logDriver") == "awslogs":
        raise client_error(
            "Fargate requires task definition to have execution role ARN to support log driver "
            "awslogs."
        )


def _cpu_units(value: str) -> int:
    return _number(value, "vcpu", 1024)


def _mebibytes(value: str) -> int:
    return _number(value, "gb", 1024)


def _number(value: str, unit: str, factor: int) -> int:
    """Reads a plain number, or one in the larger unit: 0.5 vCPU, 2GB."""
    text = value.lower().strip()
    try:
        if text.endswith(unit):
            return int(float(text.removesuffix(unit)) * factor)
        return int(text)
    except ValueError:
        raise client_error(f"Invalid setting for container: {value}.") from None
