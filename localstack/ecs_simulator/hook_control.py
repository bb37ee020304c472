"""The control by which tests answer for the Lambda functions of lifecycle hooks."""

from dataclasses import asdict

from .controls import CONTROLS
from .hook_answers import HookAnswer


def hook_answers(account: str | None, body: dict | None) -> dict:
    """Replaces the answers; shows them with everything that was sent to a function."""
    if body is not None:
        for controls in CONTROLS.chosen(account):
            controls.hooks.answers[:] = [HookAnswer(**answer) for answer in body["answers"]]
    shown = (CONTROLS.of(account) if account else CONTROLS.everyone).hooks
    return {
        "answers": [asdict(answer) for answer in shown.answers],
        "invocations": list(shown.invocations),
    }
