"""One process of a server on one port: its record on disk, its start, its end."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import loopback
import process
from failure import Failure, say


@dataclass
class Instance:
    """A process that we started and that may still run."""

    port: int
    pid: int
    started: str

    @property
    def endpoint(self) -> str:
        return f"http://{loopback.ADDRESS}:{self.port}"

    def is_alive(self) -> bool:
        return process.started_at(self.pid) == self.started


@dataclass(frozen=True)
class Service:
    """A server of which any number may run, each on a port of its own."""

    product: str
    # Holds a folder for each instance, with all that the instance keeps.
    state: Path
    is_healthy: Callable[[str], bool]

    def folder(self, port: int) -> Path:
        return self.state / str(port)

    def log(self, port: int) -> Path:
        return self.folder(port) / f"{self.product.lower()}.log"

    def recorded(self, port: int) -> Instance | None:
        """Returns what we started on the port, running or not."""
        try:
            return Instance(**json.loads((self.folder(port) / "instance.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def all_recorded(self) -> list[Instance]:
        """Returns every instance that has a record, by port."""
        ports = sorted(int(path.name) for path in self.state.glob("[0-9]*"))
        return [instance for port in ports if (instance := self.recorded(port))]

    def running(self, port: int) -> Instance | None:
        """Returns the healthy instance on the port; one that isn't is cleared away."""
        found = self.recorded(port)
        if found and found.is_alive() and self.is_healthy(found.endpoint):
            return found
        if found:
            self.stop(found)
        return None

    def make_folder(self, port: int) -> Path:
        """Returns the empty folder of an instance to come, whose port must be free."""
        if loopback.is_taken(port):
            raise Failure(
                f"port {port} is taken by another program",
                hint="choose another with --port, or --port 0 for any free one",
            )
        home = self.folder(port)
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        return home

    def launch(self, port: int, command: list[str | Path], settings: dict[str, str]) -> Instance:
        """Starts the server in its folder and returns once it is healthy.

        The settings are its whole environment.
        """
        say(f"starting {self.product} on port {port}")
        with open(self.log(port), "wb") as log:
            child = subprocess.Popen(
                command,
                cwd=self.folder(port),
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        instance = Instance(port, child.pid, process.started_at(child.pid) or "")
        (self.folder(port) / "instance.json").write_text(json.dumps(asdict(instance)))
        try:
            self._wait_until_healthy(instance, child)
        except BaseException:
            tail = self._tail(port)
            self.stop(instance)
            say(tail)
            raise
        return instance

    def stop(self, instance: Instance) -> None:
        """Ends the process and removes all that it kept."""
        process.end(instance.pid, instance.started)
        shutil.rmtree(self.folder(instance.port), ignore_errors=True)

    def _wait_until_healthy(self, instance: Instance, child: subprocess.Popen) -> None:
        deadline = time.monotonic() + loopback.PATIENCE
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise Failure(f"{self.product} ended while starting; the end of its log is above")
            if self.is_healthy(instance.endpoint):
                return
            time.sleep(0.05)
        raise Failure(
            f"{self.product} was not healthy after {loopback.PATIENCE:.0f} s; "
            "the end of its log is above"
        )

    def _tail(self, port: int, lines: int = 30) -> str:
        return "\n".join(self.log(port).read_text(errors="replace").splitlines()[-lines:])


def passed_on() -> dict[str, str]:
    """Returns what a server may know of the caller's environment."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
