"""Application Auto Scaling for services: target tracking that moves the desired count."""

import math
from dataclasses import dataclass, field

from .service import Service
from .task import new_id
from .world import World

PERIOD = 60
# The two alarms of a target tracking policy: so many periods above the target, or clearly below.
PERIODS_HIGH, PERIODS_LOW = 3, 15
LOW_SHARE = 0.9
DEFAULT_COOLDOWN = 300
PREDEFINED = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}


@dataclass(eq=False)
class ScalableTarget:
    """The bounds within which policies may move a service's desired count."""

    resource: str
    minimum: int
    maximum: int
    created_at: float
    suspended: dict = field(default_factory=dict)
    role: str | None = None
    last_scaled_at: dict[str, float] = field(default_factory=dict)
    activities: list[dict] = field(default_factory=list)  # newest first

    def service(self, world: World) -> Service | None:
        _, cluster, name = self.resource.split("/")
        service = world.services.get((cluster, name))
        return service if service and service.status == "ACTIVE" else None


@dataclass(eq=False)
class ScalingPolicy:
    name: str
    arn: str
    resource: str
    kind: str
    created_at: float
    tracking: dict | None = None
    steps: dict | None = None

    @property
    def goal(self) -> float:
        return self.tracking["TargetValue"]


def begin_tracking(world: World, policy: ScalingPolicy) -> None:
    world.later(PERIOD, _evaluate, world, policy)


def _evaluate(world: World, policy: ScalingPolicy) -> None:
    if world.scaling_policies.get((policy.resource, policy.name)) is not policy:
        return
    begin_tracking(world, policy)
    target = world.scalable_targets[policy.resource]
    service = target.service(world)
    if service is None:
        return
    if high := _all_beyond(world, policy, PERIODS_HIGH, lambda value: value > policy.goal):
        _scale(world, policy, target, service, high, "out")
    elif low := _all_beyond(
        world, policy, PERIODS_LOW, lambda value: value < policy.goal * LOW_SHARE
    ):
        _scale(world, policy, target, service, low, "in")


def _all_beyond(world: World, policy: ScalingPolicy, periods: int, is_beyond) -> float | None:
    """Returns the metric's latest value when it was beyond the limit for all those periods."""
    metric = _metric(policy)
    values = [
        world.metrics.average(
            metric, world.now - (number + 1) * PERIOD, world.now - number * PERIOD
        )
        for number in range(periods)
    ]
    if any(value is None or not is_beyond(value) for value in values):
        return None
    return values[0]


def _metric(policy: ScalingPolicy) -> dict:
    if custom := policy.tracking.get("CustomizedMetricSpecification"):
        return {name: custom[name] for name in ("Namespace", "MetricName", "Dimensions")}
    kind = policy.tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    _, cluster, service = policy.resource.split("/")
    return {
        "Namespace": "AWS/ECS",
        "MetricName": PREDEFINED[kind],
        "Dimensions": [
            {"Name": "ClusterName", "Value": cluster},
            {"Name": "ServiceName", "Value": service},
        ],
    }


def _scale(
    world: World,
    policy: ScalingPolicy,
    target: ScalableTarget,
    service: Service,
    value: float,
    direction: str,
) -> None:
    wanted = math.ceil(service.desired_count * value / policy.goal)
    wanted = min(max(wanted, target.minimum), target.maximum)
    if wanted == service.desired_count or _is_held(world, policy, target, service, direction):
        return
    service.desired_count = wanted
    service.unsettle()
    service.scheduler.wake()
    target.last_scaled_at[direction] = world.now
    alarm = f"TargetTracking-{target.resource}-Alarm{'High' if direction == 'out' else 'Low'}"
    target.activities.insert(
        0,
        {
            "ActivityId": new_id(),
            "Description": f"Setting desired count to {wanted}.",
            "Cause": f"monitor alarm {alarm} in state ALARM triggered policy {policy.name}",
            "time": world.now,
        },
    )


def _is_held(
    world: World, policy: ScalingPolicy, target: ScalableTarget, service: Service, direction: str
) -> bool:
    """Tells whether a cooldown, a setting or a deployment forbids the move."""
    side = "Out" if direction == "out" else "In"
    cooldown = policy.tracking.get(f"Scale{side}Cooldown", DEFAULT_COOLDOWN)
    since = world.now - target.last_scaled_at.get(direction, -math.inf)
    if since < cooldown or target.suspended.get(f"DynamicScaling{side}Suspended"):
        return True
    # Scale-in is off while a deployment runs; scale-out is not.
    return direction == "in" and (
        policy.tracking.get("DisableScaleIn", False) or service.running is not None
    )
