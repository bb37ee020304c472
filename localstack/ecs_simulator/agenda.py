"""What is due when. No thread: whoever looks at the world first runs what is due."""

import heapq
import itertools
from collections.abc import Callable


class Agenda:
    """Events on the virtual clock, in the order of their times and then of their making."""

    def __init__(self):
        self._events: list[tuple[float, int, Callable, tuple]] = []
        self._order = itertools.count()

    def add(self, time: float, action: Callable, *arguments) -> None:
        heapq.heappush(self._events, (time, next(self._order), action, arguments))

    def take_due(self, until: float) -> tuple[float, Callable, tuple] | None:
        """Removes and returns the next event that is due."""
        if not self._events or self._events[0][0] > until:
            return None
        time, _, action, arguments = heapq.heappop(self._events)
        return time, action, arguments
