"""What ECS refuses in lifecycle hooks, and what it fills in."""

from ..errors import client_error, invalid_parameter
from ..profile import Profile

DEFAULTS = {"timeoutInMinutes": 1440, "action": "ROLLBACK"}
LONGEST_MINUTES = {"AWS_LAMBDA": 1440, "PAUSE": 20160}
MAXIMUM = 10
# A rollback goes through these again.
NEVER_PAUSED = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")


def completed(hooks: list[dict]) -> list[dict]:
    return [
        {"targetType": "AWS_LAMBDA"}
        | hook
        | {"timeoutConfiguration": DEFAULTS | hook.get("timeoutConfiguration", {})}
        for hook in hooks
    ]


def check_hooks(hooks: list[dict], profile: Profile) -> None:
    for kind in LONGEST_MINUTES:
        if sum(hook["targetType"] == kind for hook in hooks) > MAXIMUM:
            raise invalid_parameter(f"A service can have at most {MAXIMUM} {kind} hooks.")
    for hook in hooks:
        _check_hook(hook, profile)


def _check_hook(hook: dict, profile: Profile) -> None:
    stages, is_pause = hook.get("lifecycleStages") or [], hook["targetType"] == "PAUSE"
    if not stages:
        raise invalid_parameter("lifecycleStages can not be blank.")
    for member in ("hookTargetArn", "roleArn"):
        if is_pause and hook.get(member):
            raise invalid_parameter(f"{member} is not allowed for PAUSE hooks.")
        if not is_pause and not hook.get(member):
            raise invalid_parameter(f"{member} is required for AWS_LAMBDA hooks.")
    if is_pause and "hookDetails" in hook:
        raise invalid_parameter("hookDetails is not allowed for PAUSE hooks.")
    refused = list(NEVER_PAUSED)
    if profile.pause_at_reconcile == "refused":
        refused.append("RECONCILE_SERVICE")
    if is_pause and set(stages) & set(refused):
        raise client_error("Invalid lifecycle stage provided for Pause Hook")
    longest = LONGEST_MINUTES[hook["targetType"]]
    if not 1 <= hook["timeoutConfiguration"]["timeoutInMinutes"] <= longest:
        raise invalid_parameter(f"timeoutInMinutes must be between 1 and {longest}.")
