"""Percentiles and percentile ranks in GetMetricData."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.account import Account

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("p50", 50.5), ("p99", 99.01), ("p100", 100), ("PR(:90)", 90), ("PR(90:)", 10)],
)
def test_statistic_over_one_minute(account: Account, statistic, expected):
    cloudwatch = account.client("cloudwatch")
    dimensions = [{"Name": "TargetGroup", "Value": "targetgroup/model/1"}]
    metric = {"MetricName": "TargetResponseTime", "Dimensions": dimensions}
    values = [float(number) for number in range(1, 101)]
    cloudwatch.put_metric_data(
        Namespace="AWS/ApplicationELB", MetricData=[metric | {"Timestamp": START, "Values": values}]
    )
    answer = cloudwatch.get_metric_data(
        StartTime=START,
        EndTime=START + timedelta(minutes=5),
        MetricDataQueries=[
            {
                "Id": "q",
                "MetricStat": {
                    "Metric": metric | {"Namespace": "AWS/ApplicationELB"},
                    "Period": 60,
                    "Stat": statistic,
                },
            }
        ],
    )
    assert answer["MetricDataResults"][0]["Values"] == [pytest.approx(expected)]
