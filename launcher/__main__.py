"""Runs the launcher of a folder, whose modules can import those that stand here."""

import runpy
import sys

runpy.run_path(sys.argv.pop(1), run_name="__main__")
