"""What the simulation reads from CloudWatch."""

from typing import Protocol


class Metrics(Protocol):
    """The metrics of one account and region."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        """Returns the average between two times, or None without any value."""

    def put(
        self,
        namespace: str,
        name: str,
        dimensions: dict[str, str],
        moment: float,
        values: list[tuple[float, float]],
    ) -> None:
        """Puts values of one moment, with how often each occurred."""


class NoMetrics:
    """An account without metrics."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        return None

    def put(
        self,
        namespace: str,
        name: str,
        dimensions: dict[str, str],
        moment: float,
        values: list[tuple[float, float]],
    ) -> None:
        pass
