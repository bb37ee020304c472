"""Runs one of the commands start, stop, seed, traffic and check."""

import argparse
import json
import os
import shlex
import sys
from datetime import UTC, datetime

import boto_script
import checking
import control
import environment
import loopback
from command_line import CommandLine
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
                control.set_speed(found.endpoint, speed)
            return found
        # Only now: a running instance must not have its environment rebuilt under it.
        python = environment.runtime_python()
        return launch(python, port, 1 if speed is None else speed)


def seed(arguments: argparse.Namespace) -> None:
    """Creates what a deployment needs and prints it as shell exports."""
    found = exports(_endpoint(arguments), arguments.account, arguments.region)
    for name, value in found.items():
        print(f"export {name}={shlex.quote(value)}")


def traffic(arguments: argparse.Namespace) -> None:
    """Puts metrics as if an A/B test had run, and prints what they come to."""
    endpoint = _endpoint(arguments)
    control.expect_localstack(endpoint)
    names = ("load_balancer", "namespace", "days", "clients", "slow_above", "seed", "variants")
    settings = {name: getattr(arguments, name) for name in names}
    settings["end"] = arguments.end.timestamp()
    place = (endpoint, arguments.account, arguments.region)
    print(boto_script.run("boto_traffic", *place, json.dumps(settings)), end="")


def _endpoint(arguments: argparse.Namespace) -> str:
    return arguments.endpoint or f"http://127.0.0.1:{arguments.port}"


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--endpoint", help="instead of --port")
    parser.add_argument("--account", default="000000000000", help="12 digits")
    parser.add_argument("--region", default="us-east-1")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


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
    _add_place(line.command(seed))
    putting = line.command(traffic)
    _add_place(putting)
    putting.add_argument("--load-balancer", required=True, metavar="ARN")
    putting.add_argument(
        "--variant",
        action="append",
        required=True,
        dest="variants",
        metavar="NAME=TARGET_GROUP_ARN,weight=NUMBER[,…]",
        help="one for each variant; also conversion (0.05 of the clients), errors (0.001), slow "
        "(0.02), unreachable (0 of the requests), healthy (2 targets)",
    )
    putting.add_argument("--namespace", default="Fraud", help="of Clients and Converted")
    putting.add_argument("--days", type=int, default=14)
    putting.add_argument("--end", type=_moment, default=datetime.now(UTC), help="default: now")
    putting.add_argument("--clients", type=int, default=2000, help="a day, over all variants")
    putting.add_argument(
        "--slow-above", type=float, default=0.3, help="seconds; slow requests take longer"
    )
    putting.add_argument("--seed", type=int, default=1, help="another gives other numbers")
    line.check(check)
    line.run()


main()
