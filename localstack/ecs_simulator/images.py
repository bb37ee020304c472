"""Image references and the digests they resolve to."""

import hashlib
from typing import Protocol


class Registry(Protocol):
    """The registry of the account's images."""

    def digest(self, image: str) -> str | None:
        """Returns what the reference stands for now, or None when the registry can't say."""

    def lacks(self, image: str) -> bool:
        """Tells whether the registry has the repository and not the image."""


class NoRegistry:
    """An account that keeps no images; whatever is asked for can be pulled."""

    def digest(self, image: str) -> str | None:
        return None

    def lacks(self, image: str) -> bool:
        return False


def resolve(registry: Registry, image: str) -> str:
    """Returns the digest of an image, made up from its name where no registry has it."""
    if "@sha256:" in image:
        return image.partition("@")[2]
    return registry.digest(image) or "sha256:" + hashlib.sha256(image.encode()).hexdigest()


def pinned(image: str, digest: str) -> str:
    """Returns the reference of the same repository by digest."""
    folder, slash, name = image.partition("@")[0].rpartition("/")
    return f"{folder}{slash}{name.partition(':')[0]}@{digest}"
