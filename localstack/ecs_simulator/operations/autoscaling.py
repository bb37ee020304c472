"""Application Auto Scaling's own API, for the desired count of ECS services."""

from ..autoscaling import PREDEFINED, ScalableTarget, ScalingPolicy, begin_tracking
from ..clock import timestamp
from ..errors import EcsError
from ..task import new_id
from ..views import present
from ..world import World
from .paging import page
from .registry import registrar

DIMENSION = "ecs:service:DesiredCount"
SCALING_OPERATIONS: dict = {}
operation = registrar(SCALING_OPERATIONS)


@operation
def register_scalable_target(world: World, request: dict) -> dict:
    resource = _checked(request)
    known = world.scalable_targets.get(resource)
    if known is None and not {"MinCapacity", "MaxCapacity"} <= request.keys():
        raise _invalid("MinCapacity and MaxCapacity are required to register a scalable target.")
    target = known or ScalableTarget(resource, 0, 0, world.now)
    if target.service(world) is None:
        raise _invalid(f"ECS service doesn't exist: {resource}")
    minimum = request.get("MinCapacity", target.minimum)
    maximum = request.get("MaxCapacity", target.maximum)
    if minimum < 0 or minimum > maximum:
        raise _invalid("Maximum capacity cannot be less than minimum capacity")
    target.minimum, target.maximum = minimum, maximum
    target.suspended = request.get("SuspendedState", target.suspended)
    target.role = request.get("RoleARN", target.role)
    world.scalable_targets[resource] = target
    return {"ScalableTargetARN": _arn(world, target)}


@operation
def describe_scalable_targets(world: World, request: dict) -> dict:
    wanted = request.get("ResourceIds")
    found = [
        present(
            {
                "ServiceNamespace": "ecs",
                "ResourceId": target.resource,
                "ScalableDimension": DIMENSION,
                "MinCapacity": target.minimum,
                "MaxCapacity": target.maximum,
                "RoleARN": target.role or _default_role(world),
                "CreationTime": timestamp(target.created_at),
                "SuspendedState": {
                    "DynamicScalingInSuspended": False,
                    "DynamicScalingOutSuspended": False,
                    "ScheduledScalingSuspended": False,
                }
                | target.suspended,
                "ScalableTargetARN": _arn(world, target),
            }
        )
        for target in world.scalable_targets.values()
        if request["ServiceNamespace"] == "ecs" and (not wanted or target.resource in wanted)
    ]
    return _page(found, request, "ScalableTargets")


@operation
def deregister_scalable_target(world: World, request: dict) -> dict:
    target = _known_target(world, request)
    del world.scalable_targets[target.resource]
    for key in [key for key in world.scaling_policies if key[0] == target.resource]:
        del world.scaling_policies[key]
    return {}


@operation
def put_scaling_policy(world: World, request: dict) -> dict:
    target = _known_target(world, request)
    name = request["PolicyName"]
    known = world.scaling_policies.get((target.resource, name))
    kind = request.get("PolicyType", known.kind if known else "StepScaling")
    tracking = request.get("TargetTrackingScalingPolicyConfiguration")
    if kind == "TargetTrackingScaling":
        _check_tracking(tracking)
    path = f"{new_id()}:resource/ecs/{target.resource}:policyName/{name}"
    policy = ScalingPolicy(
        name=name,
        arn=known.arn
        if known
        else f"arn:aws:autoscaling:{world.region}:{world.account}:scalingPolicy:{path}",
        resource=target.resource,
        kind=kind,
        created_at=world.now,
        tracking=tracking,
        steps=request.get("StepScalingPolicyConfiguration"),
    )
    world.scaling_policies[target.resource, name] = policy
    if kind == "TargetTrackingScaling":
        begin_tracking(world, policy)
    return {"PolicyARN": policy.arn, "Alarms": []}


def _check_tracking(tracking: dict | None) -> None:
    if not tracking:
        raise _invalid("TargetTrackingScalingPolicyConfiguration is required.")
    if "CustomizedMetricSpecification" in tracking:
        return
    kind = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if kind not in PREDEFINED:
        raise _invalid(f"Predefined metric type {kind} is not simulated for ECS services.")


@operation
def describe_scaling_policies(world: World, request: dict) -> dict:
    found = [
        present(
            {
                "PolicyARN": policy.arn,
                "PolicyName": policy.name,
                "ServiceNamespace": "ecs",
                "ResourceId": policy.resource,
                "ScalableDimension": DIMENSION,
                "PolicyType": policy.kind,
                "TargetTrackingScalingPolicyConfiguration": policy.tracking,
                "StepScalingPolicyConfiguration": policy.steps,
                "Alarms": [],
                "CreationTime": timestamp(policy.created_at),
            }
        )
        for policy in world.scaling_policies.values()
        if request.get("ResourceId") in (None, policy.resource)
        and policy.name in request.get("PolicyNames", [policy.name])
    ]
    return _page(found, request, "ScalingPolicies")


@operation
def delete_scaling_policy(world: World, request: dict) -> dict:
    key = (_checked(request), request["PolicyName"])
    if key not in world.scaling_policies:
        raise _not_found(f"No scaling policy found for resource ID: {key[0]}")
    del world.scaling_policies[key]
    return {}


@operation
def describe_scaling_activities(world: World, request: dict) -> dict:
    found = [
        {
            **{name: value for name, value in activity.items() if name != "time"},
            "ServiceNamespace": "ecs",
            "ResourceId": target.resource,
            "ScalableDimension": DIMENSION,
            "StartTime": timestamp(activity["time"]),
            "EndTime": timestamp(activity["time"]),
            "StatusCode": "Successful",
        }
        for target in world.scalable_targets.values()
        if request.get("ResourceId") in (None, target.resource)
        for activity in target.activities
    ]
    return _page(found, request, "ScalingActivities")


def _checked(request: dict) -> str:
    """Returns the resource, which here is always the desired count of a service."""
    resource = request["ResourceId"]
    if request["ServiceNamespace"] != "ecs" or request["ScalableDimension"] != DIMENSION:
        raise _invalid("Only the desired count of ECS services is simulated.")
    if resource.count("/") != 2 or not resource.startswith("service/"):
        raise _invalid(f"Unsupported resource ID: {resource}")
    return resource


def _known_target(world: World, request: dict) -> ScalableTarget:
    resource = _checked(request)
    if resource not in world.scalable_targets:
        raise _not_found(
            "No scalable target registered for service namespace: ecs, "
            f"resource ID: {resource}, scalable dimension: {DIMENSION}"
        )
    return world.scalable_targets[resource]


def _arn(world: World, target: ScalableTarget) -> str:
    place = f"{world.region}:{world.account}"
    return f"arn:aws:application-autoscaling:{place}:scalable-target/{target.resource}"


def _default_role(world: World) -> str:
    return (
        f"arn:aws:iam::{world.account}:role/aws-service-role/ecs.application-autoscaling."
        "amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
    )


def _page(found: list, request: dict, name: str) -> dict:
    """Pages in this API's spelling."""
    spelled = {"maxResults": "MaxResults", "nextToken": "NextToken"}
    answer = page(found, {to: request[of] for to, of in spelled.items() if of in request}, name, 50)
    if "nextToken" in answer:
        answer["NextToken"] = answer.pop("nextToken")
    return answer


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationException", message)


def _not_found(message: str) -> EcsError:
    return EcsError("ObjectNotFoundException", message)
