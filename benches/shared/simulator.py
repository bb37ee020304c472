"""The simulated ECS that a bench asks: started for it, and ended with it."""

import contextlib
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import loopback
from failure import Failure

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds


@contextlib.contextmanager
def simulator(endpoint: str | None) -> Iterator[str]:
    """Gives the endpoint of an instance of its own, unless one is named."""
    if endpoint:
        yield endpoint
        return
    started = subprocess.run(
        [ROOT / "localstack" / "start", "--port", "0", "--speed", "1"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if started.returncode != 0:
        raise Failure("the simulator did not start; see the message above")
    own = started.stdout.strip()
    try:
        yield own
    finally:
        stop = [ROOT / "localstack" / "stop", "--port", own.rpartition(":")[2]]
        subprocess.run(stop, check=False)


def post(url: str, body: dict, headers: dict[str, str] | None = None) -> dict:
    """Sends JSON and returns the JSON of the answer; raises urllib's errors."""
    sent = {"Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(url, json.dumps(body).encode(), sent)
    with loopback.send(request, PATIENCE) as answer:
        return json.load(answer)
