"""Images as moto keeps them behind the ECR API."""

import hashlib
import re

from localstack.utils.patch import patch
from moto.ecr.exceptions import ImageNotFoundException
from moto.ecr.models import Image, Repository, ecr_backends

REFERENCE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<name>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>.+))?"
)


def install() -> None:
    @patch(Image._create_digest)
    def create_digest(original, self):
        # moto throws dice with 101 sides for a manifest without layers: two images may be one.
        self._image_digest = "sha256:" + hashlib.sha256(self.image_manifest.encode()).hexdigest()


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
        repository = _repository(found) if found else None
        if repository is None:
            return False
        # What is archived is described, and can't be pulled.
        digest = self.digest(image)
        known = {each.get_image_digest(): each for each in repository.images}
        return digest is None or is_archived(known.get(digest))


def archived_at(image: Image | None) -> float | None:
    """Returns since when an image is archived."""
    return getattr(image, "archived_at", None)


def is_archived(image: Image | None) -> bool:
    return archived_at(image) is not None


def _repository(found: re.Match) -> Repository | None:
    return ecr_backends[found["account"]][found["region"]].repositories.get(found["name"])
