"""Runs the linter and the tests of the benches, without a simulator."""

import sys
from pathlib import Path

import checking
from failure import Failure, say

HERE = Path(__file__).resolve().parent


def main() -> None:
    python = checking.tools()
    try:
        checking.lint(python, HERE)
    except Failure as failure:
        say(f"error: {failure}")
        sys.exit(1)
    sys.exit(0 if checking.test(python, HERE, sys.argv[1:]) else 1)


main()
