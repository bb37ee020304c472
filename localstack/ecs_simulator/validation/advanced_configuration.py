"""What ECS refuses at once in the load balancers of a service whose traffic it moves.

What it only finds when it looks at the rules, such as traffic to both groups, ends a deployment.
"""

from ..errors import client_error, invalid_parameter
from ..world import World

RULES = ("productionListenerRule", "testListenerRule")
# How it names a strategy that needs their advanced part; a page of the guide has other words.
STRATEGIES = {
    "BLUE_GREEN": "the Blue/green deployment strategy",
    "CANARY": "the canary deployment strategy",
    "LINEAR": "the linear deployment strategy",
}
NOT_ROLLING = "a non-ROLLING deployment strategy"
REQUIRED = ("alternateTargetGroupArn", "productionListenerRule", "roleArn")


def check_kinds(load_balancers: list[dict]) -> None:
    """Refuses what fits no kind of load balancer."""
    classic = ["loadBalancerName" in balancer for balancer in load_balancers]
    if any(classic) and any("targetGroupArn" in balancer for balancer in load_balancers):
        raise client_error(
            "All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 "
            "(defining targetGroupArn)"
        )
    if any(classic) and any("advancedConfiguration" in balancer for balancer in load_balancers):
        raise client_error("advancedConfiguration field is not allowed with ELBv1 loadBalancers")


def check_advanced(
    world: World, load_balancers: list[dict], strategy: str, looks_at_rules: bool
) -> None:
    """Refuses load balancers; the rules are looked at when a request sends them."""
    advanced = ["advancedConfiguration" in balancer for balancer in load_balancers]
    if any(advanced) and not all(advanced):
        raise client_error(
            "Either all or none of the provided loadBalancers must have advancedConfiguration "
            "defined"
        )
    if strategy == "ROLLING":
        return
    if not all(advanced):
        names_it = world.profile.refusal_tail == "strategy"
        raise client_error(
            "advancedConfiguration field is required for all loadBalancers when using "
            + (STRATEGIES[strategy] if names_it else NOT_ROLLING)
        )
    for balancer in load_balancers:
        advanced = balancer["advancedConfiguration"]
        _check_balancer(world, balancer["targetGroupArn"], advanced)
        if looks_at_rules:
            _check_rules(world, balancer["targetGroupArn"], advanced)


def _check_balancer(world: World, group: str, advanced: dict) -> None:
    for member in REQUIRED:
        if not advanced.get(member):
            raise invalid_parameter(f"advancedConfiguration needs {member}.")
    for member in RULES:
        rule = advanced.get(member)
        if rule and ":listener-rule/" not in rule:
            raise client_error(
                f"{member} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for "
                f"NLB. Got: {rule}"
            )
    production, test = map(advanced.get, RULES)
    if test == production:
        raise client_error(
            "The following rules cannot be used as both production and test listener rules: "
            f"{production}"
        )
    alternate = advanced["alternateTargetGroupArn"]
    if alternate == group:
        raise invalid_parameter(f"Duplicate targetGroupArn found: {group}")
    if not world.target_groups.find(alternate):
        raise invalid_parameter(f"The target group {alternate} does not exist.")


def _check_rules(world: World, group: str, advanced: dict) -> None:
    alternate, (production, test) = advanced["alternateTargetGroupArn"], map(advanced.get, RULES)
    if test:
        _groups(world, test)
    if not {group, alternate} <= _groups(world, production) and not test:
        raise client_error(
            "For Application LoadBalancer, testListenerRule is required when "
            "productionListenerRule is not associated with both targetGroup and "
            "alternateTargetGroup"
        )


def _groups(world: World, rule: str) -> set[str]:
    groups = world.target_groups.of_rule(rule)
    if groups is None:
        raise invalid_parameter(f"The listener rule {rule} does not exist.")
    return groups
