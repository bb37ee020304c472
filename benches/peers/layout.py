"""Where everything lives. All that is written at run time is ignored by git."""

from pathlib import Path

HOME = Path(__file__).resolve().parent
LOCK = HOME / "locks" / "tools.txt"
VENV = HOME / ".venv"
STATE = HOME / ".state"
