"""What ECS refuses at once in the load balancers of a blue/green service.

What it only finds when it looks at the rules, such as traffic to both groups, ends a deployment.
"""

from ..errors import client_error, invalid_parameter
from ..world import World

RULES = ("productionListenerRule", "testListenerRule")
REQUIRED = ("alternateTargetGroupArn", "productionListenerRule", "roleArn")


def check_blue_green(world: World, load_balancers: list[dict], strategy: str) -> None:
    advanced = ["advancedConfiguration" in balancer for balancer in load_balancers]
    if any(advanced) and not all(advanced):
        raise client_error(
            "Either all or none of the provided loadBalancers must have advancedConfiguration "
            "defined"
        )
    if strategy == "ROLLING":
        return
    if not all(advanced):
        raise client_error(
            "advancedConfiguration field is required for all loadBalancers when using the "
            "Blue/green deployment strategy"
        )
    for balancer in load_balancers:
        _check_advanced(world, balancer["targetGroupArn"], balancer["advancedConfiguration"])


def _check_advanced(world: World, group: str, advanced: dict) -> None:
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
    alternate, (production, test) = advanced["alternateTargetGroupArn"], map(advanced.get, RULES)
    if test == production:
        raise client_error(
            "The following rules cannot be used as both production and test listener rules: "
            f"{production}"
        )
    if alternate == group:
        raise invalid_parameter(f"Duplicate targetGroupArn found: {group}")
    if not world.target_groups.find(alternate):
        raise invalid_parameter(f"The target group {alternate} does not exist.")
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
