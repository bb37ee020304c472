"""Statistics over values and how often each occurred."""

import math
import re
from collections.abc import Callable, Sequence

PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
PERCENTILE_RANK = re.compile(r"PR\((\d*(?:\.\d+)?):(\d*(?:\.\d+)?)\)")
BASIC = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
# A value and how often it occurred.
Occurrences = Sequence[tuple[float, float]]
Statistic = Callable[[Occurrences], float]


def extended_statistic(name: str) -> Statistic | None:
    """Returns how to compute p99.9 or PR(0:0.5); None for every other statistic."""
    if found := PERCENTILE.fullmatch(name):
        return lambda values: percentile(values, float(found[1]))
    if found := PERCENTILE_RANK.fullmatch(name):
        low, high = (float(bound) if bound else None for bound in found.groups())
        return lambda values: percentile_rank(values, low, high)
    return None


def percentile(values: Occurrences, percent: float) -> float:
    """Returns the value at that share of the ordered values, between two of them in proportion."""
    ordered = sorted(values)
    place = (sum(count for _, count in ordered) - 1) * percent / 100
    below, above = _at(ordered, math.floor(place)), _at(ordered, math.ceil(place))
    return below + (above - below) * (place - math.floor(place))


def _at(ordered: Occurrences, place: int) -> float:
    passed = 0.0
    for value, count in ordered:
        passed += count
        if place < passed:
            return value
    return ordered[-1][0]


def percentile_rank(values: Occurrences, low: float | None, high: float | None) -> float:
    """Returns the percentage of values above low and up to high."""
    inside = sum(
        count
        for value, count in values
        if (low is None or value > low) and (high is None or value <= high)
    )
    return 100 * inside / sum(count for _, count in values)
