"""The traffic generator: what it counts is what CloudWatch then says."""

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecs_simulator.traffic import Traffic, Variant
from tests.account import Account

HOME = Path(__file__).resolve().parent.parent
ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000001"
BALANCER = f"{ARN}:loadbalancer/app/ml/0123456789abcdef"
CONTROL = (
    f"control={ARN}:targetgroup/control/0123456789abcdef,weight=75,conversion=0.2,errors=0,slow=0"
)
CHALLENGER = (
    f"challenger={ARN}:targetgroup/challenger/fedcba9876543210,weight=25,conversion=0.5"
    ",errors=0.1,slow=1,unreachable=0.1,healthy=0"
)


def made(**more) -> Traffic:
    variants = [Variant.read(CONTROL), Variant.read(CHALLENGER)]
    return Traffic(BALANCER, variants, **{"end": 1_800_000_123.0, "days": 1} | more)


def script(account: Account, *arguments: str) -> subprocess.CompletedProcess:
    place = ["--endpoint", account.endpoint, "--account", account.number]
    command = [HOME / "traffic", *place, "--load-balancer", BALANCER, *arguments]
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(command, env=kept, capture_output=True, text=True, check=False)


def test_cloudwatch_says_what_was_counted(account: Account):
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    both = ["--variant", CONTROL, "--variant", CHALLENGER]
    done = script(account, *both, "--days", "1", "--clients", "400", "--end", end.isoformat())
    assert done.stderr == ""
    counted = {
        line.partition(":")[0]: [int(number) for number in re.findall(r"\d+", line)]
        for line in done.stdout.splitlines()
    }

    def values(name: str, variant: str, statistic: str = "Sum") -> list[float]:
        group = {"control": "control/0123456789abcdef", "challenger": "challenger/fedcba9876543210"}
        balanced = [
            {"Name": "LoadBalancer", "Value": "app/ml/0123456789abcdef"},
            {"Name": "TargetGroup", "Value": f"targetgroup/{group[variant]}"},
        ]
        own = name in ("Clients", "Converted")
        metric = {
            "Namespace": "Fraud" if own else "AWS/ApplicationELB",
            "MetricName": name,
            "Dimensions": [{"Name": "Variant", "Value": variant}] if own else balanced,
        }
        stat = {"Metric": metric, "Period": 3600, "Stat": statistic}
        answer = account.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "q", "MetricStat": stat}],
            StartTime=end - timedelta(days=1),
            EndTime=end,
        )
        return answer["MetricDataResults"][0]["Values"]

    names = {
        "Clients": 0,
        "Converted": 1,
        "RequestCount": 2,
        "HTTPCode_Target_5XX_Count": 3,
        "TargetConnectionErrorCount": 4,
    }
    for variant, totals in counted.items():
        found = [sum(values(name, variant)) for name in names]
        assert found == totals
        requests, unreachable = totals[2], totals[4]
        answered = sum(values("TargetResponseTime", variant, "SampleCount"))
        assert answered == requests - unreachable
    assert sum(totals[0] for totals in counted.values()) == 400
    assert values("HTTPCode_Target_5XX_Count", "control") == []
    assert values("TargetConnectionErrorCount", "control") == []
    assert set(values("HealthyHostCount", "control", "Minimum")) == {2}
    assert set(values("HealthyHostCount", "challenger", "Maximum")) == {0}
    assert set(values("TargetResponseTime", "control", "PR(:0.3)")) == {100}
    assert set(values("TargetResponseTime", "challenger", "PR(:0.3)")) == {0}


def test_settings_decide_the_numbers_and_the_end_does_not():
    def data(traffic: Traffic) -> list[tuple[str, dict]]:
        return [
            (namespace, {key: value for key, value in datum.items() if key != "Timestamp"})
            for namespace, datum in traffic.data()
        ]

    assert data(made()) == data(made(end=1_700_000_000.0))
    assert data(made()) != data(made(seed=2))


def test_data_fill_the_days_before_the_end():
    moments = [datum["Timestamp"].timestamp() for _, datum in made(days=2).data()]
    assert moments == sorted(moments)
    assert moments[0] == moments[-1] - 2 * 86_400 + 300
    assert moments[-1] + 300 <= 1_800_000_123 < moments[-1] + 600


def test_clients_are_divided_by_weight_and_convert_at_their_rate():
    traffic = made(days=14)
    list(traffic.data())
    control, challenger = traffic.totals["control"], traffic.totals["challenger"]
    assert control.clients + challenger.clients == 14 * 2000
    assert control.clients / (14 * 2000) == pytest.approx(0.75, abs=0.01)
    assert control.converted / control.clients == pytest.approx(0.2, abs=0.01)
    assert challenger.converted / challenger.clients == pytest.approx(0.5, abs=0.02)
    assert challenger.unreachable / challenger.requests == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (CONTROL + ",colour=1", "unknown setting 'colour' of control"),
        (CONTROL + ",errors=2", "errors of control is not between 0 and 1"),
        (CONTROL.replace("weight=75,", ""), "control has no weight"),
        (CONTROL.replace("weight=75", "weight=0"), "all weights are 0"),
        ("control=fraud,weight=1", "target group of control is not an ARN"),
    ],
)
def test_mistake_in_a_variant_is_named(account: Account, variant: str, words: str):
    refused = script(account, "--variant", variant)
    assert refused.returncode == 1
    assert words in refused.stderr
    assert refused.stdout == ""
