"""Measures mlship over many services, at AWS's own rates, beside what it is held to."""

import argparse
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import table
from bars import Measured, Values
from failure import Failure, say
from measures import scenarios
from runs import fleet
from simulator import ROOT, simulator

HOME = Path(__file__).resolve().parent


def run(arguments: argparse.Namespace) -> bool:
    """Prints the table, and tells whether every bar holds that can be held to."""
    if not arguments.mlship.is_file():
        raise Failure(
            f"{arguments.mlship} is not there",
            hint="cargo build --locked --release, or --mlship PATH",
        )
    measured: list[Measured] = []
    with simulator(arguments.endpoint) as endpoint:
        for one in scenarios(arguments.services):
            if one.name not in (arguments.scenario or [one.name]):
                continue
            say(f"{one.name}: making {one.services} services")
            place = (arguments.mlship.resolve(), endpoint, arguments.speed)
            try:
                with fleet(*place, one.services, one.others) as made:
                    say(f"{one.name}: running")
                    measured += one.measure(made, Values(one.title))
            # What breaks one scenario must not cost the hours of the others.
            except Exception as trouble:
                why = str(trouble) or type(trouble).__name__
                say(f"NOT MEASURED: {one.name}: {why}")
                measured.append(Measured(one.title, "not measured", why, holds=False))
    command = " ".join(["benches/fleet/run", *sys.argv[1:]])
    date = datetime.now(UTC).date().isoformat()
    at_aws_rates = arguments.speed == 1
    arguments.json.parent.mkdir(exist_ok=True)
    settings = {"command": command, "date": date, "speed": arguments.speed}
    table.save(arguments.json, settings | {"measured": [asdict(one) for one in measured]})
    print(f"`{command}`, {date}\n")
    print(
        table.markdown(
            ["scenario", "what", "measured", "bar", "holds"], map(Measured.row, measured)
        )
    )
    if not at_aws_rates:
        print(
            f"\nAt speed {arguments.speed:g} AWS's rates are {arguments.speed:g} times as high for "
            "a program that goes by the clock on the wall: no bar of time, calls or lag means "
            "anything here."
        )
    return not at_aws_rates or all(one.holds is not False for one in measured)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benches/fleet/run", description=__doc__)
    names = [one.name for one in scenarios(None)]
    parser.add_argument("--scenario", action="append", choices=names, help="only this one")
    parser.add_argument("--services", type=int, help="in each scenario, instead of its own number")
    parser.add_argument(
        "--speed", type=float, default=1, help="simulated seconds in a real one (1, AWS's own)"
    )
    default = Path(os.environ.get("MLSHIP", ROOT / "target" / "release" / "mlship"))
    parser.add_argument("--mlship", type=Path, default=default, help="the program, or MLSHIP")
    parser.add_argument("--endpoint", help="a simulator that runs already")
    results = HOME / ".state" / "results.json"
    parser.add_argument("--json", type=Path, default=results, help="where to")
    return parser.parse_args()


def main() -> None:
    try:
        held = run(_arguments())
    except KeyboardInterrupt:
        sys.exit(130)
    except Failure as failure:
        say(f"error: {failure}")
        if failure.hint:
            say(f"hint: {failure.hint}")
        sys.exit(2)
    sys.exit(0 if held else 1)


main()
