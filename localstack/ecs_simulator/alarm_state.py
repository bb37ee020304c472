"""Which state an alarm has by its points: CloudWatch's rules for late and missing data. Pure."""

import operator
from dataclasses import dataclass

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
# So many periods more than the alarm evaluates are looked at for points.
FURTHER_BACK = 2


@dataclass(frozen=True)
class Rule:
    """When an alarm goes off."""

    comparison: str
    threshold: float
    periods: int
    points: int
    missing: str = "missing"

    @property
    def looks_at(self) -> int:
        return self.periods + FURTHER_BACK

    def state(self, values: list[float | None]) -> str | None:
        """Returns the state by the values of the periods it looks at, the oldest first; None where
        it is to stay as it is."""
        breaching = [
            None if value is None else COMPARISONS[self.comparison](value, self.threshold)
            for value in values
        ]
        real = [one for one in breaching if one is not None]
        if len(real) >= self.periods:
            return self._by(real[-self.periods :])
        if self.missing in ("breaching", "notBreaching"):
            filled = [self.missing == "breaching"] * (self.periods - len(real))
            return self._by(real + filled)
        if not real:
            return None if self.missing == "ignore" else "INSUFFICIENT_DATA"
        if sum(real) >= self.points:
            return "ALARM"
        if self._is_early(breaching):
            return None if self.missing == "ignore" else "ALARM"
        return "OK"

    def _by(self, breaching: list[bool]) -> str:
        return "ALARM" if sum(breaching) >= self.points else "OK"

    def _is_early(self, breaching: list[bool | None]) -> bool:
        """Tells whether the oldest point is old enough, and none speaks against an alarm."""
        oldest = next(place for place, one in enumerate(breaching) if one is not None)
        return len(breaching) - oldest >= self.points and False not in breaching
