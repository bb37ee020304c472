"""The worlds of all accounts and regions, behind one lock."""

import threading
from collections.abc import Callable

from .controls import CONTROLS
from .neighbours import Neighbours
from .world import World

# Held by whoever reads or changes simulated state; a call may come back in through moto.
LOCK = threading.RLock()


class Worlds:
    def __init__(self):
        self._worlds: dict[tuple[str, str], World] = {}
        self.neighbours_of: Callable[[str, str], Neighbours] = lambda account, region: Neighbours()

    def at(self, account: str, region: str) -> World:
        """Returns a world brought up to the present."""
        key = (account, region)
        if key not in self._worlds:
            controls = CONTROLS.of(account)
            self._worlds[key] = World(
                account, region, controls, self.neighbours_of(account, region)
            )
        world = self._worlds[key]
        world.catch_up()
        return world

    def has(self, account: str | None) -> bool:
        """Tells whether anyone has been in any region of the account, or of any."""
        return any(account in (None, owner) for owner, _ in self._worlds)

    def catch_up(self, account: str, region: str) -> None:
        """Brings a world up to the present, if anyone has been there."""
        if (account, region) in self._worlds:
            self._worlds[account, region].catch_up()

    def forget(self, account: str | None) -> None:
        for key in list(self._worlds):
            if account in (None, key[0]):
                del self._worlds[key]


WORLDS = Worlds()
