"""Images as moto keeps them behind the ECR API."""

import re

from moto.ecr.exceptions import ImageNotFoundException
from moto.ecr.models import Repository, ecr_backends

REFERENCE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<name>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>.+))?"
)


class MotoRegistry:
    """It sees every account, as a registry that others may pull from."""

    def digest(self, image: str) -> str | None:
        found = REFERENCE.fullmatch(image)
        repository = _repository(found) if found else None
        if repository is None:
            return None
        tag = None if found["digest"] else found["tag"] or "latest"
        try:
            return repository._get_image(tag, found["digest"]).get_image_digest()
        except ImageNotFoundException:
            return None

    def lacks(self, image: str) -> bool:
        found = REFERENCE.fullmatch(image)
        return bool(found and _repository(found)) and self.digest(image) is None


def _repository(found: re.Match) -> Repository | None:
    return ecr_backends[found["account"]][found["region"]].repositories.get(found["name"])
