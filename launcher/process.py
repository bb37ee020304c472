"""Identifies a process beyond its number, which the system may have given to another one since."""

import os
import signal
import subprocess
import time
from pathlib import Path


def started_at(pid: int) -> str | None:
    """Returns when the process started, in the system's own notation; None when it is gone."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            # The command name may hold spaces and brackets; the fields after it may not.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        state, started = fields[0], fields[19]
        return None if state == "Z" else started
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() or None


def end(pid: int, started: str, patience: float = 10) -> None:
    """Ends the process group of a process we started: politely, then not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if started_at(pid) != started:
            return
        os.killpg(pid, sign)
        deadline = time.monotonic() + patience
        while started_at(pid) == started and time.monotonic() < deadline:
            time.sleep(0.05)
