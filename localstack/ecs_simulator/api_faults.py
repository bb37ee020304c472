"""Faults that tests inject into API calls, of any service."""

import random
from dataclasses import dataclass

from .checked import check_number

KINDS = ("throttle", "error", "latency", "reset", "html", "empty", "answer")
# Those that answer in the service's place, as somebody on the way does.
FOREIGN = ("html", "empty", "answer")
MOMENTS = ("before", "after")
PAGE = "<html><head><title>Blocked</title></head><body>Ask your administrator.</body></html>"


@dataclass
class ApiFault:
    """What happens to a call before it takes effect, or after, when only its answer is lost."""

    kind: str
    service: str = "*"
    operation: str = "*"
    when: str = "before"
    times: int | None = None
    skip: int = 0
    probability: float = 1
    latency: float = 0  # real seconds
    code: str = "ServerException"
    message: str = "Internal error"
    status: int | None = None  # 500 for an error, 200 for a foreign answer
    body: str = ""
    content_type: str = "application/x-amz-json-1.1"

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown api fault {self.kind!r}; known: {', '.join(KINDS)}")
        if self.when not in MOMENTS:
            raise ValueError(f"when is one of {', '.join(MOMENTS)}")
        check_number("times", self.times, whole=True, optional=True)
        check_number("skip", self.skip, whole=True)
        check_number("probability", self.probability)
        if self.probability > 1:
            raise ValueError("probability is at most 1")
        check_number("latency", self.latency)
        check_number("status", self.status, whole=True, optional=True)
        if self.status is None:
            self.status = 200 if self.kind in FOREIGN else 500

    def meets(self, service: str, operation: str, when: str, dice: random.Random) -> bool:
        """Tells whether it strikes this call, and counts the call."""
        wanted = self.service in ("*", service) and self.operation in ("*", operation)
        if not wanted or self.when != when or self.times == 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if dice.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def foreign(self) -> tuple[str, str | None] | None:
        """Returns what somebody on the way answers, and its type."""
        if self.kind == "html":
            return PAGE, "text/html"
        if self.kind == "empty":
            return "", None
        if self.kind == "answer":
            return self.body, self.content_type
        return None
