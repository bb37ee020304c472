"""Builds virtual environments from their hash-pinned locks, once."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from failure import Failure, say
from file_lock import file_lock


@dataclass(frozen=True)
class Environment:
    """A virtual environment, or a folder of packages that extends one."""

    folder: Path
    locks: list[Path]
    # The module that fills it: a change to the recipe has the folder built again.
    recipe: Path
    state: Path
    duration: str

    def ensure(self, fill: Callable[[], None]) -> None:
        """Has the folder filled unless that is done already."""
        wanted = self._fingerprint()
        if self._is_ready(wanted):
            return
        with file_lock(self.state, "setup"):
            if not self._is_ready(wanted):
                say(f"setting up {self.folder.name} (once, {self.duration})")
                shutil.rmtree(self.folder, ignore_errors=True)
                fill()
                # Written last: a folder without it was interrupted and is built again.
                (self.folder / "ready").write_text(wanted)

    def ensure_python(self, fill: Callable[[Path], None]) -> Path:
        """Returns the interpreter of the virtual environment, made and filled when needed."""

        def make() -> None:
            venv.create(self.folder, with_pip=True)
            fill(self.python)

        self.ensure(make)
        return self.python

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def _is_ready(self, wanted: str) -> bool:
        ready = self.folder / "ready"
        if not ready.is_file() or ready.read_text() != wanted:
            return False
        # The interpreter is a link: it dangles once the Python that made it is gone.
        return self.python.exists() or not self.python.is_symlink()

    def _fingerprint(self) -> str:
        # A virtual environment doesn't survive being moved, so its place is part of what it is; so
        # is the way it is made.
        files = [Path(__file__), self.recipe, *self.locks]
        parts = [str(self.folder).encode(), *(file.read_bytes() for file in files)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()


def pip(python: Path, product: str, *arguments: str | Path) -> None:
    """Installs what a lock pins, and nothing that it doesn't."""
    command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # stdout is the answer of the command that needed this environment.
    done = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Failure(
            f"pip could not install {product}'s packages",
            hint="see its message above; the next call starts over",
        )
