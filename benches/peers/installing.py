"""Installs the other tools, each at a pinned version; a tool that can't be had is said to be."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from layout import LOCK, STATE, VENV
from virtual_environment import Environment, pip

ECSPRESSO = "github.com/kayac/ecspresso/v2/cmd/ecspresso"
# Go's checksum database holds its digest.
ECSPRESSO_VERSION = "v2.8.7"
ACTION = "https://github.com/aws-actions/amazon-ecs-deploy-task-definition"
# Version 2.6.3; the commit is the digest of all that it holds.
ACTION_COMMIT = "c465972ecbd160473f22e683363b422a5412a3de"
PATIENCE = 900  # seconds


class Missing(Exception):
    """Why a tool can't be had here."""


@dataclass(frozen=True)
class Given:
    """Tools that are there already, by the caller's word."""

    mlship: Path
    ecspresso: Path | None
    action: Path | None


def mlship(given: Given) -> Path:
    if not given.mlship.is_file():
        raise Missing(f"{given.mlship} is not there: cargo build --release, or --mlship PATH")
    return given.mlship


def from_python(name: str) -> Path:
    """Returns a program of the locked Python packages."""
    made = Environment(VENV, [LOCK], Path(__file__), STATE, "about 20 seconds")
    made.ensure_python(lambda python: pip(python, "the other tools", "-r", LOCK))
    return VENV / "bin" / name


def ecspresso(given: Given) -> Path:
    if given.ecspresso:
        return given.ecspresso
    program = STATE / f"ecspresso-{ECSPRESSO_VERSION}" / "ecspresso"
    if not program.exists():
        _need("go")
        settings = os.environ | {"GOBIN": str(program.parent)}
        _do(["go", "install", f"{ECSPRESSO}@{ECSPRESSO_VERSION}"], settings)
    return program


def action(given: Given) -> Path:
    """Returns the action's JavaScript, which needs Node."""
    _need("node")
    if given.action:
        return _javascript(given.action)
    folder = STATE / f"action-{ACTION_COMMIT[:12]}"
    if not (folder / "dist" / "index.js").exists():
        _need("git")
        shutil.rmtree(folder, ignore_errors=True)
        _do(["git", "init", "--quiet", str(folder)])
        here = ["git", "-C", str(folder)]
        _do([*here, "fetch", "--quiet", "--depth", "1", ACTION, ACTION_COMMIT])
        _do([*here, "checkout", "--quiet", "FETCH_HEAD"])
    return _javascript(folder)


def _javascript(folder: Path) -> Path:
    found = folder.resolve() / "dist" / "index.js"
    if not found.is_file():
        raise Missing(f"{found} is not there")
    return found


def _need(program: str) -> None:
    if not shutil.which(program):
        raise Missing(f"{program} was not found, and it needs it")


def _do(command: list[str], settings: dict[str, str] | None = None) -> None:
    settings = (settings or dict(os.environ)) | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=settings, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{command[0]} {command[1]} took more than {PATIENCE} s") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or "no word"
        raise Missing(f"`{' '.join(command)}` ended with {done.returncode}: {said[:400]}")
