"""Runs the linter and the tests with the tools of the development environment."""

import os
import subprocess
from pathlib import Path

from failure import Failure
from virtual_environment import Environment, pip

HERE = Path(__file__).resolve().parent
LOCK = HERE / "locks" / "dev.txt"


def tools() -> Path:
    """Returns the interpreter that has the test tools, setting it up when needed."""
    made = Environment(
        HERE / ".venv-dev", [LOCK], Path(__file__), HERE / ".state", "about half a minute"
    )
    return made.ensure_python(lambda python: pip(python, "pytest", "-r", LOCK))


def lint(python: Path, folder: Path) -> None:
    """Checks the Python of a folder, and that of the launchers' shared part."""
    for arguments in (["format", "--check"], ["check"]):
        done = subprocess.run([python, "-m", "ruff", *arguments, folder, HERE], check=False)
        if done.returncode != 0:
            raise Failure(f"ruff {arguments[0]} found something to change; see above")


def test(python: Path, folder: Path, arguments: list[str], **settings: str) -> bool:
    """Runs a folder's tests by pytest, whose summary is the last line; tells whether all passed."""
    command = [python, "-m", "pytest", *arguments]
    environment = {**os.environ, **settings, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0
