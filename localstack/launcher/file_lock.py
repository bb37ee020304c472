"""A lock between processes, released by the kernel when its holder dies."""

import contextlib
import fcntl
from collections.abc import Iterator

from failure import say
from layout import STATE


@contextlib.contextmanager
def file_lock(name: str) -> Iterator[None]:
    """Holds the lock called name, waiting for whoever has it."""
    STATE.mkdir(exist_ok=True)
    with open(STATE / f"{name}.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another {name} to finish")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
