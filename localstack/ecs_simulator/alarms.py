"""What the simulation needs of CloudWatch alarms."""

from typing import Protocol


class Alarms(Protocol):
    """The alarms of one account and region."""

    def in_alarm(self, names: list[str]) -> set[str]:
        """Returns which of the alarms are in the state ALARM."""

    def evaluate(self, until: float) -> None:
        """Brings each alarm into the state of the points that there are until then."""


class NoAlarms:
    """An account whose alarms are all quiet."""

    def in_alarm(self, names: list[str]) -> set[str]:
        return set()

    def evaluate(self, until: float) -> None:
        pass
