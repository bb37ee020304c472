"""Talks to the control endpoints of a running instance."""

import json
import urllib.request

import loopback


def ask(endpoint: str, path: str, body: dict | None = None) -> dict | None:
    """Returns the JSON answer, or None when nobody answers in the way our instance does."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        endpoint + path, data=data, headers={"Content-Type": "application/json"}
    )
    try:
        with loopback.send(request) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None


def is_localstack(endpoint: str) -> bool:
    """Tells whether any LocalStack answers there, with our simulator or with another ECS."""
    return ask(endpoint, "/_localstack/health") is not None


def is_healthy(endpoint: str) -> bool:
    """Tells whether LocalStack with the ECS simulator answers there."""
    return ask(endpoint, "/_mlship/clock") is not None


def set_speed(endpoint: str, speed: float) -> None:
    """Changes how fast the virtual clock of every account runs."""
    ask(endpoint, "/_mlship/clock", {"speed": speed})
