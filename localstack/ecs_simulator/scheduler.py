"""The service scheduler: starts and stops tasks until reality is what the service wants."""

import math

from . import rollout
from .deployment import Deployment
from .fleet import Fleet
from .service import Service
from .task import Task
from .task_watch import TaskWatch
from .world import World

STUCK = (
    "was unable to stop or start tasks during a deployment because of the service deployment "
    "configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
)
# A service that stays steady says so again, four times a day.
STEADY_TOLD_EVERY = 6 * 3600


class ServiceScheduler:
    """Looks after one service. Every change to it or its tasks wakes it."""

    def __init__(self, world: World, service: Service):
        self.world, self.service = world, service
        self._watch = TaskWatch(world, service, self.wake)
        self._is_awake = False

    def wake(self, delay: float = 0) -> None:
        """Arranges for a look at the service; many in one moment become one."""
        if delay:
            self.world.later(delay, self.wake)
        elif not self._is_awake:
            self._is_awake = True
            self.world.later(0, self._look)

    def _look(self) -> None:
        self._is_awake = False
        service = self.service
        if service.status == "INACTIVE":
            return
        for deployment in service.deployments:
            deployment.tasks = [task for task in deployment.tasks if task.last_status != "STOPPED"]
        if service.status == "DRAINING":
            return self._drain()
        if service.running and not service.running.has_begun:
            return
        shift = service.shift
        if shift and shift.holds_fleets:
            self._hold_fleets()
        else:
            self._replace_tasks()
        service.deployments[1:] = [old for old in service.deployments[1:] if old.tasks]
        if shift:
            shift.proceed()
        self._judge()

    # What there is, and what the deployment configuration allows.

    @property
    def _lower_limit(self) -> int:
        percent = self.service.configuration["minimumHealthyPercent"]
        return math.ceil(self.service.desired_count * percent / 100)

    @property
    def _room(self) -> int:
        """Returns how many tasks maximumPercent still allows."""
        percent = self.service.configuration["maximumPercent"]
        limit = math.floor(self.service.desired_count * percent / 100)
        counts_stopping = self.world.profile.maximum_counts_stopping
        return limit - sum(task.is_wanted or counts_stopping for task in self.service.tasks)

    @property
    def _missing(self) -> int:
        return self._fleet().missing(self.service.desired_count)

    def _fleet(self, deployment: Deployment | None = None) -> Fleet:
        deployment = deployment or self.service.primary
        return Fleet(self.world, self.service, deployment, self._watch)

    def _is_healthy(self, task: Task) -> bool:
        return task.is_healthy(self.world.now, self.world.profile.settle)

    def _old_tasks(self) -> list[Task]:
        own = set(self._fleet().own)
        return [task for task in self.service.tasks if task.is_wanted and task not in own]

    # What it does about the difference.

    def _hold_fleets(self) -> None:
        """Gives every deployment the tasks that the stage of the running one has for it."""
        for deployment in self.service.deployments:
            fleet, wanted = self._fleet(deployment), self.service.wanted(deployment)
            fleet.grow(fleet.missing(wanted))
            fleet.shrink(wanted)
            if fleet.stop_unfit(wanted, room=1):
                self.wake()

    def _replace_tasks(self) -> None:
        """Brings the primary up and the others down, within the limits of a rolling update."""
        fleet, wanted = self._fleet(), self.service.desired_count
        fleet.grow(min(self._missing, self._room))
        fleet.shrink(wanted)
        if fleet.stop_unfit(wanted, self._room):
            self.wake()
        self._retire_old_tasks()
        self._tell_when_stuck()

    def _retire_old_tasks(self) -> None:
        old = self._old_tasks()
        healthy = sum(self._is_healthy(task) for task in self.service.tasks)
        retired = []
        for task in sorted(old, key=self._is_healthy):
            if self._is_healthy(task):
                if self.service.primary.is_halted or healthy - 1 < self._lower_limit:
                    break
                healthy -= 1
            retired.append(task)
        self._fleet().stop(retired)
        if retired:
            # What stops may have made room for what starts.
            self.wake()

    def _drain(self) -> None:
        wanted = [task for task in self.service.tasks if task.is_wanted]
        if wanted:
            self._fleet().stop(wanted)
        if not self.service.tasks:
            self.service.status = "INACTIVE"
            self.service.deployments, self.service.service_deployments = [], []

    # What it concludes.

    def _tell_when_stuck(self) -> None:
        """Tells, once for each deployment, that its limits leave no move."""
        primary = self.service.primary
        moving = any(not self._is_healthy(task) for task in self.service.tasks)
        if self._missing > 0 and self._room <= 0 and not moving and not primary.was_told_stuck:
            primary.was_told_stuck = True
            self._tell(STUCK)

    def _judge(self) -> None:
        service, primary = self.service, self.service.primary
        if self._is_good_enough() and rollout.may_complete(self.world, service):
            rollout.complete(self.world, service)
        own = primary.wanted_tasks()
        is_steady = (
            len(service.deployments) == 1
            and len(own) == service.desired_count
            and all(self._is_healthy(task) and not task.is_outdated for task in own)
            and primary.rollout_state == "COMPLETED"
        )
        if is_steady and self.world.now >= service.steady_told_at + STEADY_TOLD_EVERY:
            service.steady_told_at = self.world.now
            self._tell("has reached a steady state.")
            self.wake(STEADY_TOLD_EVERY)
        elif not is_steady:
            service.unsettle()

    def _is_good_enough(self) -> bool:
        """Tells whether the running deployment has reached what it is to reach."""
        service, primary = self.service, self.service.primary
        if primary.rollout_state != "IN_PROGRESS" or primary.is_halted:
            return False
        early = service.configuration.get("earlySuccessCriteria", {})
        is_early = early.get("enable", False)
        percent = early.get("healthyPercent", 100) if is_early else 100
        needed = math.ceil(service.desired_count * percent / 100)
        leaves_old = is_early and early.get("sourceServiceRevisionCleanup") == "DEFERRED"
        healthy = self._fleet().healthy
        others = len(service.deployments) > 1 or any(task.is_outdated for task in primary.tasks)
        surplus = not is_early and len(primary.wanted_tasks()) > service.desired_count
        return healthy >= needed and not surplus and (leaves_old or not others)

    def _tell(self, text: str) -> None:
        self.service.tell(self.world.now, text)
