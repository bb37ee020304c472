"""Runs one of the commands start, stop, seed and check."""

import argparse
import os
import subprocess
import sys

import checking
import environment
import instance
from control import is_healthy, is_localstack, set_speed
from failure import Failure, say
from file_lock import file_lock
from layout import HOME

DEFAULT_PORT = 4566


def start(arguments: argparse.Namespace) -> None:
    """Prints the endpoint of a healthy instance, started when none runs on the port."""
    print(ensure_running(arguments.port, arguments.speed).endpoint)


def ensure_running(port: int, speed: float | None) -> instance.Instance:
    with file_lock("start"):
        port = port or instance.free_port()
        found = instance.recorded(port)
        if found and found.is_alive() and is_healthy(found.endpoint):
            if speed is not None:
                set_speed(found.endpoint, speed)
            return found
        if found:
            found.stop()
        # Only now: a running instance must not have its environment rebuilt under it.
        python = environment.runtime_python()
        return instance.launch(python, port, 1 if speed is None else speed)


def stop(arguments: argparse.Namespace) -> None:
    """Ends the instance on the port, or every one that was started from this folder."""
    with file_lock("start"):
        if arguments.all:
            found = instance.all_recorded()
        else:
            found = [one for one in [instance.recorded(arguments.port)] if one]
        for one in found:
            one.stop()
            say(f"stopped LocalStack on port {one.port}")
    if not found:
        say("nothing to stop")


def seed(arguments: argparse.Namespace) -> None:
    """Creates what a deployment needs and prints it as shell exports."""
    endpoint = arguments.endpoint or f"http://127.0.0.1:{arguments.port}"
    if not is_localstack(endpoint):
        raise Failure(f"no instance answers at {endpoint}", hint="localstack/start starts one")
    # A profile or proxy of the caller's must not lead these calls anywhere else.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [
            environment.runtime_python(),
            HOME / "launcher" / "seeding.py",
            endpoint,
            arguments.account,
            arguments.region,
        ],
        env=kept | {"NO_PROXY": "127.0.0.1,localhost"},
        check=False,
    )
    if done.returncode != 0:
        raise Failure("could not seed the instance; see the message above")


def check(arguments: argparse.Namespace) -> None:
    """Runs the linter and the tests against an instance of their own."""
    python = environment.dev_python()
    checking.lint(python)
    own = ensure_running(0, 0)
    try:
        passed = checking.test(python, own.endpoint, arguments.pytest)
    finally:
        own.stop()
    sys.exit(0 if passed else 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="localstack", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(action, **options) -> argparse.ArgumentParser:
        name = action.__name__
        made = commands.add_parser(
            name, description=action.__doc__, prog=f"localstack/{name}", **options
        )
        made.set_defaults(action=action)
        return made

    starting = command(start)
    starting.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 picks a free one")
    starting.add_argument(
        "--speed",
        type=float,
        default=os.environ.get("MLSHIP_SPEED"),
        help="virtual seconds in a real one (default 1, or MLSHIP_SPEED); 0 stops the clock",
    )
    stopping = command(stop)
    stopping.add_argument("--port", type=int, default=DEFAULT_PORT)
    stopping.add_argument("--all", action="store_true", help="every instance of this folder")
    seeding = command(seed)
    seeding.add_argument("--port", type=int, default=DEFAULT_PORT)
    seeding.add_argument("--endpoint", help="instead of --port")
    seeding.add_argument("--account", default="000000000000", help="12 digits")
    seeding.add_argument("--region", default="us-east-1")
    command(check, epilog="Other arguments are pytest's.")

    arguments, arguments.pytest = parser.parse_known_args()
    if arguments.pytest and arguments.action is not check:
        parser.error(f"unknown arguments: {' '.join(arguments.pytest)}")
    try:
        arguments.action(arguments)
    except Failure as failure:
        say(f"error: {failure}")
        if failure.hint:
            say(f"hint: {failure.hint}")
        sys.exit(1)


main()
