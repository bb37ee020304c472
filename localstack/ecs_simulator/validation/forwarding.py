"""What ELBv2 refuses in forward actions and moto lets pass."""

from ..errors import EcsError

MAXIMUM_TARGET_GROUPS = 5
MAXIMUM_WEIGHT = 999
MAXIMUM_STICKINESS_SECONDS = 604_800


def check_actions(actions: list[dict]) -> None:
    for action in actions:
        if "ForwardConfig" in action:
            _check_forward(action["ForwardConfig"])


def _check_forward(forward: dict) -> None:
    groups = forward.get("TargetGroups") or []
    if len(groups) > MAXIMUM_TARGET_GROUPS:
        raise EcsError(
            "TooManyTargetGroups",
            f"A forward action can have at most {MAXIMUM_TARGET_GROUPS} target groups",
        )
    arns = [group.get("TargetGroupArn") for group in groups]
    if len(set(arns)) != len(arns):
        raise _invalid("A target group can be in a forward action only once")
    for group in groups:
        if not 0 <= group.get("Weight", 1) <= MAXIMUM_WEIGHT:
            raise _invalid(f"The weight of a target group must be between 0 and {MAXIMUM_WEIGHT}")
    stickiness = forward.get("TargetGroupStickinessConfig", {})
    if not stickiness.get("Enabled"):
        return
    if not 1 <= stickiness.get("DurationSeconds", 0) <= MAXIMUM_STICKINESS_SECONDS:
        raise _invalid(
            "The duration of target group stickiness must be between 1 and "
            f"{MAXIMUM_STICKINESS_SECONDS} seconds"
        )


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationError", message)
