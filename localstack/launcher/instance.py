"""How LocalStack is started: its command and its environment."""

import shutil
from pathlib import Path

from control import is_healthy
from layout import AWS_MODELS, CATALOG_ROOT, HOME, STATE
from service import Instance, Service, passed_on

LOCALSTACK = Service("LocalStack", STATE, is_healthy)


def launch(python: Path, port: int, speed: float) -> Instance:
    """Starts LocalStack on a port and returns once it is healthy."""
    home = LOCALSTACK.make_folder(port)
    shutil.copytree(CATALOG_ROOT, home / "filesystem")
    command = [python, "-m", "localstack.runtime.main"]
    return LOCALSTACK.launch(port, command, _settings(home, port, speed))


def _settings(home: Path, port: int, speed: float) -> dict[str, str]:
    """Returns the whole environment of the process: nothing of the caller's AWS or Python setup."""
    return passed_on() | {
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
