"""Lifecycle hooks of a deployment: functions that are called, and pauses until somebody acts."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from ..hook_answers import HookAnswer
from ..service import Service
from ..service_deployment import ServiceDeployment
from ..world import World
from .traffic import Traffic

# As long as the ids in the developer guide's examples.
ID_LENGTH = 43
OPEN = ("AWAITING_ACTION", "IN_PROGRESS")
# Stages whose functions are told who gets the traffic.
TOLD_TEST = ("TEST_TRAFFIC_SHIFT",)
TOLD_PRODUCTION = ("PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
PAUSE_TIMED_OUT = "Service deployment rolled back because {stage} pause hook timed out."
FAILED = "Service deployment rolled back because {stage} lifecycle hook(s) failed. {why}"


@dataclass(eq=False)
class HookRun:
    """One turn of one hook; each visit of its stage has another."""

    hook: dict
    stage: str
    expires_at: float
    id: str
    status: str
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def is_pause(self) -> bool:
        return self.hook["targetType"] == "PAUSE"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def timeout_action(self) -> str:
        return self.hook["timeoutConfiguration"]["action"]


class Hooks:
    def __init__(
        self,
        world: World,
        service: Service,
        attempt: ServiceDeployment,
        traffic: Traffic,
        give_up: Callable[[str], None],
    ):
        self.world, self.service, self.attempt = world, service, attempt
        self._traffic, self._give_up = traffic, give_up
        # Every run of the deployment, the oldest first.
        self.runs: list[HookRun] = []

    @property
    def shown(self) -> list[HookRun]:
        """Returns the runs that are described: none that waits in vain."""
        is_waited_for = self.attempt.status == "IN_PROGRESS"
        keeps = self.world.profile.finished_hooks == "listed"
        return [run for run in self.runs if (is_waited_for if run.is_open else keeps)]

    def begin(self, stage: str) -> list[HookRun]:
        """Starts all hooks of a stage side by side; returns what is to be waited for."""
        configured = self.attempt.configuration.get("lifecycleHooks", [])
        runs = [self._run(hook, stage) for hook in configured if stage in hook["lifecycleStages"]]
        self.runs += runs
        for run in runs:
            self.world.later(run.expires_at - self.world.now, self._time_out, run)
            if not run.is_pause:
                self.world.later(0, self._call, run)
        return runs

    def repeat(self, stage: str) -> None:
        """Calls the functions of a stage that a rollback goes through again.

        No source says what their answers do then: here, nothing.
        """
        configured = self.attempt.configuration.get("lifecycleHooks", [])
        for hook in configured:
            if stage in hook["lifecycleStages"] and hook["targetType"] != "PAUSE":
                run = self._run(hook, stage)
                failed = self._invoke(run).status == "FAILED"
                run.status = "FAILED" if failed else "SUCCEEDED"
                self.runs.append(run)

    def _run(self, hook: dict, stage: str) -> HookRun:
        is_pause = hook["targetType"] == "PAUSE"
        kind = "pause" if is_pause else "lambda"
        unique = secrets.token_urlsafe(ID_LENGTH).replace("_", "-")[:ID_LENGTH]
        minutes = hook["timeoutConfiguration"]["timeoutInMinutes"]
        return HookRun(
            hook,
            stage,
            self.world.now + minutes * 60,
            f"ecs-{kind}-{unique}",
            "AWAITING_ACTION" if is_pause else "IN_PROGRESS",
        )

    def end(self, run: HookRun, status: str) -> None:
        run.status, self.attempt.updated_at = status, self.world.now
        self.service.scheduler.wake()

    # What functions answer, and what time does.

    def _call(self, run: HookRun) -> None:
        if not run.is_open or self.attempt.status != "IN_PROGRESS":
            return
        answer, target = self._invoke(run), run.hook["hookTargetArn"]
        if answer.error is not None:
            self._fail(run, _words(answer.error, target, run.hook["roleArn"]))
        elif answer.status == "FAILED":
            self._fail(run, f"Lifecycle hook target {target} returned FAILED status.")
        elif answer.status == "IN_PROGRESS":
            self.world.later(answer.call_back_delay, self._call, run)
        else:
            self.end(run, "SUCCEEDED")

    def _fail(self, run: HookRun, why: str) -> None:
        self.end(run, "FAILED")
        self._give_up(FAILED.format(stage=run.stage, why=why))

    def _time_out(self, run: HookRun) -> None:
        if not run.is_open or self.attempt.status != "IN_PROGRESS":
            return
        self.end(run, "TIMED_OUT")
        if run.timeout_action == "CONTINUE":
            return
        if run.is_pause:
            self._give_up(PAUSE_TIMED_OUT.format(stage=run.stage))
        else:
            why = f"Lifecycle hook target {run.hook['hookTargetArn']} timed out."
            self._give_up(FAILED.format(stage=run.stage, why=why))

    def _invoke(self, run: HookRun) -> HookAnswer:
        payload = {
            "executionId": run.execution,
            "lifecycleStage": run.stage,
            "resourceArn": self.attempt.arn,
            "executionDetails": {
                "serviceArn": self.service.arn,
                "targetServiceRevisionArn": self.attempt.target.revision.arn,
                "testTrafficWeights": self._weights(0) if run.stage in TOLD_TEST else {},
                "productionTrafficWeights": self._weights(1)
                if run.stage in TOLD_PRODUCTION
                else {},
            },
        }
        if "hookDetails" in run.hook:
            payload["hookDetails"] = run.hook["hookDetails"]
        target = run.hook["hookTargetArn"]
        return self.world.controls.hooks.invoke(self.world.now, target, payload)

    def _weights(self, kind: int) -> dict[str, float]:
        found = {
            one.revision.arn: self._traffic.requested(one)[kind]
            for one in (*self.attempt.sources, self.attempt.target)
        }
        return {arn: percent for arn, percent in found.items() if percent is not None}


def _words(error: str, target: str, role: str) -> str:
    if error == "role":
        return f"ECS was unable to assume role {role}"
    if error == "response":
        return (
            f"ECS was unable to parse the response from {target} due to: HookStatus must not be "
            "null."
        )
    return f"ECS was unable to invoke hook target {target} due to {error}"
