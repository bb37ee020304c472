"""One run of mlship over many services, and what it cost."""

import json
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import child
import releases
from account import Account, Calls
from child import Finished
from failure import Failure

# How a program tells that AWS slowed it down.
_THROTTLING = re.compile("throttl|rate exceeded|too many requests", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """Times are the simulator's seconds, which are the wall's at speed 1."""

    done: Finished
    seconds: float
    calls: Calls
    # What was said of each service, by its name.
    results: dict[str, dict]
    # The versions that served when it ended, and once all had settled.
    at_exit: dict[str, str | None]
    settled: dict[str, str | None]
    # From the end of the last deployment to its own.
    lag: float | None
    # How long a deployment took, as a rule.
    rollout: float | None

    @property
    def names_throttling(self) -> bool:
        return bool(_THROTTLING.search(self.done.stdout + self.done.stderr))


class Fleet:
    """Services of which each serves version 1, in an account of their own."""

    def __init__(self, mlship: Path, account: Account, scratch: Path, services: int):
        self.mlship, self.account, self.scratch = mlship, account, scratch
        self.names = releases.numbered(services)
        self.folder = scratch / "manifests"

    def write(self, version: str) -> None:
        releases.write(self.account, self.folder, self.names, version)

    def deploy(self, meanwhile: AbstractContextManager | None = None) -> Run:
        command = ["deploy", self.folder, "--skip-verify", "-o", "json"]
        return self._run(command, meanwhile or nullcontext())

    def diff(self) -> Run:
        return self._run(["diff", self.folder], nullcontext())

    def _run(self, words: list[str | Path], meanwhile: AbstractContextManager) -> Run:
        account = self.account
        account.throttle(True)
        begun = account.now()
        with account.logging(), meanwhile:
            done = child.run([self.mlship, *words], account.exports, self.scratch)
        ended = account.stop_clock(done.ended)
        calls = account.calls()
        account.throttle(False)
        account.set_api_faults()
        at_exit = releases.serving(account, self.names)
        deployments = [account.deployments(name, begun) for name in self.names]
        ours = [made[0] for made in deployments if made]
        ends = [one["finishedAt"] for one in ours if "finishedAt" in one]
        took = [one["finishedAt"] - one["createdAt"] for one in ours if "finishedAt" in one]
        releases.settle(account)
        return Run(
            done=done,
            seconds=done.seconds * account.speed,
            calls=calls,
            results=dict(_results(done)),
            at_exit=at_exit,
            settled=releases.serving(account, self.names),
            lag=ended - max(ends) if ends else None,
            rollout=statistics.median(took) if took else None,
        )


@contextmanager
def fleet(
    mlship: Path, endpoint: str, speed: float, services: int, others: tuple[str, ...] = ()
) -> Iterator[Fleet]:
    """Gives a fleet whose buckets are full, and forgets it afterwards.

    Others are services beside the fleet, which are made in the same way.
    """
    with tempfile.TemporaryDirectory(prefix="mlship-fleet-") as name:
        account = Account(endpoint, speed, releases.SETTLED)
        made = Fleet(mlship, account, Path(name), services)
        try:
            paths = releases.write(account, made.folder, made.names, "1")
            beside = releases.write(account, Path(name) / "beside", list(others), "1")
            releases.prepare(mlship, account, made.scratch, paths + beside)
            releases.expect(account, made.names, "1")
            yield made
        finally:
            account.control("reset", {})


def _results(done: Finished) -> Iterator[tuple[str, dict]]:
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            try:
                event = json.loads(line)
            except ValueError as error:
                said = f"code {done.code}: {done.last_words}"
                raise Failure(f"a line of the output is not JSON: {line[-200:]}; {said}") from error
            if event.get("event") == "result":
                yield event["service"], event
