"""One entry of `deployments` in DescribeServices: a revision and the tasks that run it."""

from dataclasses import dataclass, field

from .failures import FailureCount
from .revision import Revision
from .task import Task


@dataclass(eq=False)
class Deployment:
    """It outlives its place in the list: a rollback brings it back under the same id."""

    id: str
    revision: Revision
    created_at: float
    updated_at: float
    status: str = "PRIMARY"  # PRIMARY | ACTIVE
    rollout_state: str = "IN_PROGRESS"
    rollout_reason: str = ""
    failures: FailureCount = field(default_factory=FailureCount)
    # Every task that has not reached STOPPED, the oldest first.
    tasks: list[Task] = field(default_factory=list)
    is_halted: bool = False
    failed_starts_in_a_row: int = 0
    next_start_at: float = 0
    # Tasks that failed their checks and have no replacement yet.
    unreplaced: int = 0
    was_told_stuck: bool = False

    def wanted_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.is_wanted]

    def delay_next_start(self, now: float, first: float, maximum: float) -> float:
        """Counts a failed start; returns the wait after it, which doubles each time."""
        self.failed_starts_in_a_row += 1
        doublings = min(self.failed_starts_in_a_row - 1, 30)
        wait = min(first * 2**doublings, maximum)
        self.next_start_at = now + wait
        return wait

    def halt(self, reason: str, now: float) -> None:
        """Ends a failed deployment: it keeps its tasks and starts no more."""
        self.is_halted = True
        self.move("FAILED", reason, now)

    def move(self, state: str, reason: str, now: float) -> None:
        self.rollout_state, self.rollout_reason, self.updated_at = state, reason, now
