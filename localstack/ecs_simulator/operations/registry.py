"""The table of ECS operations, filled by the decorator as the modules load."""

from collections.abc import Callable

from ..world import World

Operation = Callable[[World, dict], dict]
OPERATIONS: dict[str, Operation] = {}


def registrar(table: dict[str, Operation]) -> Callable[[Operation], Operation]:
    """Returns a decorator that enters a function under the name it spells in snake case."""

    def register(function: Operation) -> Operation:
        name = "".join(part.capitalize() for part in function.__name__.split("_"))
        table[name] = function
        return function

    return register


operation = registrar(OPERATIONS)
