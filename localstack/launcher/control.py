"""Talks to the control endpoints of a running instance."""

import json
import urllib.error
import urllib.request

import loopback
from failure import Failure


def ask(endpoint: str, path: str, body: dict | None = None) -> dict | None:
    """Returns the JSON answer, or None when nobody answers in the way our instance does."""
    try:
        return _send(endpoint, path, body)
    except (OSError, ValueError):
        return None


def is_localstack(endpoint: str) -> bool:
    """Tells whether any LocalStack answers there, with our simulator or with another ECS."""
    return ask(endpoint, "/_localstack/health") is not None


def expect_localstack(endpoint: str) -> None:
    """Raises a Failure unless one answers there."""
    if not is_localstack(endpoint):
        raise Failure(
            f"no instance answers at {endpoint}",
            hint="localstack/start starts one; if it runs on another port, add --port PORT",
        )


def is_healthy(endpoint: str) -> bool:
    """Tells whether LocalStack with the ECS simulator answers there."""
    return ask(endpoint, "/_mlship/clock") is not None


def set_speed(endpoint: str, speed: float) -> None:
    """Changes how fast the virtual clock of every account runs."""
    ask(endpoint, "/_mlship/clock", {"speed": speed})


def seed(endpoint: str, account: str, region: str) -> dict[str, str]:
    """Has the instance create what deployments need; returns the exports but the endpoint."""
    try:
        return _send(endpoint, "/_mlship/seed", {"account": account, "region": region})
    except urllib.error.HTTPError as error:
        raise Failure(f"could not seed the instance: {json.load(error)['error']}") from error
    except OSError as error:
        raise Failure(f"lost the instance while it was being seeded: {error}") from error


def _send(endpoint: str, path: str, body: dict | None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        endpoint + path, data=data, headers={"Content-Type": "application/json"}
    )
    with loopback.send(request) as answer:
        return json.load(answer)
