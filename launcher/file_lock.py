"""A lock between processes, released by the kernel when its holder dies."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from failure import say


@contextlib.contextmanager
def file_lock(folder: Path, name: str) -> Iterator[None]:
    """Holds the folder's lock called name, waiting for whoever has it."""
    folder.mkdir(exist_ok=True)
    with open(folder / f"{name}.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another {name} to finish")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
