"""The commands of a launcher, and how their failures reach the person at the terminal."""

import argparse
import sys
from collections.abc import Callable

from failure import Failure, say
from file_lock import file_lock
from service import Service


class CommandLine:
    def __init__(self, program: str, description: str):
        self.program = program
        self.parser = argparse.ArgumentParser(prog=program, description=description)
        self.commands = self.parser.add_subparsers(required=True)

    def command(self, action: Callable, **options) -> argparse.ArgumentParser:
        """Adds a command with the name and the description of its function."""
        name = action.__name__
        made = self.commands.add_parser(
            name, description=action.__doc__, prog=f"{self.program}/{name}", **options
        )
        made.set_defaults(action=action)
        return made

    def stop(self, service: Service, port: int) -> None:
        """Adds the command that ends instances of a service."""

        def stop(arguments: argparse.Namespace) -> None:
            """Ends the instance on the port, or every one that was started from this folder."""
            with file_lock(service.state, "start"):
                if arguments.all:
                    found = service.all_recorded()
                else:
                    found = [one for one in [service.recorded(arguments.port)] if one]
                for one in found:
                    service.stop(one)
                    say(f"stopped {service.product} on port {one.port}")
            if not found:
                say(f"no {service.product} to stop")

        added = self.command(stop)
        added.add_argument("--port", type=int, default=port)
        added.add_argument("--all", action="store_true", help="every instance of this folder")

    def check(self, action: Callable) -> None:
        """Adds the command that runs the checks, which passes arguments on to pytest."""
        self.command(action, epilog="Other arguments are pytest's.")
        self.parser.set_defaults(check=action)

    def run(self) -> None:
        """Runs the command that was asked for."""
        arguments, arguments.pytest = self.parser.parse_known_args()
        if arguments.pytest and arguments.action is not arguments.check:
            self.parser.error(f"unknown arguments: {' '.join(arguments.pytest)}")
        try:
            arguments.action(arguments)
        except Failure as failure:
            say(f"error: {failure}")
            if failure.hint:
                say(f"hint: {failure.hint}")
            sys.exit(1)
