"""IAM's roles as moto keeps them, for LocalStack too."""

from moto.iam.models import iam_backends

PARTITION = "aws"


class MotoRoles:
    def __init__(self, account: str):
        self._backend = iam_backends[account][PARTITION]

    def has(self, arn: str) -> bool:
        return any(role.arn == arn for role in self._backend.roles.values())
