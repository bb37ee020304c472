"""The fixture from which the product's tests know ECS's model: the paths of three requests.

With MLSHIP_BLESS=1 it is written anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from botocore.model import Shape, StringShape

from tests.account import Account

FIXTURE = Path(__file__).parents[2] / "tests/fixtures/ecs-model.json"
OPERATIONS = ("RegisterTaskDefinition", "CreateService", "UpdateService")


def paths(shape: Shape, path: str = "") -> Iterator[tuple[str, str | list[str]]]:
    """Yields every list, map and scalar below a shape with its type, or an enumeration's values."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from paths(member, f"{path}.{name}" if path else name)
    elif shape.type_name == "list":
        yield path, "list"
        yield from paths(shape.member, f"{path}[*]")
    elif shape.type_name == "map":
        yield path, "map"
    elif isinstance(shape, StringShape) and shape.enum:
        yield path, list(shape.enum)
    else:
        yield path, shape.type_name


def test_the_fixture_has_the_paths_of_the_model_in_use(account: Account):
    service = account.ecs.meta.service_model
    model = {name: dict(paths(service.operation_model(name).input_shape)) for name in OPERATIONS}
    if os.environ.get("MLSHIP_BLESS"):
        FIXTURE.write_text(json.dumps(model, indent=1) + "\n")
    assert json.loads(FIXTURE.read_text()) == model
