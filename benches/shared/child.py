"""One run of a program: its code, its time, and the memory that it and its children had."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 0.05  # seconds
LIMIT = 4 * 3600  # seconds
# What a program may know of the caller's environment.
KEPT = ("PATH", "LANG", "TMPDIR", "MLSHIP_TEST_HASTE")
_running: set[subprocess.Popen] = set()
_HAS_PROC = Path("/proc/self/status").exists()


@dataclass(frozen=True)
class Finished:
    code: int
    # By the clock on the wall.
    seconds: float
    # When it ended, by `time.monotonic`.
    ended: float
    # The most memory that was resident, of all its processes together.
    megabytes: float
    stdout: str
    stderr: str

    @property
    def last_words(self) -> str:
        said = (self.stderr + self.stdout).strip().splitlines()
        return said[-1][:300] if said else ""


def run(
    command: list[str | Path], settings: dict[str, str], scratch: Path, limit: float = LIMIT
) -> Finished:
    """Runs a program in the folder with nothing of the caller's own AWS settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {"HOME": str(scratch), "NO_PROXY": "127.0.0.1", "AWS_EC2_METADATA_DISABLED": "true"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=scratch,
            env=kept | own | settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
        timer = threading.Timer(limit, _end, [process])
        timer.start()
        _running.add(process)
        watched = _Memory(process.pid)
        try:
            # Not `process.wait`: only this one tells the memory where there is no /proc.
            _, status, usage = os.wait4(process.pid, 0)
            ended = time.monotonic()
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            timer.cancel()
            _running.discard(process)
            watched.stop()
            _end(process)
        texts = [_text(file) for file in (out, errors)]
    memory = watched.most if _HAS_PROC else usage.ru_maxrss / 10**6
    return Finished(process.returncode, ended - started, ended, memory, *texts)


def end_all() -> None:
    """Ends whatever runs, so that those who wait for it go on."""
    for process in list(_running):
        _end(process)


def _text(file) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _end(process: subprocess.Popen) -> None:
    """Ends what is left of the group that was started here."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Memory:
    """Looks at a process and its children again and again.

    What the kernel tells at the end counts the caller's own memory, which a child has until it
    becomes the program.
    """

    def __init__(self, pid: int):
        self.most = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while _HAS_PROC and not self._ended.wait(LOOK_EVERY):
            self.most = max(self.most, sum(_peak(pid) for pid in _family(self._pid)))


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield from _family(int(child))


def _peak(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 10**6
    return 0.0
