"""What the simulation needs of CloudWatch Logs."""

from typing import Protocol


class Logs(Protocol):
    """The log groups of one account."""

    def has_group(self, region: str, group: str) -> bool: ...

    def create_group(self, region: str, group: str) -> None: ...

    def write(self, region: str, group: str, stream: str, time: float, lines: list[str]) -> None:
        """Appends to a stream, which is made when it is missing."""


class NoLogs:
    """An account that keeps no logs."""

    def has_group(self, region: str, group: str) -> bool:
        return True

    def create_group(self, region: str, group: str) -> None:
        pass

    def write(self, region: str, group: str, stream: str, time: float, lines: list[str]) -> None:
        pass
