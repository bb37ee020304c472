"""One LocalStack process on one port: its record on disk, its start, its end."""

import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import process
from control import is_healthy
from failure import Failure, say
from layout import AWS_MODELS, CATALOG_ROOT, HOME, STATE

PATIENCE = float(os.environ.get("MLSHIP_START_TIMEOUT", "90"))  # seconds


@dataclass
class Instance:
    """A process that we started and that may still run."""

    port: int
    pid: int
    started: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_alive(self) -> bool:
        return process.started_at(self.pid) == self.started

    def stop(self) -> None:
        """Ends the process and removes all that it kept."""
        process.end(self.pid, self.started)
        shutil.rmtree(folder(self.port), ignore_errors=True)


def folder(port: int) -> Path:
    return STATE / str(port)


def recorded(port: int) -> Instance | None:
    """Returns what we started on the port, running or not."""
    try:
        return Instance(**json.loads((folder(port) / "instance.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def all_recorded() -> list[Instance]:
    """Returns every instance that has a record, by port."""
    ports = sorted(int(path.name) for path in STATE.glob("[0-9]*"))
    return [instance for port in ports if (instance := recorded(port))]


def launch(python: Path, port: int, speed: float) -> Instance:
    """Starts LocalStack on a port and returns once it is healthy."""
    if _is_taken(port):
        raise Failure(
            f"port {port} is taken by another program",
            hint="choose another with --port, or --port 0 for any free one",
        )
    home = folder(port)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(CATALOG_ROOT, home / "filesystem")
    say(f"starting LocalStack on port {port}")
    with open(home / "localstack.log", "wb") as log:
        child = subprocess.Popen(
            [python, "-m", "localstack.runtime.main"],
            cwd=home,
            env=_settings(home, port, speed),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    instance = Instance(port, child.pid, process.started_at(child.pid) or "")
    (home / "instance.json").write_text(json.dumps(asdict(instance)))
    try:
        _wait_until_healthy(instance, child)
    except BaseException:
        tail = _tail(home / "localstack.log")
        instance.stop()
        say(tail)
        raise
    return instance


def _wait_until_healthy(instance: Instance, child: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise Failure("LocalStack ended while starting; the end of its log is above")
        if is_healthy(instance.endpoint):
            return
        time.sleep(0.05)
    raise Failure(f"LocalStack was not healthy after {PATIENCE:.0f} s; the end of its log is above")


def _settings(home: Path, port: int, speed: float) -> dict[str, str]:
    """Returns the whole environment of the process: nothing of the caller's AWS or Python setup."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "PYTHONPATH": str(HOME),
        "XDG_CACHE_HOME": str(home / "cache"),
        "FILESYSTEM_ROOT": str(home / "filesystem"),
        "LOCALSTACK_VOLUME_DIR": str(home / "volume"),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        # Host mode, also where this machine happens to be a container itself.
        "OVERRIDE_IN_DOCKER": "0",
        # No telemetry, no certificate download, no DNS server: nothing leaves the machine.
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "MLSHIP_SPEED": str(speed),
        "MLSHIP_AWS_MODELS": str(AWS_MODELS),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # Ports in TIME_WAIT are free for a server, which sets this option as well.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
