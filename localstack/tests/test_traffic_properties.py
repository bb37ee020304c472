"""What holds for every deployment that moves traffic, whatever happens to it on the way."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecs_simulator.listener_rules import serving
from ecs_simulator.neighbours import Neighbours
from ecs_simulator.profile import CHOICES
from ecs_simulator.task_faults import TaskFault
from tests.bench import Bench
from tests.kept_rules import KeptGroups, KeptRules

PRODUCTION, TEST = (
    f"arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/ml/1/1/{number}"
    for number in (1, 2)
)
BLUE, GREEN = (
    f"arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/{name}/1"
    for name in ("blue", "green")
)
BALANCER = {
    "targetGroupArn": BLUE,
    "containerName": "model",
    "containerPort": 8080,
    "advancedConfiguration": {
        "alternateTargetGroupArn": GREEN,
        "productionListenerRule": PRODUCTION,
        "testListenerRule": TEST,
        "roleArn": "arn:aws:iam::000000000000:role/ecs-load-balancers",
    },
}
# What two sources say differently, but for rules that are left split: then nothing below holds.
READINGS = (
    "canary_of_100",
    "continue_rollback",
    "final_weights",
    "finished_hooks",
    "first_lands_in",
    "linear_remainder",
    "rollback_stage",
    "service_load_balancers",
    "weight_scale",
)
FUNCTION = {
    "targetType": "AWS_LAMBDA",
    "hookTargetArn": "arn:aws:lambda:us-east-1:000000000000:function:smoke-test",
    "roleArn": "arn:aws:iam::000000000000:role/invokes",
    "lifecycleStages": ["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"],
}
PAUSE = {
    "targetType": "PAUSE",
    "lifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
    "timeoutConfiguration": {"timeoutInMinutes": 5, "action": "CONTINUE"},
}
CANARY = {"canaryPercent": 0.5, "canaryBakeTimeInMinutes": 1}
LINEAR = {"stepPercent": 33.4, "stepBakeTimeInMinutes": 1}
BREAKER = {"enable": True, "rollback": True}
strategies = st.sampled_from(["BLUE_GREEN", "CANARY", "LINEAR", "ROLLING"])
readings = st.fixed_dictionaries({name: st.sampled_from(CHOICES[name]) for name in READINGS})
actions = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "deploy",
                "deploy",
                "stop",
                "abort",
                "go on",
                "go back",
                "fault",
                "recover",
                "scale",
                "switch",
            ]
        ),
        strategies,
        st.integers(1, 150),
    ),
    min_size=1,
    max_size=8,
)


def configuration(strategy: str, hooks: list[dict]) -> dict:
    return {
        "strategy": strategy,
        "bakeTimeInMinutes": 1,
        "canaryConfiguration": CANARY,
        "linearConfiguration": LINEAR,
        "deploymentCircuitBreaker": BREAKER,
        "lifecycleHooks": hooks,
    }


class Rules(KeptRules):
    def __init__(self):
        super().__init__({PRODUCTION: {BLUE: 100, GREEN: 0}, TEST: {BLUE: 100, GREEN: 0}})


def bench(profile: dict) -> tuple[Bench, Rules]:
    rules = Rules()
    made = Bench(Neighbours(target_groups=KeptGroups(rules), listener_rules=rules))
    made.world.controls.profile.update(profile)
    return made, rules


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(readings, strategies, st.lists(st.sampled_from([FUNCTION, PAUSE]), max_size=2), actions)
# A second deployment during the clean-up, and a third while the fleet of that one comes up.
@example({}, "BLUE_GREEN", [], [("deploy", "ROLLING", 137), ("deploy", "ROLLING", 10)])
def test_no_traffic_goes_to_a_group_without_a_healthy_task(profile, strategy, hooks, events):
    made, rules = bench(profile)
    made.create(2, [BALANCER], **configuration(strategy, hooks))
    assert made.settle() == "SUCCESSFUL"
    is_served(made, rules)
    for action, other, wait in events:
        act(made, action, other, wait, hooks)
        for _ in made.seconds(wait):
            is_served(made, rules)
    made.fault()
    made.deploy(desiredCount=2)
    assert made.settle(lambda: is_served(made, rules)) == "SUCCESSFUL"
    is_served(made, rules)
    assert len(made.service.deployments) == 1
    assert all(attempt.is_over for attempt in made.service.service_deployments)
    # The rule forwards to the revision that was deployed, and to no other.
    assert serving(rules.weights(PRODUCTION)) == made.service.primary.revision.target_groups
    assert made.healthy_tasks() == len(made.service.tasks) == 2


def act(made: Bench, action: str, strategy: str, number: int, hooks: list[dict]) -> None:
    running = made.service.running
    can_stop = running is not None and running.status in ("PENDING", "IN_PROGRESS")
    if action == "deploy":
        made.deploy()
    elif action == "scale":
        made.update(desiredCount=number % 3 + 1)
    elif action == "fault":
        # Only a release that is still to come fails, and it never starts.
        made.fault(TaskFault("pull", image=f":{made.image_number + 1}$"))
    elif action == "recover":
        made.fault()
    elif action == "switch" and not running and len(made.service.deployments) == 1:
        # Of two fleets that an ABORT left, a rolling update would count the tasks together.
        made.update(deploymentConfiguration=configuration(strategy, hooks))
    elif action in ("stop", "abort") and can_stop:
        kind = "ROLLBACK" if action == "stop" else "ABORT"
        made.call("StopServiceDeployment", serviceDeploymentArn=running.arn, stopType=kind)
    elif action in ("go on", "go back") and running and running.status == "IN_PROGRESS":
        runs = running.shift.hooks.runs if running.shift else []
        waiting = [run for run in runs if run.status == "AWAITING_ACTION"]
        if waiting:
            made.call(
                "ContinueServiceDeployment",
                serviceDeploymentArn=running.arn,
                hookId=waiting[0].id,
                action="CONTINUE" if action == "go on" else "ROLLBACK",
            )


def is_served(made: Bench, rules: Rules) -> None:
    settle = made.world.profile.settle
    for group in serving(rules.weights(PRODUCTION)):
        targets = [
            target
            for task in made.service.tasks
            for target in task.targets
            if target.group.arn == group and task.is_healthy(made.world.now, settle)
        ]
        assert targets, f"{group} gets traffic and has no healthy task"


@settings(max_examples=30, derandomize=True, deadline=None, database=None)
@given(readings, strategies, st.integers(1, 300))
def test_verdict_is_the_same_in_every_reading(profile, strategy, wait):
    """Whatever is stopped on its way goes back, with the rule as it was."""
    made, rules = bench(profile)
    made.create(2, [BALANCER], **configuration(strategy, []))
    assert made.settle() == "SUCCESSFUL"
    before = serving(rules.weights(PRODUCTION))
    primary = made.service.primary
    made.deploy()
    for _ in made.seconds(wait):
        pass
    if made.service.running is None:
        return
    arn = made.service.running.arn
    made.call("StopServiceDeployment", serviceDeploymentArn=arn, stopType="ROLLBACK")
    assert made.settle() in ("ROLLBACK_SUCCESSFUL", "SUCCESSFUL")
    if made.service.current.status == "ROLLBACK_SUCCESSFUL":
        assert made.service.deployments == [primary]
        assert serving(rules.weights(PRODUCTION)) == before
