"""What ELBv2 refuses in forward actions and moto lets pass."""

from ..errors import EcsError
from ..load_balancing import TargetGroups

MAXIMUM_TARGET_GROUPS = 5
MAXIMUM_WEIGHT = 999
MAXIMUM_STICKINESS_SECONDS = 604_800


def check_actions(actions: list[dict], target_groups: TargetGroups, balancer: str | None) -> None:
    """Refuses actions of a listener or rule of the load balancer."""
    for action in actions:
        if action["Type"] == "forward":
            _check_target_groups(action, target_groups, balancer)
            _check_forward(action.get("ForwardConfig", {}), target_groups)


def check_target_stickiness(group: str, actions: list[dict]) -> None:
    """Refuses to turn it on for a group of which a weighted action doesn't stick to groups."""
    if any(is_loose(action.get("ForwardConfig", {})) for action in actions):
        raise EcsError(
            "InvalidConfigurationRequest",
            f"This target group appears behind a rule with group stickiness disabled ({group}). "
            "You must enable group stickiness before enabling target stickiness",
        )


def is_loose(forward: dict) -> bool:
    """Tells whether a client may be sent to another group with each request."""
    sticks = forward.get("TargetGroupStickinessConfig", {}).get("Enabled")
    # A listener's own rules come with booleans as text.
    return len(forward.get("TargetGroups") or []) > 1 and sticks not in (True, "true")


def _check_target_groups(action: dict, target_groups: TargetGroups, balancer: str | None) -> None:
    single = action.get("TargetGroupArn")
    weighted = action.get("ForwardConfig", {}).get("TargetGroups") or []
    arns = [group.get("TargetGroupArn") for group in weighted] or [single]
    if None in arns:
        raise _invalid("A target group ARN must be specified")
    if single and arns != [single]:
        raise _invalid(
            "When both TargetGroupArn and ForwardConfig are specified, they must name one and the "
            "same target group"
        )
    elsewhere = []
    for arn in arns:
        group = target_groups.find(arn)
        if group is None:
            raise EcsError("TargetGroupNotFound", f"Target group '{arn}' not found")
        if balancer and group.load_balancers - {balancer}:
            elsewhere.append(arn)
    if elsewhere:
        raise EcsError(
            "TargetGroupAssociationLimit",
            "The following target groups cannot be associated with more than one load balancer: "
            + ", ".join(elsewhere),
        )


def _check_forward(forward: dict, target_groups: TargetGroups) -> None:
    groups = forward.get("TargetGroups") or []
    if len(groups) > MAXIMUM_TARGET_GROUPS:
        raise EcsError(
            "TooManyTargetGroups",
            f"A forward action can have at most {MAXIMUM_TARGET_GROUPS} target groups",
        )
    arns = [group["TargetGroupArn"] for group in groups]
    if len(set(arns)) != len(arns):
        raise _invalid("A target group can be in a forward action only once")
    for group in groups:
        if not 0 <= group.get("Weight", 1) <= MAXIMUM_WEIGHT:
            raise _invalid(f"The weight of a target group must be between 0 and {MAXIMUM_WEIGHT}")
    known = [found for arn in arns if (found := target_groups.find(arn))]
    if is_loose(forward) and any(group.is_sticky for group in known):
        raise EcsError(
            "InvalidConfigurationRequest",
            "You must enable group stickiness on a rule that forwards to several target groups "
            "when one of them has target stickiness enabled",
        )
    stickiness = forward.get("TargetGroupStickinessConfig", {})
    if not stickiness.get("Enabled"):
        return
    if not 1 <= stickiness.get("DurationSeconds", 0) <= MAXIMUM_STICKINESS_SECONDS:
        raise _invalid(
            "Target group stickiness duration must be between 1 and "
            f"{MAXIMUM_STICKINESS_SECONDS} seconds"
        )


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationError", message)
