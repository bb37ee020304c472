"""Faults that tests inject into tasks, by the image of a container."""

import re
from dataclasses import dataclass, field

from .checked import check_number

KINDS = (
    "pull",
    "crash",
    "oom",
    "exec_format",
    "unhealthy",
    "lb_unhealthy",
    "hang",
    "capacity",
    "secret",
    "slow",
    "slow_load",
    "errors",
    "slow_answers",
)


@dataclass
class TaskFault:
    """What goes wrong, for which image, and how often; times None is for ever."""

    kind: str
    image: str = "."
    after: float | None = None
    exit_code: int | None = None
    reason: str | None = None
    # The part of the requests that it is about.
    share: float | None = None
    log: list[str] = field(default_factory=list)
    times: int | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown task fault {self.kind!r}; known: {', '.join(KINDS)}")
        try:
            re.compile(self.image)
        except re.error as error:
            raise ValueError(f"image is not a regular expression: {error}") from None
        check_number("after", self.after, optional=True)
        check_number("exit_code", self.exit_code, whole=True, optional=True)
        check_number("times", self.times, whole=True, optional=True)
        check_number("share", self.share, optional=True)
        if not isinstance(self.reason, str | None):
            raise ValueError("reason is a text")
        if not all(isinstance(line, str) for line in self.log):
            raise ValueError("log is a list of lines")

    def applies_to(self, image: str) -> bool:
        return self.times != 0 and re.search(self.image, image) is not None

    def use(self) -> "TaskFault":
        if self.times is not None:
            self.times -= 1
        return self


def take(faults: list[TaskFault], image: str) -> TaskFault | None:
    """Uses up and returns the fault that meets a container of a new task."""
    for fault in faults:
        if fault.kind != "capacity" and fault.applies_to(image):
            return fault.use()
    return None


def take_capacity(faults: list[TaskFault], images: list[str]) -> TaskFault | None:
    """Uses up and returns a lack of capacity, which meets a task before it exists."""
    for fault in faults:
        if fault.kind == "capacity" and any(fault.applies_to(image) for image in images):
            return fault.use()
    return None
