"""What the simulation needs to know of a VPC."""

from typing import Protocol


class Networks(Protocol):
    """The subnets and security groups of one account and region."""

    def has_subnet(self, subnet: str) -> bool: ...

    def has_security_group(self, group: str) -> bool: ...


class AnyNetwork:
    """An account in which every subnet and security group exists."""

    def has_subnet(self, subnet: str) -> bool:
        return True

    def has_security_group(self, group: str) -> bool:
        return True
