"""Services: created, updated, deleted, described, listed."""

from .. import placement, rollout
from ..errors import (
    client_error,
    invalid_parameter,
    service_not_active,
    service_not_found,
)
from ..revision import revision_settings
from ..scheduler import ServiceScheduler
from ..service import Service
from ..task_definition import TaskDefinition
from ..validation import not_simulated
from ..validation import services as validation
from ..validation.advanced_configuration import check_advanced, check_kinds
from ..validation.lifecycle_hooks import check_hooks
from ..validation.networks import check_network
from ..validation.strategies import check_strategy, completed
from ..validation.strategy_changes import check_change
from ..validation.tags import check_tags
from ..views.services import service_view
from ..views.target_groups import as_configured
from ..world import World
from .lookup import active_cluster, active_task_definition, known_service, missing, name_in
from .paging import page
from .registry import operation

MAXIMUM_DESCRIBED = 10
# Members of CreateService and UpdateService that change a service without a deployment.
IN_PLACE = (
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
)
# What ECS fills in on creation.
DEFAULTS = {
    "placementConstraints": [],
    "placementStrategy": [],
    "healthCheckGracePeriodSeconds": 0,
    "schedulingStrategy": "REPLICA",
    "deploymentController": {"type": "ECS"},
    "enableECSManagedTags": False,
    "propagateTags": "NONE",
    "enableExecuteCommand": False,
    "availabilityZoneRebalancing": "ENABLED",
}
DEFAULT_CONFIGURATION = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}


@operation
def create_service(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    name = request["serviceName"]
    known = world.services.get((cluster.name, name))
    if known and known.status == "ACTIVE":
        return _repeated(world, known, request)
    if known and known.status == "DRAINING":
        raise invalid_parameter("Unable to Start a service that is still Draining.")
    validation.check_create(request)
    check_kinds(request.get("loadBalancers", []))
    not_simulated.check_request(request)
    check_tags(request.get("tags", []))
    task_definition = active_task_definition(world, request["taskDefinition"])
    revision = revision_settings(request)
    if not revision.get("launchType") and not revision.get("capacityProviderStrategy"):
        revision |= placement.default_capacity(cluster)
    service = Service(
        name=name,
        cluster=cluster.name,
        arn=world.arn(f"service/{cluster.name}/{name}"),
        created_at=world.now,
        desired_count=request.get("desiredCount", 0),
        settings=DEFAULTS
        | {member: request[member] for member in DEFAULTS if member in request}
        | {"deploymentConfiguration": _configuration(DEFAULT_CONFIGURATION, request)},
        tags=request.get("tags", []),
        creation=request,
    )
    _check(world, request, service, revision, task_definition)
    service.scheduler = ServiceScheduler(world, service)
    world.services[cluster.name, name] = service
    rollout.begin(world, service, task_definition, revision)
    return {"service": service_view(world, service, with_tags=True)}


def _repeated(world: World, known: Service, request: dict) -> dict:
    """Answers a second creation: with the service, when it is the same down to a client token."""
    if request.get("clientToken") and request == known.creation:
        return {"service": service_view(world, known, with_tags=True)}
    raise invalid_parameter("Creation of service was not idempotent.")


def _configuration(current: dict, request: dict) -> dict:
    changes = request.get("deploymentConfiguration", {})
    breaker = {**current["deploymentCircuitBreaker"], **changes.get("deploymentCircuitBreaker", {})}
    return completed(current | changes | {"deploymentCircuitBreaker": breaker})


def _check(
    world: World, request: dict, service: Service, revision: dict, task_definition: TaskDefinition
) -> None:
    cluster = world.clusters[service.cluster]
    validation.check_counts(request)
    validation.check_configuration(service.configuration)
    check_strategy(service.configuration)
    check_hooks(service.configuration.get("lifecycleHooks", []), world.profile)
    validation.check_capacity(revision, cluster, task_definition)
    check_network(world, revision, task_definition)
    balancers = revision.get("loadBalancers", [])
    validation.check_load_balancers(world, balancers, task_definition)
    strategy = service.configuration["strategy"]
    not_simulated.check_headless(balancers, strategy)
    check_advanced(world, balancers, strategy, looks_at_rules="loadBalancers" in request)


@operation
def update_service(world: World, request: dict) -> dict:
    service = known_service(world, request)
    if service.status != "ACTIVE":
        raise service_not_active()
    check_kinds(request.get("loadBalancers", []))
    not_simulated.check_request(request)
    primary = service.primary.revision
    task_definition = primary.task_definition
    if "taskDefinition" in request:
        task_definition = active_task_definition(world, request["taskDefinition"])
    sent = as_configured(world, service, revision_settings(request))
    revision = _next_revision(primary.settings, sent, request)
    changed = Service(
        **{
            **{name: getattr(service, name) for name in ("name", "cluster", "arn", "created_at")},
            "desired_count": request.get("desiredCount", service.desired_count),
            "settings": service.settings
            | ({"propagateTags": "NONE"} if world.profile.update_resets_propagate_tags else {})
            | {member: request[member] for member in IN_PLACE if member in request}
            | {"deploymentConfiguration": _configuration(service.configuration, request)},
        }
    )
    check_change(service, changed.configuration, world.profile)
    _check(world, request, changed, revision, task_definition)
    starts = (task_definition.arn, revision) != (primary.task_definition.arn, primary.settings)
    starts = starts or request.get("forceNewDeployment")
    service.settings, service.desired_count = changed.settings, changed.desired_count
    if starts:
        rollout.begin(world, service, task_definition, revision)
    service.unsettle()
    service.scheduler.wake()
    return {"service": service_view(world, service, with_tags=False)}


def _next_revision(current: dict, sent: dict, request: dict) -> dict:
    revision = current | sent
    if "capacityProviderStrategy" in sent:
        if sent["capacityProviderStrategy"] != current.get("capacityProviderStrategy"):
            _require_force(request)
        revision.pop("launchType", None)
    return revision


def _require_force(request: dict) -> None:
    if not request.get("forceNewDeployment"):
        raise invalid_parameter(
            "When switching from launch type to capacity provider strategy on an existing service, "
            "or making a change to a capacity provider strategy on a service that is already using "
            "one, you must force a new deployment."
        )


@operation
def delete_service(world: World, request: dict) -> dict:
    service = known_service(world, request)
    if service.status == "INACTIVE":
        raise service_not_found()
    if service.status == "ACTIVE" and not request.get("force"):
        if service.desired_count > 0:
            raise invalid_parameter("The service cannot be stopped while it is scaled above 0.")
        if len(service.deployments) > 1:
            raise invalid_parameter("The service cannot be stopped while deployments are active.")
    if service.status == "ACTIVE":
        rollout.delete(world, service)
        service.scheduler.wake()
    return {"service": service_view(world, service, with_tags=False)}


@operation
def describe_services(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    references = request["services"]
    if not references:
        raise invalid_parameter("Services cannot be empty.")
    if len(references) > MAXIMUM_DESCRIBED:
        raise invalid_parameter("Members of the list are too many: at most 10 services.")
    with_tags = "TAGS" in request.get("include", [])
    found, failures = [], []
    for reference in references:
        name = name_in(cluster, reference)
        if service := world.services.get((cluster.name, name)):
            found.append(service_view(world, service, with_tags))
        else:
            failures.append(missing(world.arn(f"service/{cluster.name}/{name}")))
    return {"services": found, "failures": failures}


@operation
def list_services(world: World, request: dict) -> dict:
    cluster = active_cluster(world, request)
    if request.get("launchType") and request.get("resourceManagementType"):
        raise client_error("launchType and resourceManagementType exclude each other.")
    found = [
        service.arn
        for service in world.services.values()
        if service.cluster == cluster.name
        and service.status != "INACTIVE"
        and _has(service, request, "launchType")
        and _has(service, request, "schedulingStrategy")
    ]
    return page(found, request, "serviceArns", default=10)


def _has(service: Service, request: dict, member: str) -> bool:
    if member not in request:
        return True
    settings = service.settings
    if service.deployments:
        settings = settings | service.primary.revision.settings
    return settings.get(member) == request[member]
