"""Runs a script of this folder with the Python that has boto3."""

import os
import subprocess

import environment
from failure import Failure
from layout import HOME


def run(name: str, *arguments: str) -> str:
    """Returns what the script prints; its messages go to the terminal."""
    python = environment.runtime_python()
    # A profile or proxy of the caller's must not lead its calls anywhere else.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [python, HOME / "launcher" / f"{name}.py", *arguments],
        env=kept | {"NO_PROXY": "127.0.0.1,localhost", "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failure("the instance did not take it; see the message above")
    return done.stdout
