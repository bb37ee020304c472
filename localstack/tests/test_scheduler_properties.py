"""What holds for every rollout, whatever its size, its limits and its faults."""

import math

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ecs_simulator.task_faults import TaskFault
from tests.bench import Bench

# The same examples in every run.
same_examples = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
sizes = st.integers(1, 12)
minimums = st.integers(0, 100)
maximums = st.integers(100, 300)
BREAKER = {"enable": True, "rollback": True}
failing_kinds = st.sampled_from(["pull", "secret", "crash", "oom", "exec_format", "capacity"])


def leaves_room(desired: int, minimum: int, maximum: int) -> bool:
    """Tells whether the limits allow a rolling update to make any move."""
    can_start = math.floor(desired * maximum / 100) > desired
    can_stop = math.ceil(desired * minimum / 100) < desired
    return can_start or can_stop


@same_examples
@given(sizes, minimums, maximums)
def test_limits_hold_in_every_second_of_an_update(desired, minimum, maximum):
    assume(leaves_room(desired, minimum, maximum))
    bench = Bench()
    bench.create(desired, minimumHealthyPercent=minimum, maximumPercent=maximum)
    assert bench.settle() == "SUCCESSFUL"
    bench.deploy()

    def check() -> None:
        wanted = sum(task.is_wanted for task in bench.service.tasks)
        assert bench.healthy_tasks() >= math.ceil(desired * minimum / 100)
        assert wanted <= math.floor(desired * maximum / 100)

    assert bench.settle(check) == "SUCCESSFUL"
    assert bench.healthy_tasks() == desired


@same_examples
@given(sizes, failing_kinds)
def test_release_that_never_starts_is_rolled_back_without_loss(desired, kind):
    bench = Bench()
    bench.create(desired, deploymentCircuitBreaker=BREAKER)
    assert bench.settle() == "SUCCESSFUL"
    before = bench.service.primary
    bench.fault(TaskFault(kind, image=":2$"))
    bench.deploy()

    def check() -> None:
        assert bench.healthy_tasks() >= desired

    assert bench.settle(check) == "ROLLBACK_SUCCESSFUL"
    assert bench.service.deployments == [before]


@same_examples
@given(sizes, st.integers(0, 6), failing_kinds)
def test_every_deployment_ends(desired, times, kind):
    bench = Bench()
    bench.create(desired, deploymentCircuitBreaker=BREAKER)
    bench.fault(TaskFault(kind, times=times))
    assert bench.settle() in ("SUCCESSFUL", "ROLLBACK_FAILED")


@same_examples
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["deploy", "force", "scale", "stop", "fault", "recover"]),
            st.integers(0, 6),
            st.integers(0, 200),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_happens_counts_add_up_and_the_service_comes_to_rest(actions):
    bench = Bench()
    bench.create(3, deploymentCircuitBreaker=BREAKER)
    bench.settle()
    for action, number, wait in actions:
        act(bench, action, number)
        for _ in bench.seconds(wait):
            counts_add_up(bench)
    bench.fault()
    bench.deploy(desiredCount=2)
    assert bench.settle() == "SUCCESSFUL"
    assert bench.healthy_tasks() == 2
    assert len(bench.service.deployments) == 1
    assert all(attempt.is_over for attempt in bench.service.service_deployments)


def act(bench: Bench, action: str, number: int) -> None:
    if action == "deploy":
        bench.deploy()
    elif action == "force":
        bench.update(forceNewDeployment=True)
    elif action == "scale":
        bench.update(desiredCount=number)
    elif action == "fault":
        bench.fault(TaskFault("crash", after=number * 5 or None))
    elif action == "recover":
        bench.fault()
    elif bench.service.running and bench.service.running.status in ("PENDING", "IN_PROGRESS"):
        arn = bench.service.running.arn
        bench.call("StopServiceDeployment", serviceDeploymentArn=arn, stopType="ROLLBACK")


def counts_add_up(bench: Bench) -> None:
    answer = bench.call("DescribeServices", cluster="ml", services=["model"])
    service = answer["services"][0]
    for count in ("runningCount", "pendingCount"):
        assert service[count] == sum(one[count] for one in service["deployments"])
    listed = bench.call("ListTasks", cluster="ml", serviceName="model")["taskArns"]
    assert len(listed) == sum(task.is_wanted for task in bench.service.tasks)
    assert [one["status"] for one in service["deployments"]].count("PRIMARY") == 1
    unfinished = [one for one in bench.service.service_deployments if not one.is_over]
    assert len(unfinished) <= 1
