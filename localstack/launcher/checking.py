"""Runs the linter and the tests with the tools of the development environment."""

import os
import subprocess
from pathlib import Path

from failure import Failure
from layout import HOME


def lint(python: Path) -> None:
    for arguments in (["format", "--check"], ["check"]):
        done = subprocess.run([python, "-m", "ruff", *arguments, HOME], check=False)
        if done.returncode != 0:
            raise Failure(f"ruff {arguments[0]} found something to change; see above")


def test(python: Path, endpoint: str, arguments: list[str]) -> bool:
    """Runs pytest, whose summary is the last line; tells whether all passed."""
    settings = {**os.environ, "AWS_ENDPOINT_URL": endpoint, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([python, "-m", "pytest", *arguments], cwd=HOME, env=settings, check=False)
    return done.returncode == 0
