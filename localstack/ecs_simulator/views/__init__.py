"""The API's shapes, made from the state of the simulation."""


def present(shape: dict) -> dict:
    """Drops the members that have no value, as ECS does."""
    return {name: value for name, value in shape.items() if value is not None}
