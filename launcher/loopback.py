"""What goes on at this machine's own address."""

import os
import socket
import urllib.request

ADDRESS = "127.0.0.1"
# How long whoever listens may take to answer: a busy server is not a dead one.
PATIENCE = float(os.environ.get("MLSHIP_START_TIMEOUT", "90"))  # seconds

# A proxy configured for the machine has no business with a loopback address.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(request: urllib.request.Request, patience: float = PATIENCE):
    """Returns the answer, an open file; raises OSError as urllib does."""
    return _opener.open(request, timeout=patience)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # Ports in TIME_WAIT are free for a server, which sets this option as well.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return True
    return False
