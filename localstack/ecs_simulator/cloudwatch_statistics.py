"""Statistics over the raw values that LocalStack's CloudWatch keeps.

It fails on percentiles and percentile ranks by itself.
"""

import math
import re
import sqlite3
from collections.abc import Callable, Iterator

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.utils.patch import patch

PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
PERCENTILE_RANK = re.compile(r"PR\((\d*(?:\.\d+)?):(\d*(?:\.\d+)?)\)")
Statistic = Callable[[list[float]], float]


def extended_statistic(name: str) -> Statistic | None:
    """Returns how to compute p99.9 or PR(0:0.5); None for every other statistic."""
    if found := PERCENTILE.fullmatch(name):
        return lambda values: percentile(values, float(found[1]))
    if found := PERCENTILE_RANK.fullmatch(name):
        low, high = (float(bound) if bound else None for bound in found.groups())
        return lambda values: percentile_rank(values, low, high)
    return None


def percentile(values: list[float], percent: float) -> float:
    """Returns the value at that share of the ordered values, between two of them in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def percentile_rank(values: list[float], low: float | None, high: float | None) -> float:
    """Returns the percentage of values above low and up to high."""
    inside = [
        value
        for value in values
        if (low is None or value > low) and (high is None or value <= high)
    ]
    return 100 * len(inside) / len(values)


def install() -> None:
    @patch(CloudwatchDatabase.get_metric_data_stat)
    def get_metric_data_stat(
        original, self, account_id, region, query, start_time, end_time, scan_by
    ):
        metric_stat = query["MetricStat"]
        statistic = extended_statistic(metric_stat["Stat"])
        if statistic is None:
            return original(self, account_id, region, query, start_time, end_time, scan_by)
        points = [
            (time, statistic(values))
            for time, values in _periods(
                self, account_id, region, metric_stat, start_time.timestamp(), end_time.timestamp()
            )
        ]
        if scan_by != "TimestampAscending":
            points.reverse()
        return {
            "timestamps": [time for time, _ in points],
            "values": [value for _, value in points],
        }


class CloudWatchMetrics:
    """What the simulation reads of the metrics of one account and region."""

    def __init__(self, account: str, region: str):
        self._account, self._region = account, region

    def average(self, metric: dict, start: float, end: float) -> float | None:
        metric_stat = {"Metric": metric, "Period": math.ceil(end - start)}
        place = (CloudwatchDatabase(), self._account, self._region)
        values = [
            value for _, found in _periods(*place, metric_stat, start, end) for value in found
        ]
        return sum(values) / len(values) if values else None


def _periods(
    database: CloudwatchDatabase,
    account: str,
    region: str,
    metric_stat: dict,
    start: float,
    end: float,
) -> Iterator[tuple[int, list[float]]]:
    """Yields each period that has values, with its start, the oldest first."""
    metric, period = metric_stat["Metric"], metric_stat["Period"]
    dimensions = database._get_ordered_dimensions_with_separator(metric.get("Dimensions"))
    with database.DATABASE_LOCK, sqlite3.connect(database.METRICS_DB) as connection:
        rows = connection.execute(
            f"SELECT timestamp, value FROM {database.TABLE_SINGLE_METRICS}"
            " WHERE account_id = ? AND region = ? AND namespace = ? AND metric_name = ?"
            " AND dimensions IS ? AND (? IS NULL OR unit = ?)"
            " AND timestamp >= ? AND timestamp < ? ORDER BY timestamp",
            (
                *(account, region, metric["Namespace"], metric["MetricName"]),
                *(dimensions, metric_stat.get("Unit"), metric_stat.get("Unit")),
                *(int(start), int(end)),
            ),
        ).fetchall()
    found: dict[int, list[float]] = {}
    for time, value in rows:
        found.setdefault(int(start) + (int(time) - int(start)) // period * period, []).append(value)
    yield from found.items()
