"""Subnets and security groups as moto keeps them behind the EC2 API."""

from moto.ec2.models import ec2_backends


class MotoNetworks:
    def __init__(self, account: str, region: str):
        self._backend = ec2_backends[account][region]

    def has_subnet(self, subnet: str) -> bool:
        return any(subnet in of_zone for of_zone in self._backend.subnets.values())

    def has_security_group(self, group: str) -> bool:
        return self._backend.get_security_group_from_id(group) is not None
