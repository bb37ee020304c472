"""How a service shows its pairs of target groups once ECS has moved its traffic between them."""

from ..service import Service
from ..world import World


def shown(world: World, service: Service, load_balancers: list[dict]) -> list[dict]:
    """Returns them as they were sent or, where the profile says so, with the live group first."""
    if world.profile.service_load_balancers == "as_sent" or not service.completed:
        return load_balancers
    groups = service.completed[-1].revision.groups
    return [
        _turned(balancer)
        if groups.get(arn := balancer.get("targetGroupArn"), arn) != arn
        and "advancedConfiguration" in balancer
        else balancer
        for balancer in load_balancers
    ]


def as_configured(world: World, service: Service, settings: dict) -> dict:
    """Returns a revision's settings; pairs that are sent as they are shown count as kept."""
    current = service.primary.revision.load_balancers
    is_kept = settings.get("loadBalancers") == shown(world, service, current)
    return settings | {"loadBalancers": current} if current and is_kept else settings


def _turned(balancer: dict) -> dict:
    advanced = balancer["advancedConfiguration"]
    return balancer | {
        "targetGroupArn": advanced["alternateTargetGroupArn"],
        "advancedConfiguration": advanced | {"alternateTargetGroupArn": balancer["targetGroupArn"]},
    }
