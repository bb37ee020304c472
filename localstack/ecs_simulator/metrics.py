"""What the simulation reads from CloudWatch."""

from typing import Protocol


class Metrics(Protocol):
    """The metrics of one account and region."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        """Returns the average between two times, or None without any value."""


class NoMetrics:
    """An account without metrics."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        return None
