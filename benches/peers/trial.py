"""One tool in one scenario: what it said, whether that was true, and what it cost."""

import contextlib
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import child
import releases
from account import Account
from child import Finished
from scenarios import Scenario
from tools import Command, Tool
from truth import is_true
from workplace import Workplace

LOOK_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Outcome:
    """Times are the simulator's seconds, which are the wall's at speed 1."""

    scenario: str
    tool: str
    # Of the program that was run, which for a fleet may be the shell around the tool.
    code: int
    # What was said of each service: on how many services.
    codes: dict[str, int]
    # Of how many services what was said is true.
    right: int
    services: int
    # The versions that serve in the end, and on how many services.
    serves: dict[str, int]
    seconds: float
    # From the end of the last deployment that the tool began to the tool's own.
    lag: float | None
    calls: int
    throttled: int
    operations: dict[str, int]
    megabytes: float
    # Whether ECS was asked to change a service, and whether there was a reason to.
    updated: bool
    should_update: bool
    last_words: str


class Trial:
    def __init__(self, scenario: Scenario, tool: Tool, mlship: Path):
        self.scenario, self.tool, self.mlship = scenario, tool, mlship

    def run(self, endpoint: str, speed: float) -> Outcome | None:
        """Returns nothing where the tool has no such command."""
        account = Account(endpoint, speed, releases.SETTLED * len(self.scenario.before))
        with tempfile.TemporaryDirectory(prefix="mlship-peers-") as scratch:
            try:
                place = self._prepare(account, Path(scratch))
                chosen = self._command(place)
                return self._measure(place, chosen) if chosen else None
            finally:
                # A simulator that keeps every account becomes slower with each.
                account.control("reset", {})

    def _prepare(self, account: Account, scratch: Path) -> Workplace:
        names = releases.numbered(self.scenario.services)
        folder = scratch / "manifests"

        def write(version: str) -> list[Path]:
            return releases.write(
                account,
                folder,
                names,
                version,
                breaker=self.scenario.breaker,
                balanced=self.scenario.balanced,
            )

        first = True
        for version in self.scenario.before:
            paths = write(version)
            releases.prepare(self.mlship, account, scratch, paths)
            if first:
                # The first release of all meets no fault, whatever its version.
                account.set_task_faults(*self.scenario.faults)
                first = False
        releases.expect(account, names, self.scenario.before[-1])
        place = Workplace(
            account, scratch, names, write(self.scenario.deploys), self.scenario.deploys
        )
        place.write()
        return place

    def _command(self, place: Workplace) -> Command | None:
        if self.scenario.rolls_back:
            return self.tool.roll_back(place)
        if self.scenario.services > 1:
            return self.tool.fleet(place)
        return self.tool.deploy(place, place.name)

    def _measure(self, place: Workplace, chosen: Command) -> Outcome:
        account = place.account
        account.throttle(True)
        begun = account.now()
        with account.logging(), _meanwhile(self.scenario, place):
            settings = account.exports | chosen.settings
            done = child.run(chosen.words, settings, place.folder)
        ended = account.stop_clock(done.ended)
        calls = account.calls()
        account.throttle(False)
        at_exit = releases.serving(account, place.names)
        last = self._last_end(account, place.names, begun)
        releases.settle(account)
        settled = releases.serving(account, place.names)
        codes = self._codes(place, done)
        return Outcome(
            scenario=self.scenario.name,
            tool=self.tool.name,
            code=done.code,
            codes=_counted(codes.get(name) for name in place.names),
            right=sum(
                is_true(codes.get(name), at_exit[name], settled[name], self.scenario.wanted)
                for name in place.names
            ),
            services=len(place.names),
            serves=_counted(settled.values()),
            seconds=done.seconds * account.speed,
            lag=ended - last if last else None,
            calls=calls.count,
            throttled=calls.throttled,
            operations=dict(calls.operations),
            megabytes=done.megabytes,
            updated=calls.operations["UpdateService"] > 0,
            should_update=self.scenario.updates,
            last_words=done.last_words,
        )

    def _codes(self, place: Workplace, done: Finished) -> dict[str, int]:
        if self.scenario.services > 1:
            return self.tool.codes(place, done)
        return {place.name: done.code}

    @staticmethod
    def _last_end(account: Account, names: list[str], begun: float) -> float | None:
        """Returns when the last of the deployments ended that the tool began, if all did."""
        begins = [account.deployments(name, begun) for name in names]
        # A later one of the same service is somebody else's, or ECS's way back.
        ends = [one[0].get("finishedAt") for one in begins if one]
        return None if None in ends else max(ends, default=None)


def _counted(values: Iterable[str | int | None]) -> dict[str, int]:
    listed = ["nothing" if value is None else str(value) for value in values]
    return {value: listed.count(value) for value in sorted(set(listed))}


@contextlib.contextmanager
def _meanwhile(scenario: Scenario, place: Workplace) -> Iterator[None]:
    """Has what the scenario says happen while the body runs, and nothing of it after that."""
    event = scenario.meanwhile
    if not event:
        yield
        return
    ended = threading.Event()
    failures: list[Exception] = []

    def happen() -> None:
        try:
            act()
        except Exception as failure:
            failures.append(failure)

    def act() -> None:
        while not place.account.has_called("UpdateService"):
            if ended.wait(LOOK_EVERY):
                return
        if ended.wait(event.after / place.account.speed):
            return
        event.action(place)
        if event.lasts is not None:
            ended.wait(event.lasts / place.account.speed)
            event.undo(place)

    thread = threading.Thread(target=happen)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    # What didn't happen was no such scenario.
    for failure in failures:
        raise failure
