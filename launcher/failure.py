"""The one error type whose message is meant for the person at the terminal."""

import sys


class Failure(Exception):
    """Ends the command with a message and, where there is one, a next step."""

    def __init__(self, message: str, hint: str | None = None):
        super().__init__(message)
        self.hint = hint


def say(message: str) -> None:
    """Reports progress; stdout is left to the command's answer."""
    print(message, file=sys.stderr, flush=True)
