"""Runs one of the commands start, stop, seed and check."""

import argparse
import os
import shlex
import sys

import checking
import environment
import loopback
from command_line import CommandLine
from control import set_speed
from file_lock import file_lock
from instance import LOCALSTACK, launch
from layout import HOME, STATE
from seeding import exports
from service import Instance

DEFAULT_PORT = 4566


def start(arguments: argparse.Namespace) -> None:
    """Prints the endpoint of a healthy instance, started when none runs on the port."""
    print(ensure_running(arguments.port, arguments.speed).endpoint)


def ensure_running(port: int, speed: float | None) -> Instance:
    with file_lock(STATE, "start"):
        port = port or loopback.free_port()
        if found := LOCALSTACK.running(port):
            if speed is not None:
                set_speed(found.endpoint, speed)
            return found
        # Only now: a running instance must not have its environment rebuilt under it.
        python = environment.runtime_python()
        return launch(python, port, 1 if speed is None else speed)


def seed(arguments: argparse.Namespace) -> None:
    """Creates what a deployment needs and prints it as shell exports."""
    endpoint = arguments.endpoint or f"http://127.0.0.1:{arguments.port}"
    found = exports(endpoint, arguments.account, arguments.region)
    for name, value in found.items():
        print(f"export {name}={shlex.quote(value)}")


def check(arguments: argparse.Namespace) -> None:
    """Runs the linter and the tests against an instance of their own."""
    python = checking.tools()
    checking.lint(python, HOME)
    own = ensure_running(0, 0)
    try:
        passed = checking.test(python, HOME, arguments.pytest, AWS_ENDPOINT_URL=own.endpoint)
    finally:
        LOCALSTACK.stop(own)
    sys.exit(0 if passed else 1)


def main() -> None:
    line = CommandLine("localstack", __doc__)
    starting = line.command(start)
    starting.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free one")
    starting.add_argument(
        "--speed",
        type=float,
        default=os.environ.get("MLSHIP_SPEED"),
        help="virtual seconds in a real one (default 1, or MLSHIP_SPEED); 0 stops the clock",
    )
    line.stop(LOCALSTACK, DEFAULT_PORT)
    seeding = line.command(seed)
    seeding.add_argument("--port", type=int, default=DEFAULT_PORT)
    seeding.add_argument("--endpoint", help="instead of --port")
    seeding.add_argument("--account", default="000000000000", help="12 digits")
    seeding.add_argument("--region", default="us-east-1")
    line.check(check)
    line.run()


main()
