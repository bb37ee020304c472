"""What tests control, for each account apart, so that parallel tests don't meet."""

import copy
import os
import random
from collections import deque
from dataclasses import dataclass, field

from .api_faults import ApiFault
from .clock import Clock
from .hook_answers import HookControls
from .permissions import Permissions
from .profile import Profile
from .task_faults import TaskFault
from .throttling import TokenBuckets

REQUESTS_KEPT = 20_000


@dataclass
class AccountControls:
    """The clock, the behaviour, the faults and the request log of one account."""

    clock: Clock
    profile: Profile = field(default_factory=Profile)
    task_faults: list[TaskFault] = field(default_factory=list)
    api_faults: list[ApiFault] = field(default_factory=list)
    permissions: Permissions = field(default_factory=Permissions)
    # The first scalable target of an account makes it, for good.
    has_scaling_role: bool = False
    requests: deque = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    hooks: HookControls = field(default_factory=HookControls)
    # Seeded, so that a fault's probability strikes the same calls in every run.
    dice: random.Random = field(default_factory=lambda: random.Random(0))

    def __post_init__(self):
        self.buckets = TokenBuckets(self.clock)

    def twin(self) -> "AccountControls":
        """Returns controls of the same settings that have seen no requests."""
        return AccountControls(
            self.clock.copy(),
            self.profile.copy(),
            copy.deepcopy(self.task_faults),
            copy.deepcopy(self.api_faults),
            self.permissions,
            hooks=self.hooks.twin(),
        )


class Controls:
    """All accounts' controls. A setting for everyone also holds for accounts yet to come."""

    def __init__(self):
        self._start(float(os.environ.get("MLSHIP_SPEED", "1")))

    def _start(self, speed: float) -> None:
        self.everyone = AccountControls(Clock(speed))
        self._accounts: dict[str, AccountControls] = {}

    def reset(self) -> None:
        """Forgets everything but the speed, which belongs to the instance."""
        self._start(self.everyone.clock.speed)

    def forget(self, account: str) -> None:
        self._accounts.pop(account, None)

    def of(self, account: str) -> AccountControls:
        if account not in self._accounts:
            self._accounts[account] = self.everyone.twin()
        return self._accounts[account]

    def chosen(self, account: str | None) -> list[AccountControls]:
        """Returns the controls that a setting for the account, or for all, applies to."""
        return [self.of(account)] if account else [self.everyone, *self._accounts.values()]


CONTROLS = Controls()
