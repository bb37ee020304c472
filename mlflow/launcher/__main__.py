"""Runs one of the commands start, stop and check."""

import argparse
import sys

import checking
import environment
import loopback
from command_line import CommandLine
from failure import Failure
from file_lock import file_lock
from instance import MLFLOW, asks_who, launch
from layout import HOME, STATE
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
    line.check(check)
    line.run()


main()
