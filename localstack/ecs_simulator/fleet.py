"""The tasks of one deployment, started and stopped until there are as many as it is to have."""

from . import placement, task_stop
from .deployment import Deployment
from .service import Service
from .service_task import launch_for
from .task import Task
from .task_watch import TaskWatch
from .world import World


class Fleet:
    def __init__(self, world: World, service: Service, deployment: Deployment, watch: TaskWatch):
        self.world, self.service, self.deployment = world, service, deployment
        self._watch = watch

    @property
    def own(self) -> list[Task]:
        return [task for task in self.deployment.wanted_tasks() if not task.is_outdated]

    @property
    def healthy(self) -> int:
        return sum(self.is_healthy(task) for task in self.own)

    def is_healthy(self, task: Task) -> bool:
        return task.is_healthy(self.world.now, self.world.profile.settle)

    def missing(self, wanted: int) -> int:
        fit = [task for task in self.own if task.unfit_reason is None]
        return wanted - len(fit)

    def grow(self, count: int) -> None:
        deployment = self.deployment
        if deployment.is_halted or self.world.now < deployment.next_start_at:
            return
        started: list[Task] = []
        revision = deployment.revision
        for _ in range(count):
            images = revision.task_definition.images
            if reason := placement.obstacle(self.world, revision.settings, images):
                self.tell(reason)
                self._watch.placement_failed(deployment)
                break
            started.append(launch_for(self.world, self.service, deployment, self._watch))
        if started:
            replaced = min(len(started), deployment.unreplaced)
            deployment.unreplaced -= replaced
            because = f" Amazon ECS replaced {replaced} tasks due to an unhealthy status."
            told = f"has started {len(started)} tasks: {_ids(started)}."
            self.tell(told + (because if replaced else ""))

    def shrink(self, wanted: int) -> None:
        own = self.own
        surplus = -self.missing(wanted)
        # The least useful go first: those that don't serve, then the youngest.
        own.sort(key=lambda task: (self.is_healthy(task), -task.created_at))
        self.stop(own[: max(surplus, 0)])

    def stop_unfit(self, wanted: int, room: int) -> bool:
        """Stops tasks that failed their checks: once replaced, or to make room."""
        own = self.own
        unfit = [task for task in own if task.unfit_reason]
        if not unfit:
            return False
        replaced = self.healthy + len(unfit) - wanted
        in_the_way = 0 if room > 0 else 1
        stopped = unfit[: max(replaced, in_the_way)]
        for task in stopped:
            task_stop.stop(self.world, task, "ServiceSchedulerInitiated", task.unfit_reason)
        return bool(stopped)

    def stop(self, tasks: list[Task]) -> None:
        if not tasks:
            return
        reason = f"Scaling activity initiated by (deployment {self.service.primary.id})"
        self.tell(f"has stopped {len(tasks)} running tasks: {_ids(tasks)}.")
        for task in tasks:
            task_stop.stop(self.world, task, "ServiceSchedulerInitiated", reason)

    def tell(self, text: str) -> None:
        self.service.tell(self.world.now, text)


def _ids(tasks: list[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)
