"""What each measured value is held to."""

from collections.abc import Callable
from dataclasses import dataclass

from table import shown

# AWS's rates: how many calls a full bucket holds, and how many a second it gets.
REGISTERS = (20, 1)
TASK_DEFINITIONS = (50, 20)


@dataclass(frozen=True)
class Measured:
    """A value of one scenario, and its bar where it has one."""

    scenario: str
    what: str
    value: str
    bar: str = "-"
    holds: bool | None = None

    def row(self) -> list[str]:
        said = {None: "-", True: "yes", False: "NO"}[self.holds]
        return [self.scenario, self.what, self.value, self.bar, said]


def floor(calls: int, bucket: tuple[int, float]) -> float:
    """Returns how many seconds the rate alone takes for so many calls."""
    burst, refill = bucket
    return max(0, calls - burst) / refill


def changed_bars(services: int, rollout: float) -> tuple[float, float | None]:
    """Returns the most seconds and calls for so many changed services."""
    if services == 100:
        return 175, 560
    return (floor(services, REGISTERS) + rollout) * 1.05, None


@dataclass(frozen=True)
class Values:
    """Makes the rows of one scenario."""

    scenario: str

    def at_most(self, what: str, value: float | None, bar: float | None, digits: int = 0):
        if bar is None or value is None:
            return Measured(self.scenario, what, shown(value, digits))
        text = f"≤ {shown(bar, digits)}"
        return Measured(self.scenario, what, shown(value, digits), text, value <= bar)

    def exactly(self, what: str, value: int, bar: int):
        return Measured(self.scenario, what, str(value), str(bar), value == bar)

    def told(self, what: str, value: object):
        return Measured(self.scenario, what, str(value))


Bars = Callable[[Values], list[Measured]]
