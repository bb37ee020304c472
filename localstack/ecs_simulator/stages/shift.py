"""Takes one service deployment through its stages: when each begins, and when it is over."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from ..deployment import Deployment
from ..service import Service
from ..service_deployment import ServiceDeployment
from ..world import World
from .hooks import HookRun, Hooks
from .steps import Step, steps_of
from .traffic import Traffic

BEFORE_TRAFFIC = ("PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP")
TEST_TRAFFIC = ("TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT")
STEP = ("PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
AFTER_TRAFFIC = ("POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP")
LONGEST_STAGE = 24 * 3600
LONGEST_DEPLOYMENT = 30 * 24 * 3600
STAGE_TOO_LONG = "Service deployment rolled back because {stage} took longer than 24 hours."
DEPLOYMENT_TOO_LONG = "Service deployment rolled back because it took longer than 30 days."


@dataclass(eq=False)
class Visit:
    """One stay in a stage; those of a step come again with the next."""

    stage: str
    entered_at: float
    step: Step | None = None
    # When its bake is over, once it has begun.
    baked_at: float | None = None
    hooks: list[HookRun] = field(default_factory=list)


class Shift:
    def __init__(
        self,
        world: World,
        service: Service,
        attempt: ServiceDeployment,
        give_up: Callable[[str], None],
    ):
        self.world, self.service, self.attempt = world, service, attempt
        self._give_up = give_up
        configuration = attempt.configuration
        self.live = _survivor(world, service, attempt.sources)
        self._steps = steps_of(configuration, world.profile)
        self.traffic = Traffic(world, attempt.target, self.live, configuration["strategy"])
        self.hooks = Hooks(world, service, attempt, self.traffic, give_up)
        self._visits: itertools.chain[tuple[str, Step | None]] = itertools.chain()
        self._visit: Visit | None = None
        # Whether a rollback still waits for the fleet that is to have the traffic again.
        self._awaits_fleet = False
        # The latest of the stages that a rollback takes back, and when that is done.
        self._undoes: str | None = None
        self._undone_at = 0.0

    # What others see of it.

    @property
    def stage(self) -> str | None:
        if self._undoes and self.world.profile.rollback_stage == "traffic_shift":
            return self._undoes
        return self._visited

    @property
    def _visited(self) -> str | None:
        return self._visit.stage if self._visit else None

    @property
    def is_cleaning_up(self) -> bool:
        return self._visited == "CLEAN_UP"

    @property
    def may_end(self) -> bool:
        """Tells whether the deployment is over as soon as its tasks are as they should be."""
        if self.attempt.rollback_target:
            return not self._awaits_fleet and self.world.now >= self._undone_at
        return self.is_cleaning_up

    @property
    def holds_fleets(self) -> bool:
        """Tells whether the stage says how many tasks each deployment has."""
        if self.attempt.status == "ROLLBACK_IN_PROGRESS":
            return self._awaits_fleet
        return not self.is_cleaning_up

    def wanted(self, deployment: Deployment) -> int:
        """Returns how many tasks the stage has for a deployment."""
        if deployment is self.live:
            return self.service.desired_count
        is_up = self._visited not in (None, "RECONCILE_SERVICE", "PRE_SCALE_UP")
        return self.service.desired_count if deployment is self.attempt.target and is_up else 0

    @property
    def _goes_on(self) -> bool:
        return self.attempt.status == "IN_PROGRESS" and not self.attempt.target.is_halted

    # The stages.

    def begin(self) -> None:
        """Enters the first stage, unless the rules show that no traffic can be moved."""
        several = len([one for one in self.attempt.sources if one.wanted_tasks()]) > 1
        first = ("RECONCILE_SERVICE",) if several else ()
        self._visits = itertools.chain(
            *([(stage, None) for stage in part] for part in (first, BEFORE_TRAFFIC, TEST_TRAFFIC)),
            ((stage, step) for step in self._steps for stage in STEP),
            ((stage, None) for stage in AFTER_TRAFFIC),
        )
        if self.live:
            self.live.is_halted = False
        if several and self.world.profile.supersede == "consolidates":
            self.traffic.consolidate()
        if problem := self.traffic.problem():
            self._give_up(problem)
            return
        self.traffic.choose_groups()
        self.world.later(LONGEST_DEPLOYMENT, self._is_too_long)
        self._enter()

    def _enter(self) -> None:
        stage, step = next(self._visits)
        visit = self._visit = Visit(stage, self.world.now, step)
        self.attempt.updated_at = self.world.now
        if problem := self._arrive(visit):
            self._give_up(problem)
            return
        visit.hooks = self.hooks.begin(stage)
        least = self._least(visit)
        self.world.later(least, self._continue, visit)
        self.world.later(least + LONGEST_STAGE, self._stays_too_long, visit)
        self.service.scheduler.wake()

    def _arrive(self, visit: Visit) -> str | None:
        """Does what a stage begins with; returns why it can't."""
        if visit.stage == "TEST_TRAFFIC_SHIFT":
            return self.traffic.move_test()
        if visit.stage == "PRODUCTION_TRAFFIC_SHIFT":
            return self.traffic.move_production(visit.step.percent)
        return None

    def _least(self, visit: Visit) -> float:
        # A bake is as long as it is asked for.
        return 0 if visit.stage == "BAKE_TIME" else self.world.profile.stage

    def proceed(self) -> None:
        """Leaves the stage if nothing holds it any longer."""
        if self._awaits_fleet and self._is_whole(self.live):
            self._awaits_fleet = False
            self._give_back()
            self.service.scheduler.wake()
        elif self._visit:
            self._continue(self._visit)

    def undo(self) -> None:
        """Gives the traffic back to the live revision: at once, while its fleet still runs."""
        self._undoes = self.traffic.moved
        self._undone_at = self.world.now + self.world.profile.stage
        self.service.scheduler.wake(self.world.profile.stage)
        if self.is_cleaning_up:
            self._awaits_fleet = True
        else:
            self._give_back()

    def _give_back(self) -> None:
        self.traffic.restore()
        if self.traffic.moved == "PRODUCTION_TRAFFIC_SHIFT":
            self.hooks.repeat("PRODUCTION_TRAFFIC_SHIFT")
        if self.traffic.moved:
            self.hooks.repeat("TEST_TRAFFIC_SHIFT")

    def _continue(self, visit: Visit) -> None:
        if visit is not self._visit or not self._goes_on:
            return
        if self.world.now < visit.entered_at + self._least(visit) or not self._is_done(visit):
            return
        if any(run.is_open for run in visit.hooks):
            return
        if visit.baked_at is None:
            bake = self._bake(visit)
            visit.baked_at = self.world.now + bake
            if bake:
                self.world.later(bake, self._continue, visit)
        if self.world.now >= visit.baked_at:
            self._enter()

    def _is_done(self, visit: Visit) -> bool:
        if visit.stage == "RECONCILE_SERVICE":
            kept = (self.live, self.attempt.target)
            return not any(one.tasks for one in self.service.deployments if one not in kept)
        if visit.stage == "SCALE_UP":
            return self._is_whole(self.attempt.target)
        # The end of the last stage is that of the deployment.
        return visit.stage != "CLEAN_UP"

    def _is_whole(self, deployment: Deployment) -> bool:
        return _healthy(self.world, deployment) >= self.service.desired_count

    def _bake(self, visit: Visit) -> float:
        if visit.stage == "BAKE_TIME":
            return self.attempt.configuration["bakeTimeInMinutes"] * 60
        return visit.step.bake if visit.step and visit.stage == "PRODUCTION_TRAFFIC_SHIFT" else 0

    def _stays_too_long(self, visit: Visit) -> None:
        self._continue(visit)
        is_paused = any(run.is_pause for run in visit.hooks)
        if visit is self._visit and self._goes_on and not is_paused:
            self._give_up(STAGE_TOO_LONG.format(stage=visit.stage))

    def _is_too_long(self) -> None:
        if self._goes_on:
            self._give_up(DEPLOYMENT_TOO_LONG)


def _survivor(world: World, service: Service, sources: list[Deployment]) -> Deployment | None:
    """Returns the deployment that traffic stays with until it is moved to the new one.

    Of several that is the last that succeeded, as for a rollback; or else, the one from which the
    deployment before was to move traffic away.
    """
    standing = [one for one in sources if one.wanted_tasks()] or sources
    serving = [one for one in standing if _healthy(world, one)] or standing
    succeeded = [one for one in reversed(service.completed) if one in serving]
    before = next(iter(service.service_deployments), None)
    kept = [one for one in serving if before and before.shift and one is before.shift.live]
    return next(iter(succeeded or kept or serving), None)


def _healthy(world: World, deployment: Deployment) -> int:
    tasks = deployment.wanted_tasks()
    return sum(task.is_healthy(world.now, world.profile.settle) for task in tasks)
