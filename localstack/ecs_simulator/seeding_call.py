"""How a seed makes its calls, whoever carries them to the services."""

from collections.abc import Callable

# Of service, operation and parameters by name; raises Refused.
Call = Callable[..., dict]


class Refused(Exception):
    """A service's own answer that a call can't be done."""

    def __init__(self, code: str, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code
