"""What the simulation needs of IAM's roles."""

from typing import Protocol


class Roles(Protocol):
    """The roles of one account."""

    def has(self, arn: str) -> bool: ...


class AnyRole:
    """An account in which every role exists that is named."""

    def has(self, arn: str) -> bool:
        return True
