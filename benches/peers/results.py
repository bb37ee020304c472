"""What all trials came to: medians, and every single one beside them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from table import markdown, median, shown
from trial import Outcome

HEAD = [
    "scenario",
    "tool",
    "exit code",
    "true",
    "serves then",
    "time, s",
    "lag, s",
    "calls",
    "throttled",
    "memory, MB",
]


@dataclass(frozen=True)
class Start:
    """How long a tool takes to say its version."""

    tool: str
    version: str
    seconds: list[float]


@dataclass(frozen=True)
class Report:
    command: str
    date: str
    repeat: int
    speed: float
    # By name: the title.
    scenarios: dict[str, str]
    tools: list[str]
    # By the tool's name: why it can't be had.
    missing: dict[str, str]
    starts: list[Start]
    outcomes: list[Outcome]
    # Scenario and tool, where the tool has no command for it.
    unable: set[tuple[str, str]]
    # Trials that could not be made, and why.
    troubles: list[str]

    def document(self) -> dict:
        return asdict(self) | {"unable": sorted(self.unable)}

    def markdown(self) -> str:
        parts = [
            f"`{self.command}`, {self.date}: medians of {self.repeat} interleaved runs"
            + ("" if self.speed == 1 else f", at speed {self.speed:g}, not at AWS's own time"),
            markdown(HEAD, self._rows()),
            markdown(["tool", "version", "start-up, ms"], self._start_rows()),
        ]
        parts += [f"**No row of {tool}**: {why}" for tool, why in self.missing.items()]
        parts += [f"**Not measured**: {trouble}" for trouble in self.troubles]
        return "\n\n".join(parts)

    def _rows(self) -> Iterator[list[str]]:
        for scenario, title in self.scenarios.items():
            for tool in self.tools:
                of = [o for o in self.outcomes if (o.scenario, o.tool) == (scenario, tool)]
                why = "no such command" if (scenario, tool) in self.unable else "not measured"
                yield [title, tool, *(_cells(of) if of else [why, *["-"] * 7])]

    def _start_rows(self) -> Iterator[list[str]]:
        for start in self.starts:
            yield [start.tool, start.version, shown((median(start.seconds) or 0) * 1000)]


def _cells(outcomes: list[Outcome]) -> list[str]:
    return [
        _counted(_code(outcome) for outcome in outcomes),
        _truth(outcomes),
        _counted(_shares(outcome.serves) for outcome in outcomes),
        _seconds(median(o.seconds for o in outcomes)),
        shown(median(o.lag for o in outcomes), 1),
        shown(median(o.calls for o in outcomes)),
        shown(median(o.throttled for o in outcomes)),
        shown(median(o.megabytes for o in outcomes)),
    ]


def _seconds(value: float | None) -> str:
    return shown(value, 1 if value is not None and value < 10 else 0)


def _truth(outcomes: list[Outcome]) -> str:
    [services] = {outcome.services for outcome in outcomes}
    if services > 1:
        right = [outcome.right for outcome in outcomes]
        return f"{shown(median(right))} of {services}"
    right = sum(outcome.right for outcome in outcomes)
    if right == len(outcomes):
        return "yes"
    return "FALSE" if right == 0 else f"FALSE {len(outcomes) - right} of {len(outcomes)} times"


def _code(outcome: Outcome) -> str:
    codes = _shares(outcome.codes)
    if outcome.updated == outcome.should_update:
        return codes
    return f"{codes}, {'replaces tasks' if outcome.updated else 'updates nothing'}"


def _shares(counts: dict[str, int]) -> str:
    """Returns the only value, or each with on how many services it is."""
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{value} on {count}" for value, count in counts.items())


def _counted(values) -> str:
    """Returns the only value, or each with how often it came."""
    counts = Counter(values)
    if len(counts) == 1:
        return next(iter(counts))
    return "; ".join(f"{value} ({count}x)" for value, count in counts.most_common())
