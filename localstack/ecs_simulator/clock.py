"""Virtual time: real time multiplied by a speed, or moved by hand when the speed is 0."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch on a clock that tests control."""

    def __init__(self, speed: float = 1, timer: Callable[[], float] = time.monotonic):
        self._timer = timer
        self._virtual, self._real = time.time(), timer()
        self.speed = speed

    def now(self) -> float:
        return self._virtual + (self._timer() - self._real) * self.speed

    def set_speed(self, speed: float) -> None:
        self._virtual, self._real = self.now(), self._timer()
        self.speed = speed

    def advance(self, seconds: float) -> None:
        self._virtual += seconds

    def put_behind(self, seconds: float) -> None:
        """Sets the clock back. Nothing may have happened on it yet."""
        self._virtual -= seconds

    def copy(self) -> "Clock":
        twin = Clock(self.speed, self._timer)
        twin._virtual, twin._real = self._virtual, self._real
        return twin


def timestamp(seconds: float | None) -> datetime | None:
    """Returns the form in which the API shows a time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
