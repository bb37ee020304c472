"""When ELBv2 takes a second load balancer of a name for a repetition; moto makes another one."""

from typing import Protocol

from ..errors import EcsError


class Subnet(Protocol):
    id: str


class LoadBalancer(Protocol):
    subnets: list[Subnet]
    security_groups: list[str] | None
    scheme: str | None
    type: str


def check_same_balancer(request: dict, known: LoadBalancer) -> None:
    """Refuses other settings than those of the load balancer that has the name."""
    mapped = [mapping["SubnetId"] for mapping in request.get("SubnetMappings") or []]
    asked = (
        {*(request.get("Subnets") or []), *mapped},
        set(request.get("SecurityGroups") or []),
        request.get("Scheme", "internet-facing"),
        request.get("Type", "application"),
    )
    found = (
        {subnet.id for subnet in known.subnets},
        set(known.security_groups or []),
        known.scheme or "internet-facing",
        known.type,
    )
    if asked != found:
        raise EcsError(
            "DuplicateLoadBalancerName",
            f"A load balancer with the same name '{request['Name']}' exists, but with different "
            "settings",
        )
