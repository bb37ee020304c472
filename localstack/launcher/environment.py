"""Builds the virtual environments from their hash-pinned locks, once."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from failure import Failure, say
from file_lock import file_lock
from layout import AWS_MODELS, CATALOG_ROOT, DEV_VENV, LOCKS, RUNTIME_VENV


def runtime_python() -> Path:
    """Returns the interpreter that has LocalStack, setting it up when needed."""
    return _ensure(RUNTIME_VENV, [LOCKS / "runtime.txt", LOCKS / "ecs-model.txt"], _fill_runtime)


def dev_python() -> Path:
    """Returns the interpreter that has the test tools, setting it up when needed."""
    return _ensure(DEV_VENV, [LOCKS / "dev.txt"], _fill_dev)


def _ensure(folder: Path, locks: list[Path], fill) -> Path:
    python = folder / "bin" / "python"
    wanted = _fingerprint(folder, locks)
    if _is_ready(folder, wanted):
        return python
    with file_lock("setup"):
        if not _is_ready(folder, wanted):
            say(f"setting up {folder.name} (once, about half a minute)")
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            fill(python)
            # Written last: a folder without it was interrupted and is built again.
            (folder / "ready").write_text(wanted)
    return python


def _is_ready(folder: Path, wanted: str) -> bool:
    ready = folder / "ready"
    # The interpreter is a link: it dangles once the Python that made it is gone.
    return ready.is_file() and ready.read_text() == wanted and (folder / "bin" / "python").exists()


def _fingerprint(folder: Path, locks: list[Path]) -> str:
    # A virtual environment doesn't survive being moved, so its place is part of what it is; so is
    # the way it is made, which is this file.
    files = [Path(__file__), *locks]
    parts = [str(folder).encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _fill_runtime(python: Path) -> None:
    _pip(python, "-r", LOCKS / "runtime.txt")
    with tempfile.TemporaryDirectory(dir=RUNTIME_VENV) as scratch:
        _pip(python, "--no-deps", "--target", scratch, "-r", LOCKS / "ecs-model.txt")
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


def _fill_dev(python: Path) -> None:
    _pip(python, "-r", LOCKS / "dev.txt")


def _pip(python: Path, *arguments) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # stdout is the answer of the command that needed this environment.
    done = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Failure(
            "pip could not install LocalStack's packages",
            hint="see its message above; the next call starts over",
        )
