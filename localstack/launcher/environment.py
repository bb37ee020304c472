"""Builds the virtual environment that has LocalStack."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from failure import Failure
from layout import AWS_MODELS, CATALOG_ROOT, LOCKS, RUNTIME_VENV, STATE
from virtual_environment import Environment, pip

_RUNTIME_LOCK = LOCKS / "runtime.txt"
_MODEL_LOCK = LOCKS / "ecs-model.txt"


def runtime_python() -> Path:
    """Returns the interpreter that has LocalStack, setting it up when needed."""
    locks = [_RUNTIME_LOCK, _MODEL_LOCK]
    made = Environment(RUNTIME_VENV, locks, Path(__file__), STATE, "about half a minute")
    return made.ensure_python(_fill)


def _fill(python: Path) -> None:
    pip(python, "LocalStack", "-r", _RUNTIME_LOCK)
    with tempfile.TemporaryDirectory(dir=RUNTIME_VENV) as scratch:
        pip(python, "LocalStack", "--no-deps", "--target", scratch, "-r", _MODEL_LOCK)
        AWS_MODELS.mkdir()
        shutil.move(Path(scratch) / "botocore" / "data" / "ecs", AWS_MODELS / "ecs")
    _index_services(python)


def _index_services(python: Path) -> None:
    (CATALOG_ROOT / "usr" / "lib" / "localstack").mkdir(parents=True)
    settings = {
        "FILESYSTEM_ROOT": str(CATALOG_ROOT),
        "XDG_CACHE_HOME": str(CATALOG_ROOT),
        "OVERRIDE_IN_DOCKER": "0",
    }
    command = [python, "-m", "localstack.aws.spec"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"LocalStack could not index its services:\n{done.stderr}")
