"""Builds the virtual environment that has MLflow."""

from pathlib import Path

from layout import LOCKS, SERVER_VENV, STATE
from virtual_environment import Environment, pip

_SERVER_LOCK = LOCKS / "server.txt"


def server_python() -> Path:
    """Returns the interpreter that has MLflow, setting it up when needed."""
    made = Environment(SERVER_VENV, [_SERVER_LOCK], Path(__file__), STATE, "about 20 seconds")
    return made.ensure_python(lambda python: pip(python, "MLflow", "-r", _SERVER_LOCK))
