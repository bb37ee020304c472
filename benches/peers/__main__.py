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
    every = scenarios(arguments.services)
    chosen = [one for one in every if one.name in (arguments.scenario or [one.name])]
    with simulator(arguments.endpoint) as endpoint:
        starts = [_start(tool, endpoint, arguments.repeat) for tool in tools]
        outcomes = _trials(arguments, given.mlship, tools, chosen, endpoint)
    report = Report(
        command=" ".join(["benches/peers/run", *sys.argv[1:]]),
        date=datetime.now(UTC).date().isoformat(),
        repeat=arguments.repeat,
        speed=arguments.speed,
        scenarios={one.name: one.title for one in chosen},
        tools=[tool.name for tool in tools],
        missing=missing,
        starts=starts,
        outcomes=outcomes,
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


def _trials(
    arguments: argparse.Namespace,
    mlship: Path,
    tools: list[Tool],
    chosen: list[Scenario],
    endpoint: str,
) -> list[Outcome]:
    """Runs every tool in every scenario, in turns, so that none has the better moments for itself.

    Fleets have the machine for themselves.
    """
    queues: dict[bool, list[Trial]] = {False: [], True: []}
    for turn in range(arguments.repeat):
        for scenario in chosen:
            first = turn % len(tools)
            for tool in tools[first:] + tools[:first]:
                queues[scenario.services > 1].append(Trial(scenario, tool, mlship))

    def one(trial: Trial) -> Outcome | None:
        outcome = trial.run(endpoint, arguments.speed)
        told = f"{outcome.code} after {outcome.seconds:.0f} s" if outcome else "no such command"
        say(f"{trial.scenario.name}, {trial.tool.name}: {told}")
        return outcome

    found = []
    for is_fleet, trials in queues.items():
        with ThreadPoolExecutor(1 if is_fleet else arguments.at_once) as pool:
            found += [outcome for outcome in pool.map(one, trials) if outcome]
    return found


def _arguments() -> argparse.Namespace:
    names = [one.name for one in scenarios(2)]
    parser = argparse.ArgumentParser(prog="benches/peers/run", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="medians of so many runs (5)")
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
    except Failure as failure:
        say(f"error: {failure}")
        if failure.hint:
            say(f"hint: {failure.hint}")
        sys.exit(1)


main()
