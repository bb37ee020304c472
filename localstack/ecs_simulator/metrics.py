"""What the simulation reads from CloudWatch."""

from typing import NamedTuple, Protocol


class Datum(NamedTuple):
    """Values of one metric, with how often each occurred."""

    name: str
    dimensions: dict[str, str]
    values: list[tuple[float, float]]


class Metrics(Protocol):
    """The metrics of one account and region."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        """Returns the average between two times, or None without any value."""

    def put(self, namespace: str, moment: float, data: list[Datum]) -> None:
        """Puts values of one moment, all at once."""


class NoMetrics:
    """An account without metrics."""

    def average(self, metric: dict, start: float, end: float) -> float | None:
        return None

    def put(self, namespace: str, moment: float, data: list[Datum]) -> None:
        pass
