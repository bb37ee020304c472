"""Builds the virtual environment that has MLflow, and the packages that training adds to it."""

import os
from pathlib import Path

from layout import LOCKS, SERVER_VENV, STATE, TRAINING_PACKAGES
from virtual_environment import Environment, pip

_SERVER_LOCK = LOCKS / "server.txt"
_TRAINING_LOCK = LOCKS / "training.txt"


def server_python() -> Path:
    """Returns the interpreter that has MLflow, setting it up when needed."""
    made = Environment(SERVER_VENV, [_SERVER_LOCK], Path(__file__), STATE, "about 20 seconds")
    return made.ensure_python(lambda python: pip(python, "MLflow", "-r", _SERVER_LOCK))


def training_python() -> tuple[Path, dict[str, str]]:
    """Returns the interpreter, and the environment in which it has scikit-learn and boto3."""
    python = server_python()
    locks = [_SERVER_LOCK, _TRAINING_LOCK]
    made = Environment(TRAINING_PACKAGES, locks, Path(__file__), STATE, "about 10 seconds")
    made.ensure(
        # Without dependencies, since the lock leaves out what the server has.
        lambda: pip(
            python, "scikit-learn", "--no-deps", "--target", made.folder, "-r", _TRAINING_LOCK
        )
    )
    return python, os.environ | {
        "PYTHONPATH": str(made.folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # stdout is for the answer.
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    }
