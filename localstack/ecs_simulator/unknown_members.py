"""Refuses members that the API model doesn't have, which LocalStack's parser would drop."""

from typing import Any

from botocore.model import Shape

from .errors import EcsError


def check_members(value: Any, shape: Shape, path: str = "") -> None:
    """Compares a request's JSON with the shape it was parsed by, all the way down."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, inner in value.items():
            if name not in shape.members:
                raise EcsError("SerializationException", f"Unknown member: {path}{name}")
            check_members(inner, shape.members[name], f"{path}{name}.")
    elif shape.type_name == "list" and isinstance(value, list):
        for number, inner in enumerate(value):
            check_members(inner, shape.member, f"{path}{number}.")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, inner in value.items():
            check_members(inner, shape.value, f"{path}{name}.")
