"""Where everything lives. All that is written at run time stays under these folders."""

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
LOCKS = HOME / "locks"
STATE = HOME / ".state"
SERVER_VENV = HOME / ".venv"
