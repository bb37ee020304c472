"""The control endpoints under /_mlship/: JSON in, JSON out."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import asdict

from localstack.http import Request, Response
from moto.backends import get_backend

from . import cloudwatch_alarms, cloudwatch_store
from .api_faults import ApiFault
from .checked import check_number
from .controls import CONTROLS, AccountControls
from .hook_control import hook_answers
from .in_process import caller
from .permissions import Permissions
from .seeding import Seed
from .task_faults import TaskFault
from .worlds import LOCK, WORLDS

# Many are asked for at once. One after the other, so that each ends early, and not under the
# lock of the simulation, so that calls to ECS don't wait for them.
SEEDING = threading.Lock()
# What moto keeps for the simulation's neighbours, which a reset empties too.
MOTO_SERVICES = ("elbv2", "ecr")


def answer(request: Request, control: str) -> Response:
    """Serves GET, which only looks, and POST, which changes, for one account or for all."""
    if control not in CONTROL_FUNCTIONS:
        known = ", ".join(sorted(CONTROL_FUNCTIONS))
        return _json({"error": f"unknown control {control!r}; known: {known}"}, 404)
    try:
        body = _body(request) if request.method == "POST" else None
        account = (body or {}).pop("account", None) or request.args.get("account")
        if account is not None and not re.fullmatch(r"\d{12}", str(account)):
            raise ValueError("account is 12 digits")
        with SEEDING if control == "seed" else LOCK:
            return _json(CONTROL_FUNCTIONS[control](account, body))
    except (ValueError, TypeError, KeyError) as error:
        return _json({"error": str(error)}, 400)


def _body(request: Request) -> dict:
    body = json.loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")
    return body


def _json(value: dict, status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")


def _shown(account: str | None) -> AccountControls:
    return CONTROLS.of(account) if account else CONTROLS.everyone


def clock(account: str | None, body: dict | None) -> dict:
    for controls in CONTROLS.chosen(account) if body else []:
        for name, value in body.items():
            check_number(name, value)
        if "behind" in body:
            if WORLDS.has(account):
                raise ValueError("behind is for an account in which nothing has happened yet")
            controls.clock.put_behind(body["behind"])
        if "speed" in body:
            controls.clock.set_speed(body["speed"])
        if "advance" in body:
            controls.clock.advance(body["advance"])
    shown = _shown(account).clock
    return {"now": shown.now(), "speed": shown.speed}


def profile(account: str | None, body: dict | None) -> dict:
    for controls in CONTROLS.chosen(account) if body else []:
        controls.profile.update(body)
    return _shown(account).profile.values


def task_faults(account: str | None, body: dict | None) -> dict:
    if body is not None:
        for controls in CONTROLS.chosen(account):
            controls.task_faults[:] = [TaskFault(**fault) for fault in body["faults"]]
    return {"faults": [asdict(fault) for fault in _shown(account).task_faults]}


def api_faults(account: str | None, body: dict | None) -> dict:
    if body is not None:
        for controls in CONTROLS.chosen(account):
            controls.api_faults[:] = [ApiFault(**fault) for fault in body["faults"]]
    return {"faults": [asdict(fault) for fault in _shown(account).api_faults]}


def permissions(account: str | None, body: dict | None) -> dict:
    if body is not None:
        allow, deny = body.pop("allow", None), body.pop("deny", [])
        if body or not isinstance(allow, list | None) or not isinstance(deny, list):
            raise ValueError("permissions takes allow, a list or null, and deny, a list")
        for controls in CONTROLS.chosen(account):
            controls.permissions = Permissions(allow, tuple(deny))
    return _shown(account).permissions.shown()


def requests(account: str | None, body: dict | None) -> dict:
    """Shows the log of calls, the oldest first; a POST empties it after showing."""
    chosen = CONTROLS.chosen(account)
    shown = sorted((one for each in chosen for one in each.requests), key=lambda one: one["time"])
    if body is not None:
        for controls in chosen:
            controls.requests.clear()
    return {"requests": shown}


def reset(account: str | None, body: dict | None) -> dict:
    """Forgets all that was created and set, of one account or of all."""
    if body is None:
        raise ValueError("reset takes a POST")
    WORLDS.forget(account)
    if account:
        CONTROLS.forget(account)
    else:
        CONTROLS.reset()
    cloudwatch_store.forget(account)
    for service in MOTO_SERVICES:
        backends = get_backend(service)
        for owner in [account] if account else list(backends):
            backends[owner].reset()
    cloudwatch_alarms.forget(account)
    return {"account": account}


def seed(account: str | None, body: dict | None) -> dict:
    """Creates what deployments need in one account."""
    if body is None:
        raise ValueError("seed takes a POST")
    if account is None:
        raise ValueError("seed takes an account")
    region = body.get("region", "us-east-1")
    return Seed(caller(account, region), account, region).run()


CONTROL_FUNCTIONS: dict[str, Callable[[str | None, dict | None], dict]] = {
    "clock": clock,
    "profile": profile,
    "task-faults": task_faults,
    "api-faults": api_faults,
    "hook-answers": hook_answers,
    "permissions": permissions,
    "requests": requests,
    "reset": reset,
    "seed": seed,
}
