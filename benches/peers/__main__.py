"""Puts mlship and other tools for ECS through the same scenarios, and prints what came of it."""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import child
import table
from failure import Failure, say
from installing import Given, Missing
from layout import STATE
from results import Report, Start
from scenarios import Scenario, scenarios
from simulator import ROOT, simulator
from tools import INSTALLERS, Tool
from trial import Outcome, Trial


def run(arguments: argparse.Namespace) -> None:
    STATE.mkdir(exist_ok=True)
    if not arguments.mlship.is_file():
        raise Failure(
            f"{arguments.mlship} is not there, and it prepares every scenario",
            hint="cargo build --locked --release, or --mlship PATH",
        )
    given = Given(arguments.mlship.resolve(), arguments.ecspresso, arguments.action)
    tools, missing = _install(given, arguments.tool)
    with simulator(arguments.endpoint) as endpoint:
        starts = [_start(tool, endpoint, arguments.repeat) for tool in tools]
        outcomes, unable, troubles = _trials(arguments, _queues(arguments, given, tools), endpoint)
    report = Report(
        command=" ".join(["benches/peers/run", *sys.argv[1:]]),
        date=datetime.now(UTC).date().isoformat(),
        repeat=arguments.repeat,
        speed=arguments.speed,
        scenarios={one.name: one.title for one in _chosen(arguments)},
        tools=[tool.name for tool in tools],
        missing=missing,
        starts=starts,
        outcomes=outcomes,
        unable=unable,
        troubles=troubles,
    )
    table.save(arguments.json, report.document())
    print(report.markdown())
    say(f"each single run is in {arguments.json}")


def _install(given: Given, wanted: list[str] | None) -> tuple[list[Tool], dict[str, str]]:
    """Returns the tools that can be had, and why the others can't."""
    tools, missing = [], {}
    for kind, install in INSTALLERS.items():
        if wanted and kind.name not in wanted:
            continue
        try:
            tools.append(kind(install(given)))
        except Missing as reason:
            missing[kind.name] = str(reason)
            say(f"NO ROW OF {kind.name}: {reason}")
    return tools, missing


def _start(tool: Tool, endpoint: str, repeat: int) -> Start:
    asked = tool.version()
    # The first one reads the program from disk, and tools leave compiled files behind.
    with tempfile.TemporaryDirectory() as scratch:
        settings = {"AWS_ENDPOINT_URL": endpoint} | asked.settings
        runs = [child.run(asked.words, settings, Path(scratch)) for _ in range(repeat + 1)]
    said = (runs[-1].stdout or runs[-1].stderr).strip().splitlines()
    return Start(tool.name, tool.told_version(said), [one.seconds for one in runs[1:]])


def _queues(arguments: argparse.Namespace, given: Given, tools: list[Tool]) -> list[list[Trial]]:
    """Returns what may run at once, and fleets, which have the machine for themselves.

    Every tool meets every scenario, in turns, so that none has the better moments for itself.
    """
    single, fleets = [], []
    for turn in range(arguments.repeat):
        first = turn % len(tools)
        for scenario in _chosen(arguments):
            if scenario.services > 1 and turn >= (arguments.fleet_repeat or arguments.repeat):
                continue
            queue = fleets if scenario.services > 1 else single
            queue += [Trial(scenario, tool, given.mlship) for tool in tools[first:] + tools[:first]]
    return [single, fleets]


def _trials(
    arguments: argparse.Namespace, queues: list[list[Trial]], endpoint: str
) -> tuple[list[Outcome], set[tuple[str, str]], list[str]]:
    """Returns what came of all trials, what tools can't do, and what was not measured, and why."""
    outcomes, unable, troubles = [], set(), []

    def one(trial: Trial) -> None:
        title = f"{trial.scenario.name}, {trial.tool.name}"
        try:
            outcome = trial.run(endpoint, arguments.speed)
        # One trial that breaks must not cost the hours of all others.
        except Exception as trouble:
            troubles.append(f"{title}: {trouble or type(trouble).__name__}")
            say(f"NOT MEASURED: {troubles[-1]}")
            return
        if outcome:
            outcomes.append(outcome)
        else:
            unable.add((trial.scenario.name, trial.tool.name))
        told = f"{outcome.code} after {outcome.seconds:.0f} s" if outcome else "no such command"
        say(f"{title}: {told}")

    for queue, at_once in zip(queues, (arguments.at_once, 1), strict=True):
        pool = ThreadPoolExecutor(at_once)
        try:
            list(pool.map(one, queue))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            child.end_all()
            raise
        pool.shutdown()
    return outcomes, unable, troubles


def _chosen(arguments: argparse.Namespace) -> list[Scenario]:
    every = scenarios(arguments.services)
    return [one for one in every if one.name in (arguments.scenario or [one.name])]


def _arguments() -> argparse.Namespace:
    names = [one.name for one in scenarios(2)]
    parser = argparse.ArgumentParser(prog="benches/peers/run", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="medians of so many runs (5)")
    parser.add_argument("--fleet-repeat", type=int, help="the same for the fleet, where it differs")
    parser.add_argument(
        "--speed", type=float, default=1, help="simulated seconds in a real one (1, AWS's own)"
    )
    parser.add_argument("--at-once", type=int, default=10, help="trials that run at once (10)")
    parser.add_argument("--services", type=int, default=100, help="of a fleet (100)")
    parser.add_argument("--scenario", action="append", choices=names, help="only this one")
    tools = [kind.name for kind in INSTALLERS]
    parser.add_argument("--tool", action="append", choices=tools, help="only this one")
    default = Path(os.environ.get("MLSHIP", ROOT / "target" / "release" / "mlship"))
    parser.add_argument("--mlship", type=Path, default=default, help="the program, or MLSHIP")
    parser.add_argument("--ecspresso", type=Path, help="a program that is there already")
    parser.add_argument(
        "--action", type=Path, help="a checkout of the action that is there already"
    )
    parser.add_argument("--endpoint", help="a simulator that runs already")
    parser.add_argument("--json", type=Path, default=STATE / "results.json", help="where to")
    return parser.parse_args()


def main() -> None:
    try:
        run(_arguments())
    except KeyboardInterrupt:
        sys.exit(130)
    except Failure as failure:
        say(f"error: {failure}")
        if failure.hint:
            say(f"hint: {failure.hint}")
        sys.exit(1)


main()
