"""Hears what becomes of a service's tasks: tells it, counts failures, delays new starts."""

from collections.abc import Callable

from . import rollout
from .deployment import Deployment
from .load_balancing import Target
from .service import Service
from .task import Task
from .world import World

# So many failed starts in a row are told as a service that can't start its tasks.
INCONSISTENT_STARTS = 3


class TaskWatch:
    """Listens to every task of one service and wakes its scheduler."""

    def __init__(self, world: World, service: Service, wake: Callable[..., None]):
        self.world, self.service, self.wake = world, service, wake

    def task_changed(self, task: Task) -> None:
        deployment = self._rolling_out(task)
        resets = self.service.breaker.resetOnHealthyTask
        if deployment and resets and task.is_healthy(self.world.now, self.world.profile.settle):
            deployment.failures.count = 0
        self.wake()

    def task_running(self, task: Task) -> None:
        if kept := self._kept(task):
            kept.failed_starts_in_a_row = 0
        if deployment := self._rolling_out(task):
            deployment.failures.reached_running(self.world.profile.stage_one_ends_after)
        self.wake()

    def task_failed_to_start(self, task: Task) -> None:
        if task.stop_code == "TaskFailedToStart":
            self.service.tell(
                self.world.now,
                f"was unable to place a task. Reason: {_literal(task.stopped_reason)}.",
            )
        if kept := self._kept(task):
            if task.stopped_reason.startswith("CannotPullContainerError"):
                kept.failures.failed_to_resolve()
            self._start_failed(kept)
        self.wake()

    def task_failed_container_checks(self, task: Task) -> None:
        if task.is_wanted:
            self.service.tell(self.world.now, f"(task {task.id}) failed container health checks.")
            self._replace(task, "Task failed container health checks")

    def task_failed_target_checks(self, task: Task, target: Target) -> None:
        if task.is_wanted:
            group = f"(target-group {target.group.arn})"
            fault = task.fault("lb_unhealthy")
            because = f" due to (reason {fault.reason})" if fault and fault.reason else ""
            told = f"(task {task.id}) (port {target.port}) is unhealthy in {group}{because}."
            self.service.tell(self.world.now, told.replace("{", "{{").replace("}", "}}"))
            self._replace(task, f"Task failed ELB health checks in {group}")

    def registration_failed(self, task: Task, group: str) -> None:
        self.service.tell(
            self.world.now,
            f"failed to register targets in (target-group {group}) with (error One or more target "
            "groups not found)",
        )

    def target_registered(self, task: Task, target: Target) -> None:
        self.service.tell(
            self.world.now, f"registered {{count}} targets in (target-group {target.group.arn})"
        )

    def targets_draining(self, task: Task, targets: list[Target]) -> None:
        for target in targets:
            self.service.tell(
                self.world.now,
                f"deregistered {{count}} targets in (target-group {target.group.arn})",
            )
        text = "has begun draining connections on {count} tasks."
        self.service.tell(self.world.now, text, task_set=task.launch["startedBy"])

    def placement_failed(self, deployment: Deployment) -> None:
        if self.world.profile.breaker_counts_placement:
            self._start_failed(deployment)
        else:
            self._back_off(deployment)

    def _replace(self, task: Task, reason: str) -> None:
        task.unfit_reason = reason
        if kept := self._kept(task):
            kept.unreplaced += 1
        if deployment := self._rolling_out(task):
            deployment.failures.failed_health_check()
            self._consult_breaker()
        self.wake()

    # Failures of the deployments whose tasks are replaced.

    def _kept(self, task: Task) -> Deployment | None:
        """Returns the task's deployment if it is to have other tasks instead of lost ones."""
        for deployment in self.service.deployments:
            if deployment.id == task.launch["startedBy"]:
                is_kept = deployment is self.service.primary or self.service.wanted(deployment)
                return deployment if is_kept else None
        return None

    def _rolling_out(self, task: Task) -> Deployment | None:
        """Returns the task's deployment while the fate of its tasks decides its own."""
        kept = self._kept(task)
        is_decided = kept is self.service.primary if kept else False
        return kept if is_decided and kept.rollout_state == "IN_PROGRESS" else None

    def _start_failed(self, deployment: Deployment) -> None:
        deployment.failures.failed_to_start()
        self._back_off(deployment)
        self._consult_breaker()

    def _back_off(self, deployment: Deployment) -> None:
        profile = self.world.profile
        if self.world.now < deployment.next_start_at:
            # Tasks that fail together delay the next start once.
            return
        wait = deployment.delay_next_start(
            self.world.now, profile.backoff_first, profile.backoff_maximum
        )
        self.wake(wait)
        if deployment.failed_starts_in_a_row == INCONSISTENT_STARTS:
            self.service.tell(self.world.now, "is unable to consistently start tasks successfully.")

    def _consult_breaker(self) -> None:
        service = self.service
        attempt = service.running
        if attempt is None or attempt.status not in ("IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
            return
        if service.primary.is_halted:
            return
        if service.breaker.trips(service.primary.failures, service.desired_count):
            attempt.breaker_status = "TRIGGERED"
            rollout.fail(self.world, service, rollout.BREAKER, service.breaker.rollback)


def _literal(reason: str) -> str:
    """Keeps braces in a reason from being taken for the place of a count."""
    return reason.rstrip(".").replace("{", "{{").replace("}", "}}")
