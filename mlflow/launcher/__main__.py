"""Runs one of the commands start, stop, train, record and check."""

import argparse
import shutil
import subprocess
import sys

import checking
import environment
import loopback
from command_line import CommandLine
from failure import Failure
from file_lock import file_lock
from instance import ADMIN, MLFLOW, PASSWORD, asks_who, launch
from layout import HOME, RECORDINGS, STATE
from recording import Recorder, basic, record_auth, record_registry
from service import Instance

DEFAULT_PORT = 5000


def start(arguments: argparse.Namespace) -> None:
    """Prints the endpoint of a healthy server, started when none runs on the port."""
    print(ensure_running(arguments.port, arguments.auth).endpoint)


def ensure_running(port: int, auth: bool) -> Instance:
    with file_lock(STATE, "start"):
        port = port or loopback.free_port()
        if found := MLFLOW.running(port):
            if asks_who(found.endpoint) != auth:
                raise Failure(
                    f"the server on port {port} runs {'without' if auth else 'with'} --auth",
                    hint=f"mlflow/stop --port {port} ends it, and what it holds",
                )
            return found
        # Only now: a running server must not have its environment rebuilt under it.
        return launch(environment.server_python(), port, auth)


def train(arguments: argparse.Namespace) -> None:
    """Trains a small fraud model, registers it as a version and prints JSON about it."""
    if not 30 <= arguments.rows <= 3000:
        raise Failure("--rows must be from 30 to 3000")
    python, settings = environment.training_python()
    command = [python, HOME / "launcher" / "training.py", arguments.endpoint, arguments.model]
    command += ["--rows", str(arguments.rows)]
    for name in ("artifacts", "alias"):
        if value := getattr(arguments, name):
            command += [f"--{name}", value]
    done = subprocess.run(command, env=settings, check=False)
    if done.returncode != 0:
        raise Failure("could not train and register the model; see the message above")


def record(arguments: argparse.Namespace) -> None:
    """Records what servers of their own answer to the calls that mlship makes."""
    shutil.rmtree(RECORDINGS / "exchanges", ignore_errors=True)
    for auth in (False, True):
        own = ensure_running(0, auth)
        recorder = Recorder(own.endpoint, RECORDINGS / "exchanges")
        try:
            if auth:
                record_auth(recorder, basic(ADMIN, PASSWORD))
            else:
                record_registry(recorder)
        finally:
            MLFLOW.stop(own)


def check(arguments: argparse.Namespace) -> None:
    """Runs the linter and the tests."""
    python = checking.tools()
    checking.lint(python, HOME)
    sys.exit(0 if checking.test(python, HOME, arguments.pytest) else 1)


def main() -> None:
    line = CommandLine("mlflow", __doc__)
    starting = line.command(start)
    starting.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free one")
    starting.add_argument("--auth", action="store_true", help="want a name and a password")
    line.stop(MLFLOW, DEFAULT_PORT)
    training = line.command(train)
    training.add_argument("--endpoint", default=f"http://127.0.0.1:{DEFAULT_PORT}")
    training.add_argument("--model", required=True, help="name of the registered model")
    training.add_argument(
        "--rows", type=int, default=100, help="30 to 3000; more are better (default 100)"
    )
    training.add_argument("--artifacts", help="where to write, as s3://ml-models; else the server")
    training.add_argument("--alias", help="is pointed to the new version")
    line.command(record)
    line.check(check)
    line.run()


main()
