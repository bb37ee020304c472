"""An account of its own in the simulator: seeded, with a clock, faults and a log of calls."""

import contextlib
import random
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from failure import Failure
from simulator import post

REGION = "us-east-1"
CLUSTER = "ml-prod"
THROTTLED = ("ThrottlingException", "Throttling")
LOG_KEEPS = 20_000
DRAIN_EVERY = 2  # seconds
# How many services DescribeServices takes.
BATCH = 10


class Refused(Exception):
    """What ECS answered instead of doing it, by its code."""


@dataclass(frozen=True)
class Calls:
    """The calls that reached the account."""

    operations: Counter[str]
    throttled: int

    @property
    def count(self) -> int:
        return self.operations.total()


class Account:
    def __init__(self, endpoint: str, speed: float, past: float):
        """Makes an account whose clock is so many seconds behind, for what is to have been."""
        self.endpoint, self.speed = endpoint, speed
        self.number = f"9{random.randrange(10**11):011}"
        # Calls of the bench itself since logging began, and how many of them were refused.
        self.own = 0
        self.own_throttled = 0
        # What others called: of each operation, and what of it took effect.
        self._seen: Counter[str] = Counter()
        self._throttled = 0
        self._effective: set[str] = set()
        self._log_is_cut = False
        self._counting = threading.Lock()
        self.control("clock", {"speed": speed, "behind": past})
        # Buckets are full until they are first used, which preparations then don't do.
        self.throttle(False)
        self.exports = self.control("seed", {}) | {"AWS_ENDPOINT_URL": endpoint}

    def control(self, name: str, body: dict) -> dict:
        return post(f"{self.endpoint}/_mlship/{name}", body | {"account": self.number})

    def throttle(self, on: bool) -> None:
        """Has calls beyond AWS's rates refused, or not."""
        self.control("profile", {"throttling": on})

    def set_task_faults(self, *faults: dict) -> None:
        self.control("task-faults", {"faults": list(faults)})

    def set_api_faults(self, *faults: dict) -> None:
        self.control("api-faults", {"faults": list(faults)})

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance": seconds})

    def now(self) -> float:
        return self.control("clock", {})["now"]

    def stop_clock(self, moment: float) -> float:
        """Has nothing go on any more; returns what the clock showed at a moment of `monotonic`."""
        now = self.control("clock", {"speed": 0})["now"]
        return now - (time.monotonic() - moment) * self.speed

    @contextlib.contextmanager
    def logging(self) -> Iterator[None]:
        """Has the calls of others counted while the body runs, however many they are."""
        with self._counting:
            self.control("requests", {})
            self._seen, self._throttled = Counter(), 0
            self._effective, self._log_is_cut = set(), False
            self.own, self.own_throttled = 0, 0
        ended = threading.Event()

        def drain() -> None:
            while not ended.wait(DRAIN_EVERY):
                self._drain()

        thread = threading.Thread(target=drain)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def has_called(self, operation: str) -> bool:
        """Tells whether anybody's call of that name has taken effect."""
        self._drain()
        return operation in self._effective

    def calls(self) -> Calls:
        """Returns what others than the bench have called since logging began."""
        self._drain()
        if self._log_is_cut:
            raise Failure("the calls were too many to be counted: the simulator's log is cut")
        with self._counting:
            return Calls(+self._seen, self._throttled)

    def _drain(self) -> None:
        """Takes over the simulator's log, which keeps only the newest calls."""
        with self._counting:
            log = self.control("requests", {})["requests"]
            self._log_is_cut |= len(log) >= LOG_KEEPS
            self._seen.update(one["operation"] for one in log)
            self._throttled += sum(one["code"] in THROTTLED for one in log)
            self._effective |= {one["operation"] for one in log if not one["code"]}

    def ask(self, operation: str, **parameters) -> dict:
        """Makes a call to ECS. The simulator reads the account from the key, and no signature."""
        credential = f"{self.number}/20260101/{REGION}/ecs/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
        headers = {
            "Authorization": signed,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{operation}",
        }
        refused = 0
        try:
            return post(self.endpoint, parameters, headers)
        except urllib.error.HTTPError as error:
            words = error.read().decode(errors="replace")
            refused = any(code in words for code in THROTTLED)
            raise Refused(f"{operation}: {words}") from error
        finally:
            with self._counting:
                # The log doesn't tell who called.
                self.own += 1
                self._seen[operation] -= 1
                self._throttled -= refused
                self.own_throttled += refused

    def services(self, names: list[str]) -> Iterator[dict]:
        for begin in range(0, len(names), BATCH):
            batch = names[begin : begin + BATCH]
            yield from self.ask("DescribeServices", cluster=CLUSTER, services=batch)["services"]

    def deployments(self, service: str, since: float) -> list[dict]:
        """Returns the service deployments made since then, the oldest first."""
        found = self.ask("ListServiceDeployments", cluster=CLUSTER, service=service)
        made = [one for one in found["serviceDeployments"] if one["createdAt"] >= since]
        return sorted(made, key=lambda one: one["createdAt"])

    def task_definition(self, name: str) -> dict:
        return self.ask("DescribeTaskDefinition", taskDefinition=name)["taskDefinition"]
