"""Refuses requests that the API model rules out and LocalStack's parser would let through."""

from typing import Any

from botocore.model import Shape, StringShape, StructureShape

from .errors import EcsError, client_error, invalid_parameter


def check_request(value: Any, shape: Shape, path: str = "") -> None:
    """Compares a request's JSON with the shape it was parsed by, all the way down."""
    if shape.type_name == "structure" and isinstance(value, dict):
        if shape.is_document_type:
            return
        _check_required(value, shape, path)
        for name, inner in value.items():
            if name not in shape.members:
                raise EcsError("SerializationException", f"Unknown member: {path}{name}")
            check_request(inner, shape.members[name], f"{path}{name}.")
    elif shape.type_name == "list" and isinstance(value, list):
        for number, inner in enumerate(value):
            check_request(inner, shape.member, f"{path}{number}.")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, inner in value.items():
            check_request(inner, shape.value, f"{path}{name}.")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        _check_choice(value, shape, path.rstrip("."))


def _check_required(value: dict, shape: StructureShape, path: str) -> None:
    for name in shape.required_members:
        # A list that is missing is refused like an empty one, by whoever needs it.
        if value.get(name) is None and shape.members[name].type_name != "list":
            raise invalid_parameter(f"{path}{name} can not be blank.")


def _check_choice(value: str, shape: StringShape, path: str) -> None:
    # An empty string counts as left out.
    if shape.enum and value and value not in shape.enum:
        if shape.name == "DeploymentLifecycleHookTargetType":
            raise client_error(f"Invalid targetType. Valid values are: {', '.join(shape.enum)}")
        raise client_error(f"{path} should be one of [{','.join(shape.enum)}]")
