"""GetMetricData over the windows that experiments are judged on."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from tests.account import Account

NAMESPACE, NAME = "AWS/ApplicationELB", "TargetResponseTime"
GROUP = {"Name": "TargetGroup", "Value": "targetgroup/model/1"}
BALANCER = {"Name": "LoadBalancer", "Value": "app/ml/1"}
# The start of an hour in the last days: older points are kept less finely.
START = (datetime.now(UTC) - timedelta(days=3)).replace(minute=0, second=0, microsecond=0)


def put(account: Account, minute: float = 0, **datum) -> None:
    """Puts a datum so many minutes after the start."""
    moment = START + timedelta(minutes=minute)
    datum = {"MetricName": NAME, "Dimensions": [GROUP], "Timestamp": moment} | datum
    account.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])


def query(statistic: str = "Sum", period: int = 60, name: str = NAME, **more) -> dict:
    metric = {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": [GROUP]} | more
    stat = {"Metric": metric, "Period": period, "Stat": statistic}
    return {"Id": "q", "MetricStat": stat}


def get(account: Account, *queries: dict, minutes: tuple[float, float] = (0, 120), **more) -> dict:
    start, end = (START + timedelta(minutes=minute) for minute in minutes)
    settings = {"StartTime": start, "EndTime": end, "ScanBy": "TimestampAscending"} | more
    return account.client("cloudwatch").get_metric_data(MetricDataQueries=list(queries), **settings)


def points(account: Account, asked: dict, **more) -> list[tuple[float, float]]:
    """Returns the minute and the value of each point."""
    result = get(account, asked, **more)["MetricDataResults"][0]
    assert result["StatusCode"] == "Complete"
    minutes = [(moment - START).total_seconds() / 60 for moment in result["Timestamps"]]
    return list(zip(minutes, result["Values"], strict=True))


def values(account: Account, asked: dict, **more) -> list[float]:
    return [value for _, value in points(account, asked, **more)]


def test_minutes_without_data_have_no_point(account: Account):
    for minute in (0, 2, 3.5, 3.9, 60):
        put(account, minute, Value=2.0)
    assert points(account, query()) == [(0, 2), (2, 2), (3, 4), (60, 2)]
    assert points(account, query(period=300)) == [(0, 8), (60, 2)]
    assert points(account, query(period=3600)) == [(0, 8), (60, 2)]
    assert points(account, query(), minutes=(4, 60)) == []


def test_newest_points_come_first_by_default(account: Account):
    for minute in (0, 1):
        put(account, minute, Value=float(minute))
    assert get(account, query(), ScanBy="TimestampDescending")["MetricDataResults"][0][
        "Values"
    ] == [1, 0]


def test_periods_begin_at_the_start_rounded_down_to_the_minute(account: Account):
    for minute in range(0, 60, 10):
        put(account, minute, Value=1.0)
    assert points(account, query(period=1200), minutes=(7.5, 60)) == [(7, 2), (27, 2), (47, 1)]


def test_end_is_exclusive_and_cuts_the_last_period(account: Account):
    for minute in range(0, 90, 10):
        put(account, minute, Value=1.0)
    assert points(account, query(period=3600), minutes=(0, 80)) == [(0, 6), (60, 2)]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("SampleCount", 13), ("Sum", 32), ("Average", 32 / 13), ("Minimum", 1), ("Maximum", 9)],
)
def test_all_ways_to_put_add_up(account: Account, statistic: str, expected: float):
    put(account, Values=[1.0, 2.0], Counts=[6.0, 3.0])
    put(account, Value=5.0)
    together = {"SampleCount": 3.0, "Sum": 15.0, "Minimum": 1.0, "Maximum": 9.0}
    put(account, StatisticValues=together)
    assert values(account, query(statistic)) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("p50", 50.5), ("p99", 99.01), ("p100", 100), ("PR(:90)", 90), ("PR(90:)", 10)],
)
def test_statistic_over_one_minute(account: Account, statistic: str, expected: float):
    put(account, Values=[float(number) for number in range(1, 101)])
    assert values(account, query(statistic)) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("PR(:0.3)", 75), ("PR(0.1:0.3)", 25), ("p50", 0.2), ("p75", 0.375), ("p100", 0.6)],
)
def test_counts_weigh_values(account: Account, statistic: str, expected: float):
    put(account, Values=[0.1, 0.3, 0.6], Counts=[2.0, 1.0, 1.0])
    assert values(account, query(statistic)) == [pytest.approx(expected)]


def test_statistic_sets_have_percentiles_only_when_all_their_values_are_one(account: Account):
    same = {"SampleCount": 3.0, "Sum": 0.6, "Minimum": 0.2, "Maximum": 0.2}
    put(account, StatisticValues=same)
    put(account, Value=0.4)
    put(account, 1, StatisticValues=same | {"Maximum": 0.4, "Sum": 0.8})
    assert points(account, query("PR(:0.3)")) == [(0, 75)]


def test_dimensions_are_those_and_no_others(account: Account):
    put(account, Value=1.0)
    put(account, Value=2.0, Dimensions=[GROUP, BALANCER])
    put(account, Value=4.0, Dimensions=[{"Name": "TargetGroup", "Value": "targetgroup/model/12"}])
    put(account, Value=8.0, Dimensions=[])
    assert values(account, query()) == [1]
    assert values(account, query(Dimensions=[BALANCER, GROUP])) == [2]
    assert values(account, query(Dimensions=[BALANCER])) == []
    assert values(account, query(Dimensions=[])) == [8]
    assert values(account, query(Namespace="AWS/ApplicationEL_")) == []


def test_unit_selects_only_when_it_is_asked_for(account: Account):
    put(account, Value=1.0, Unit="Seconds")
    put(account, Value=2.0)
    asked = query()
    assert values(account, asked) == [3]
    asked["MetricStat"]["Unit"] = "Seconds"
    assert values(account, asked) == [1]
    asked["MetricStat"]["Unit"] = "Count"
    assert values(account, asked) == []


def test_late_point_joins_its_minute(account: Account):
    put(account, Value=1.0)
    assert values(account, query()) == [1]
    put(account, Value=3.0)
    assert values(account, query()) == [4]


@pytest.mark.parametrize(
    ("days", "period", "kept"),
    [(14, 60, True), (16, 60, False), (16, 300, True), (62, 300, True), (64, 3600, True)],
)
def test_older_points_are_kept_less_finely(account: Account, days: int, period: int, kept: bool):
    moment = datetime.now(UTC) - timedelta(days=days)
    put(account, Value=1.0, Timestamp=moment)
    window = {"StartTime": moment - timedelta(hours=2), "EndTime": moment + timedelta(hours=2)}
    result = get(account, query(period=period), **window)["MetricDataResults"][0]
    assert result["Values"] == ([1] if kept else [])
    assert all(moment.timestamp() % min(period, 300) == 0 for moment in result["Timestamps"])


def test_reset_forgets_the_metrics_of_an_account(account: Account):
    put(account, Value=1.0)
    account.control("reset")
    assert values(account, query()) == []


# Pages.


def paged(account: Account, queries: list[dict], size: int, **more) -> list[dict]:
    pages, following = [], {}
    while not pages or following:
        page = get(account, *queries, MaxDatapoints=size, **more, **following)
        pages.append(page)
        following = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    return pages


@pytest.mark.parametrize("order", ["TimestampAscending", "TimestampDescending"])
def test_pages_hold_the_points_of_all_queries_together(account: Account, order: str):
    for minute in range(7):
        put(account, minute, Value=float(minute))
        put(account, minute, MetricName="Other", Value=10.0 + minute)
    queries = [query(), query(name="None") | {"Id": "none"}, query(name="Other") | {"Id": "other"}]
    pages = paged(account, queries, 4, ScanBy=order)
    found: dict[str, list[float]] = {"q": [], "none": [], "other": []}
    for page in pages:
        assert [one["Id"] for one in page["MetricDataResults"]] == list(found)
        assert sum(len(one["Values"]) for one in page["MetricDataResults"]) <= 4
        for one in page["MetricDataResults"]:
            found[one["Id"]] += one["Values"]
    expected = list(range(7)) if order == "TimestampAscending" else list(range(6, -1, -1))
    assert found == {"q": expected, "none": [], "other": [10 + one for one in expected]}
    statuses = [[one["StatusCode"] for one in page["MetricDataResults"]] for page in pages]
    assert statuses == [
        ["PartialData"] * 3,
        ["Complete", "Complete", "PartialData"],
        ["Complete", "Complete", "PartialData"],
        ["Complete", "Complete", "Complete"],
    ]


def test_late_point_repeats_and_loses_none_on_the_next_page(account: Account):
    for minute in (1, 2, 3):
        put(account, minute, Value=float(minute))
    first = get(account, query(), MaxDatapoints=2)
    put(account, 0, Value=9.0)
    second = get(account, query(), MaxDatapoints=2, NextToken=first["NextToken"])
    assert [one["MetricDataResults"][0]["Values"] for one in (first, second)] == [[1, 2], [3]]


# What is refused.


@pytest.mark.parametrize(
    ("asked", "more", "code", "words"),
    [
        ([query() | {"Id": "fraud-v9"}], {}, "ValidationError", "is not matching the expected"),
        ([query(), query()], {}, "ValidationError", "are not unique"),
        ([query(period=90)], {}, "ValidationError", "multiple of 60"),
        ([query()], {"EndTime": START}, "ValidationError", "StartTime must be less than"),
        ([query()], {"MaxDatapoints": 100_801}, "ValidationError", "100800"),
        ([query()], {"NextToken": "none"}, "InvalidNextToken", "not valid"),
    ],
)
def test_request_is_refused(account: Account, asked: list, more: dict, code: str, words: str):
    with pytest.raises(ClientError) as refusal:
        get(account, *asked, **more)
    error = refusal.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True)


@pytest.mark.parametrize(
    "asked", [{"Id": "e", "Expression": "m1 + m2"}, query("TM(10%:90%)")], ids=["math", "trimmed"]
)
def test_what_is_not_simulated_says_so(account: Account, asked: dict):
    with pytest.raises(ClientError) as refusal:
        get(account, asked)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


# Speed.


def test_two_weeks_of_minutes_of_twenty_metrics_are_read_in_seconds(account: Account):
    names = [f"metric-{number}" for number in range(20)]
    begin = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=14)
    hours = [begin + timedelta(hours=number) for number in range(14 * 24)]
    client = account.client("cloudwatch")
    for name in names:
        data = [
            {"MetricName": name, "Dimensions": [GROUP], "Timestamp": hour, "Value": 1.0}
            for hour in hours
        ]
        client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
    started = time.perf_counter()
    for period in (60, 300, 3600):
        queries = [
            query("Sum", period, name) | {"Id": f"q{number}"} for number, name in enumerate(names)
        ]
        found = get(account, *queries, StartTime=begin, EndTime=begin + timedelta(days=14))
        assert [sum(one["Values"]) for one in found["MetricDataResults"]] == [336] * 20
    assert time.perf_counter() - started < 5
