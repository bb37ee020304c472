"""ARNs that a name alone doesn't tell: a role's path, the six letters behind a secret's name."""

from moto.iam.models import iam_backends
from moto.secretsmanager.models import secretsmanager_backends

from .needed_resources import Place


def place(account: str, region: str) -> Place:
    def known(kind: str, name: str) -> str | None:
        if kind == "role":
            roles = iam_backends[account]["aws"].roles.values()
            return next((role.arn for role in roles if role.name == name), None)
        secret = secretsmanager_backends[account][region].secrets.get(name)
        return secret.arn if secret else None

    return Place(account, region, known)
