"""What the fleets are put through, and what is measured of it."""

from collections.abc import Callable
from dataclasses import dataclass

import neighbour
from bars import TASK_DEFINITIONS, Measured, Values, changed_bars, floor
from runs import Fleet, Run
from truth import is_true

LATENCY = 0.04  # seconds a call
# Of so many services so many have an image that isn't there, and as many one that crashes.
FAILING = {"pull": 0.15, "crash": 0.15}
CAUSES = {"pull": "image_not_found", "crash": "container_exited"}
LAG, MEMORY, HUNDRED = 3, 40, 100


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    services: int
    measure: Callable[[Fleet, Values], list[Measured]]
    others: tuple[str, ...] = ()


def _costs(run: Run, values: Values, seconds: float | None, calls: float | None) -> list[Measured]:
    # The bar is for a hundred; beyond it memory grows with the services.
    memory = MEMORY if len(run.settled) <= HUNDRED else None
    by_operation = ", ".join(f"{name} {n}" for name, n in run.calls.operations.most_common())
    return [
        values.at_most("time, s", run.seconds, seconds, 1),
        values.at_most("calls", run.calls.count, calls),
        values.told("calls of each operation", by_operation),
        values.told("throttled calls", run.calls.throttled),
        values.at_most("memory, MB", run.done.megabytes, memory, 1),
    ]


def _right(run: Run, wanted: dict[str, str]) -> int:
    """Returns of how many services what was said is true."""
    codes = {name: told["exit_code"] for name, told in run.results.items()}
    return sum(
        is_true(codes.get(name), run.at_exit[name], run.settled[name], version)
        for name, version in wanted.items()
    )


def _changed(fleet: Fleet, values: Values) -> list[Measured]:
    fleet.write("2")
    run = fleet.deploy()
    seconds, calls = changed_bars(len(fleet.names), run.rollout or 0)
    return [
        values.exactly("exit code", run.done.code, 0),
        values.exactly(
            "true results", _right(run, dict.fromkeys(fleet.names, "2")), len(fleet.names)
        ),
        *_costs(run, values, seconds, calls),
        values.exactly("words about throttling", int(run.names_throttling), 0),
        values.at_most("end after the last deployment's, s", run.lag, LAG, 1),
        values.told("a rollout, s", round(run.rollout or 0)),
    ]


def _unchanged(fleet: Fleet, values: Values) -> list[Measured]:
    run = fleet.diff()
    seconds = floor(len(fleet.names), TASK_DEFINITIONS) * 1.1
    return [
        values.exactly("exit code", run.done.code, 0),
        *_costs(run, values, seconds, None),
    ]


def _distant(fleet: Fleet, values: Values) -> list[Measured]:
    fleet.account.set_api_faults({"kind": "latency", "latency": LATENCY})
    run = fleet.diff()
    # The bar is for a hundred; of others it is as far from what the rate takes.
    seconds = floor(len(fleet.names), TASK_DEFINITIONS) + 0.7
    return [
        values.exactly("exit code", run.done.code, 0),
        *_costs(run, values, seconds, None),
    ]


def _failing(fleet: Fleet, values: Values) -> list[Measured]:
    names, faults = list(fleet.names), []
    expected: dict[str, str] = {}
    for kind, share in FAILING.items():
        some = [names.pop() for _ in range(round(share * len(fleet.names)))]
        faults += [{"kind": kind, "image": f"/{name}:2$"} for name in some]
        expected |= dict.fromkeys(some, CAUSES[kind])
    fleet.account.set_task_faults(*faults)
    fleet.write("2")
    run = fleet.deploy()
    causes = [
        (run.results.get(name, {}).get("failure") or {}).get("cause") == cause
        for name, cause in expected.items()
    ]
    succeeded = [run.results.get(name, {}).get("exit_code") == 0 for name in names]
    return [
        values.exactly("exit code", run.done.code, 31),
        values.exactly("succeeded", sum(succeeded), len(names)),
        values.exactly("right causes of failures", sum(causes), len(expected)),
        values.exactly(
            "true results", _right(run, dict.fromkeys(fleet.names, "2")), len(fleet.names)
        ),
        *_costs(run, values, None, None),
        values.at_most("end after the last deployment's, s", run.lag, LAG, 1),
    ]


def _beside_neighbour(fleet: Fleet, values: Values) -> list[Measured]:
    fleet.write("2")
    run = fleet.deploy(neighbour.neighbour(fleet.account))
    return [
        values.exactly("exit code", run.done.code, 0),
        values.exactly(
            "true results", _right(run, dict.fromkeys(fleet.names, "2")), len(fleet.names)
        ),
        *_costs(run, values, None, None),
        values.told("calls of the neighbour", fleet.account.own),
        values.told("of these refused", fleet.account.own_throttled),
        values.at_most("end after the last deployment's, s", run.lag, LAG, 1),
    ]


def scenarios(services: int | None) -> list[Scenario]:
    """Returns all of them, with so many services each where that is said."""

    def one(name: str, title: str, usual: int, measure: Callable, *others: str) -> Scenario:
        count = services or usual
        return Scenario(name, title.format(count), count, measure, others)

    return [
        one("changed", "{} changed", 100, _changed),
        one("many", "{} changed", 500, _changed),
        one("unchanged", "diff of {} unchanged", 1000, _unchanged),
        one("distant", "diff of {} unchanged at 40 ms a call", 100, _distant),
        one("failing", "{} changed, 30 % failing", 100, _failing),
        one("neighbour", "{} changed beside a neighbour", 100, _beside_neighbour, neighbour.NAME),
    ]
