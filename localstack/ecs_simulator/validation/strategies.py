"""What ECS refuses in the settings of a strategy that moves traffic, and what it fills in."""

from ..errors import invalid_parameter
from . import lifecycle_hooks

MAXIMUM_MINUTES = 1440
# The member of each strategy with its defaults; the share with its bounds in tenths of a percent.
PARTS: dict[str, tuple[str, dict]] = {
    "CANARY": ("canaryConfiguration", {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10}),
    "LINEAR": ("linearConfiguration", {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}),
}
LEAST_TENTHS = {"canaryPercent": 1, "stepPercent": 30}


def completed(configuration: dict) -> dict:
    """Returns a configuration with its strategy's part; those of other strategies are dropped."""
    strategy = configuration["strategy"]
    shape = dict(configuration)
    for owner, (member, defaults) in PARTS.items():
        sent = shape.pop(member, {})
        if owner == strategy:
            shape[member] = defaults | sent
    if "lifecycleHooks" in shape:
        shape["lifecycleHooks"] = lifecycle_hooks.completed(shape["lifecycleHooks"])
    if strategy != "ROLLING":
        shape.pop("earlySuccessCriteria", None)
    return shape


def check_strategy(configuration: dict) -> None:
    member, _ = PARTS.get(configuration["strategy"], (None, {}))
    for name, value in configuration.get(member, {}).items():
        if name in LEAST_TENTHS:
            _check_share(name, value)
        elif not 0 <= value <= MAXIMUM_MINUTES:
            raise invalid_parameter(f"{name} must be between 0 and {MAXIMUM_MINUTES}.")


def _check_share(name: str, value: float) -> None:
    least, tenths = LEAST_TENTHS[name], value * 10
    if not least <= round(tenths, 6) <= 1000 or abs(tenths - round(tenths)) > 1e-6:
        raise invalid_parameter(f"{name} must be a multiple of 0.1 between {least / 10} and 100.0.")
