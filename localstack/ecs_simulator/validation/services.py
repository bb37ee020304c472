"""What ECS refuses in CreateService and UpdateService."""

import re

from ..cluster import Cluster
from ..errors import invalid_parameter
from ..revision import FARGATE_PROVIDERS
from ..task_definition import TaskDefinition
from ..world import World

SERVICE_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
MAXIMUM_CLIENT_TOKEN = 36
MAXIMUM_PROVIDERS = 20
MAXIMUM_TARGET_GROUPS = 5
MAXIMUM_BAKE_MINUTES = 1440


def check_create(request: dict) -> None:
    if not SERVICE_NAME.fullmatch(request["serviceName"]):
        raise invalid_parameter("Invalid service name.")
    if len(request.get("clientToken", "")) > MAXIMUM_CLIENT_TOKEN:
        raise invalid_parameter("clientToken can have at most 36 characters.")
    if "taskDefinition" not in request:
        raise invalid_parameter("TaskDefinition can not be blank.")
    daemon = request.get("schedulingStrategy") == "DAEMON"
    if not daemon and "desiredCount" not in request:
        raise invalid_parameter("Desired count is required for services that are not DAEMON.")


def check_counts(request: dict) -> None:
    """Refuses numbers out of range, whichever call they come with."""
    if request.get("desiredCount", 0) < 0:
        raise invalid_parameter("Invalid desired count. It must not be below 0.")
    if not 0 <= request.get("healthCheckGracePeriodSeconds", 0) <= 2_147_483_647:
        raise invalid_parameter("Health check grace period seconds is out of range.")


def check_configuration(configuration: dict) -> None:
    """Refuses a deployment configuration that contradicts itself."""
    minimum, maximum = configuration["minimumHealthyPercent"], configuration["maximumPercent"]
    if minimum < 0 or maximum < 0:
        raise invalid_parameter("maximumPercent and minimumHealthyPercent must not be negative.")
    if maximum < minimum:
        raise invalid_parameter("maximumPercent must not be below minimumHealthyPercent.")
    breaker = configuration.get("deploymentCircuitBreaker", {})
    threshold = breaker.get("thresholdConfiguration", {})
    is_percent = threshold.get("type", "BOUNDED_PERCENT") != "COUNT"
    value = threshold.get("value", 50)
    if value < 1 or (is_percent and value > 100):
        raise invalid_parameter("The value of thresholdConfiguration is out of range.")
    if not 0 <= configuration["bakeTimeInMinutes"] <= MAXIMUM_BAKE_MINUTES:
        raise invalid_parameter(f"bakeTimeInMinutes must be between 0 and {MAXIMUM_BAKE_MINUTES}.")
    _check_early_success(configuration.get("earlySuccessCriteria", {}), minimum)


def _check_early_success(early: dict, minimum: int) -> None:
    if not early.get("enable"):
        return
    for name in ("healthyPercent", "sourceServiceRevisionCleanup"):
        if name not in early:
            raise invalid_parameter(f"earlySuccessCriteria needs {name} when it is enabled.")
    if not 0 <= early["healthyPercent"] <= 100:
        raise invalid_parameter("healthyPercent must be between 0 and 100.")
    if early["healthyPercent"] < minimum:
        raise invalid_parameter("healthyPercent must not be below minimumHealthyPercent.")


def check_capacity(settings: dict, cluster: Cluster, task_definition: TaskDefinition) -> None:
    strategy = settings.get("capacityProviderStrategy") or []
    if strategy and settings.get("launchType"):
        raise invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again."
        )
    if settings.get("launchType") == "MANAGED_INSTANCES":
        raise invalid_parameter("Managed Instances need a capacity provider strategy.")
    if len(strategy) > MAXIMUM_PROVIDERS:
        raise invalid_parameter(f"At most {MAXIMUM_PROVIDERS} capacity providers are allowed.")
    for item in strategy:
        if item["capacityProvider"] not in cluster.capacity_providers:
            raise invalid_parameter("The specified capacity provider was not found.")
    providers = {item["capacityProvider"] for item in strategy}
    on_fargate = settings.get("launchType") == "FARGATE" or providers & set(FARGATE_PROVIDERS)
    if on_fargate and "FARGATE" not in task_definition.shape["compatibilities"]:
        raise invalid_parameter("Task definition does not support launch_type FARGATE.")


def check_load_balancers(
    world: World, load_balancers: list[dict], task_definition: TaskDefinition
) -> None:
    containers = {container["name"]: container for container in task_definition.containers}
    if len(load_balancers) > MAXIMUM_TARGET_GROUPS:
        raise invalid_parameter(f"loadBalancers can have at most {MAXIMUM_TARGET_GROUPS} items.")
    seen = set()
    for balancer in load_balancers:
        name, port = balancer.get("containerName"), balancer.get("containerPort")
        if name not in containers:
            raise invalid_parameter(f"The container {name} does not exist in the task definition.")
        ports = [mapping.get("containerPort") for mapping in containers[name]["portMappings"]]
        if port not in ports:
            raise invalid_parameter(
                f"The container {name} did not have a container port {port} defined."
            )
        arn = balancer.get("targetGroupArn")
        if arn in seen:
            raise invalid_parameter(f"Duplicate targetGroupArn found: {arn}")
        seen.add(arn)
        _check_target_group(world, arn, task_definition)


def _check_target_group(world: World, arn: str | None, task_definition: TaskDefinition) -> None:
    group = arn and world.target_groups.find(arn)
    if not group:
        raise invalid_parameter(f"The target group {arn} does not exist.")
    if not group.has_load_balancer:
        raise invalid_parameter(
            f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        )
    if task_definition.network_mode == "awsvpc" and group.target_type != "ip":
        raise invalid_parameter(
            f"The provided target group {arn} has target type {group.target_type}, which is "
            "incompatible with the awsvpc network mode specified in the task definition."
        )
