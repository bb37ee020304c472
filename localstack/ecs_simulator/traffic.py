"""What load balancer and application would have put into CloudWatch in an A/B test.

The same settings give the same numbers, whenever the test ends.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

SLOT = 300  # seconds: a load balancer puts each minute, which would take five times as long
SLOTS_A_DAY = 86_400 // SLOT
# How much more than on average is going on at the best time of a day.
SWING = 0.6
REQUESTS = (1, 2, 3, 4, 5)
# Response times, as parts of the time above which a request is slow.
FAST, SLOW = (0.2, 0.5, 0.8), (1.5, 3.0)
SHARES = ("conversion", "errors", "unanswered", "slow", "unreachable")


@dataclass(frozen=True)
class Variant:
    """One arm: where its requests go, and what becomes of clients and requests."""

    name: str
    target_group: str  # ARN
    weight: int
    conversion: float = 0.05  # share of clients
    errors: float = 0.001  # shares of requests
    unanswered: float = 0
    slow: float = 0.02
    unreachable: float = 0
    healthy: int = 2  # targets

    def __post_init__(self):
        for share in SHARES:
            if not 0 <= getattr(self, share) <= 1:
                raise ValueError(f"{share} of {self.name} is not between 0 and 1")
        if self.weight < 0:
            raise ValueError(f"the weight of {self.name} is below 0")
        if ":targetgroup/" not in self.target_group:
            raise ValueError(f"the target group of {self.name} is not an ARN")

    @classmethod
    def read(cls, text: str) -> "Variant":
        """Reads NAME=TARGET_GROUP_ARN,SETTING=NUMBER,…"""
        given = dict(part.partition("=")[::2] for part in text.split(","))
        name, group = next(iter(given.items()))
        del given[name]
        known = {field.name: field.type for field in fields(cls)[2:]}
        if unknown := given.keys() - known.keys():
            raise ValueError(
                f"unknown setting {min(unknown)!r} of {name}; known: {', '.join(known)}"
            )
        if "weight" not in given:
            raise ValueError(f"{name} has no weight")
        return cls(name, group, **{key: known[key](value) for key, value in given.items()})


@dataclass
class Seen:
    """What was counted of a variant, in a slot or altogether."""

    clients: int = 0
    converted: int = 0
    requests: int = 0
    errors: int = 0
    answers: int = 0  # without an error
    unreachable: int = 0
    times: Counter[float] = field(default_factory=Counter)

    def add(self, other: "Seen") -> None:
        for count in fields(self)[:-1]:
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))
        self.times.update(other.times)


@dataclass
class Traffic:
    load_balancer: str  # ARN
    variants: list[Variant]
    end: float  # seconds since the epoch; the last slot ends at most that late
    days: int = 14
    clients: int = 2000  # a day, over all variants
    slow_above: float = 0.3  # seconds
    namespace: str = "Fraud"
    seed: int = 1

    def __post_init__(self):
        if ":loadbalancer/" not in self.load_balancer:
            raise ValueError("the load balancer is not an ARN")
        if not sum(variant.weight for variant in self.variants):
            raise ValueError("all weights are 0")
        if len({variant.name for variant in self.variants}) < len(self.variants):
            raise ValueError("two variants have one name")
        self.totals = {variant.name: Seen() for variant in self.variants}

    def data(self) -> Iterator[tuple[str, dict]]:
        """Yields namespaces and data of PutMetricData, the oldest first; counts the totals."""
        dice = random.Random(self.seed)
        weights = [variant.weight for variant in self.variants]
        last = int(self.end) // SLOT * SLOT
        slots = self.days * SLOTS_A_DAY
        for slot in range(slots):
            moment = datetime.fromtimestamp(last - (slots - slot) * SLOT, tz=UTC)
            new = self._clients_until(slot + 1) - self._clients_until(slot)
            arrived = Counter(dice.choices(range(len(weights)), weights, k=new))
            for number, variant in enumerate(self.variants):
                seen = self._seen(variant, arrived[number], dice)
                self.totals[variant.name].add(seen)
                for namespace, datum in self._data_of(variant, seen):
                    yield namespace, datum | {"Timestamp": moment}

    def _clients_until(self, slot: int) -> int:
        """Returns how many have come by then, on days that are all alike."""
        days = slot / SLOTS_A_DAY
        return round(self.clients * (days - SWING * math.sin(2 * math.pi * days) / (2 * math.pi)))

    def _seen(self, variant: Variant, clients: int, dice: random.Random) -> Seen:
        seen = Seen(clients)
        for _ in range(clients):
            seen.converted += dice.random() < variant.conversion
            for _ in range(dice.choice(REQUESTS)):
                seen.requests += 1
                if dice.random() < variant.unreachable:
                    seen.unreachable += 1
                    continue
                # Only what has such requests draws for them, so that all else stays as it was.
                if variant.unanswered and dice.random() < variant.unanswered:
                    continue
                is_error = dice.random() < variant.errors
                seen.errors += is_error
                seen.answers += not is_error
                times = SLOW if dice.random() < variant.slow else FAST
                seen.times[dice.choice(times) * self.slow_above] += 1
        return seen

    def _data_of(self, variant: Variant, seen: Seen) -> Iterator[tuple[str, dict]]:
        balancer = self.load_balancer.partition(":loadbalancer/")[2]
        group = variant.target_group.rpartition(":")[2]
        dimensions = [
            {"Name": "LoadBalancer", "Value": balancer},
            {"Name": "TargetGroup", "Value": group},
        ]
        yield balanced("HealthyHostCount", dimensions, Value=variant.healthy)
        counts = {
            "RequestCount": seen.requests,
            "HTTPCode_Target_2XX_Count": seen.answers,
            "HTTPCode_Target_5XX_Count": seen.errors,
            "TargetConnectionErrorCount": seen.unreachable,
        }
        # A load balancer puts no zeros.
        for name, count in counts.items():
            if count:
                yield balanced(name, dimensions, Value=count)
        if seen.times:
            yield balanced(
                "TargetResponseTime",
                dimensions,
                Values=list(seen.times.keys()),
                Counts=list(seen.times.values()),
                Unit="Seconds",
            )
        if seen.clients:
            of_variant = [{"Name": "Variant", "Value": variant.name}]
            for name, count in (("Clients", seen.clients), ("Converted", seen.converted)):
                datum = {"MetricName": name, "Dimensions": of_variant, "Value": count}
                yield self.namespace, datum | {"Unit": "Count"}


def balanced(name: str, dimensions: list[dict], **more) -> tuple[str, dict]:
    """Returns a datum as an application load balancer puts it."""
    datum = {"MetricName": name, "Dimensions": dimensions, "Unit": "Count"} | more
    return "AWS/ApplicationELB", datum
