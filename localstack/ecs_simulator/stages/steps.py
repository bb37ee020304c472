"""The steps in which a strategy moves production traffic, and the weights they are written as."""

import math
from dataclasses import dataclass

from ..profile import Profile

# ELBv2 takes no greater weight.
GREATEST_WEIGHT = 999


@dataclass(frozen=True)
class Step:
    """The share of traffic that the new revision then has, and how long it stays so."""

    percent: float
    bake: float = 0


def steps_of(configuration: dict, profile: Profile) -> list[Step]:
    strategy = configuration["strategy"]
    if strategy == "CANARY":
        canary = configuration["canaryConfiguration"]
        percent, bake = canary["canaryPercent"], canary["canaryBakeTimeInMinutes"] * 60
        if percent == 100 and profile.canary_of_100 == "one_step":
            return [Step(100)]
        return [Step(percent, bake), Step(100)]
    if strategy == "LINEAR":
        linear = configuration["linearConfiguration"]
        bake = linear["stepBakeTimeInMinutes"] * 60
        shares = _linear(linear["stepPercent"], profile.linear_remainder)
        return [*(Step(share, bake) for share in shares[:-1]), Step(100)]
    return [Step(100)]


def _linear(step: float, remainder: str) -> list[float]:
    """Returns the shares of equal steps; what remains is a step, or belongs to the last one."""
    # In tenths, in which percents are whole numbers.
    tenths = round(step * 10)
    count = 1000 // tenths if remainder == "in_last_step" else math.ceil(1000 / tenths)
    return [min(number * tenths, 1000) / 10 for number in range(1, count)] + [100]


def weights(percent: float, strategy: str, profile: Profile) -> tuple[int, int]:
    """Returns what is written for the new group and for the other."""
    if percent in (0, 100):
        is_plain = strategy == "BLUE_GREEN" or profile.final_weights == "exact"
        whole = 100 if is_plain else GREATEST_WEIGHT
        return (whole, 0) if percent else (0, whole)
    # A hundredth is the smallest share on a scale of 100: tenths of a percent need the other.
    scale = profile.weight_scale if float(percent).is_integer() else 1000
    new = round(percent * scale / 100)
    return new, scale - new
