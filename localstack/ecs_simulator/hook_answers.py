"""What Lambda functions of lifecycle hooks answer, as tests have it, and what ECS sent them."""

import copy
import re
from collections import deque
from dataclasses import dataclass, field

from .checked import check_number

STATUSES = ("SUCCEEDED", "FAILED", "IN_PROGRESS")
INVOCATIONS_KEPT = 1000


@dataclass
class HookAnswer:
    # A regular expression for the function's ARN.
    target: str = ""
    stage: str | None = None
    status: str = "SUCCEEDED"
    # Why there is no answer: "role" and "response" in ECS's words, else how the call failed.
    error: str | None = None
    times: int | None = None
    # How long ECS waits with the next call after IN_PROGRESS.
    call_back_delay: float = 30

    def __post_init__(self):
        try:
            re.compile(self.target)
        except (re.error, TypeError) as error:
            raise ValueError(f"target is a regular expression: {error}") from error
        if self.status not in STATUSES:
            raise ValueError(f"status is one of {', '.join(STATUSES)}")
        if self.error is not None and not isinstance(self.error, str):
            raise ValueError("error is a text")
        if self.stage is not None and not isinstance(self.stage, str):
            raise ValueError("stage is a text")
        check_number("times", self.times, whole=True, optional=True)
        check_number("call_back_delay", self.call_back_delay)

    def meets(self, target: str, stage: str) -> bool:
        fits = self.stage in (None, stage) and re.search(self.target, target)
        return bool(fits) and self.times != 0

    def use(self) -> "HookAnswer":
        if self.times is not None:
            self.times -= 1
        return self


@dataclass
class HookControls:
    answers: list[HookAnswer] = field(default_factory=list)
    # What was sent, the oldest first.
    invocations: deque = field(default_factory=lambda: deque(maxlen=INVOCATIONS_KEPT))

    def twin(self) -> "HookControls":
        return HookControls(copy.deepcopy(self.answers))

    def invoke(self, time: float, target: str, payload: dict) -> HookAnswer:
        """Records a call, and returns the first answer for it; success where there is none."""
        stage = payload["lifecycleStage"]
        self.invocations.append({"time": time, "target": target, "payload": payload})
        for answer in self.answers:
            if answer.meets(target, stage):
                return answer.use()
        return HookAnswer()
