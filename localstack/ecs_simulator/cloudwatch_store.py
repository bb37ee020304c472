"""Metric data in LocalStack's database, each put of a value as a statistic set of its minute.

LocalStack by itself makes a row of every occurrence of a value and a query of every period, finds
metrics whose dimensions only begin with those asked for, and fails on percentiles.
"""

import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.utils.patch import patch

from .cloudwatch_statistics import Occurrences, extended_statistic
from .controls import CONTROLS
from .metrics import Datum

TABLE = CloudwatchDatabase.TABLE_AGGREGATED_METRICS
COLUMNS = (
    "account_id, region, namespace, metric_name, dimensions, timestamp, unit, storage_resolution,"
    " sample_count, sum, min, max"
)
STATISTICS = {
    "SampleCount": "SUM(sample_count)",
    "Sum": "SUM(sum)",
    "Average": "SUM(sum) * 1.0 / SUM(sample_count)",
    "Minimum": "MIN(min)",
    "Maximum": "MAX(max)",
}
# What GetMetricStatistics asks for when data has no unit.
NO_UNIT = "NULL_VALUE"
DAY = 86_400
# Points of this age, in seconds of real time, are kept in periods of so many seconds.
RETENTION = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3600))


def install() -> None:
    @patch(CloudwatchDatabase.__init__)
    def __init__(original, self):  # noqa: N807
        original(self)
        with _connection(self) as connection:
            connection.execute(
                f"CREATE INDEX IF NOT EXISTS by_metric ON {TABLE}"
                " (account_id, region, namespace, metric_name, dimensions, timestamp)"
            )

    @patch(CloudwatchDatabase.add_metric_data)
    def add_metric_data(original, self, account_id, region, namespace, metric_data):
        rows = [
            (account_id, region, namespace, *_identity(self, account_id, datum), *values)
            for datum in metric_data
            for values in _statistic_sets(datum)
        ]
        places = ", ".join("?" * len(COLUMNS.split(",")))
        with _connection(self) as connection:
            connection.executemany(f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({places})", rows)

    @patch(CloudwatchDatabase.get_metric_data_stat)
    def get_metric_data_stat(
        original, self, account_id, region, query, start_time, end_time, scan_by
    ):
        window = (start_time.timestamp(), end_time.timestamp())
        points = _points(self, account_id, region, query["MetricStat"], *window)
        if scan_by != "TimestampAscending":
            points.reverse()
        return {
            "timestamps": [moment for moment, _ in points],
            "values": [value for _, value in points],
        }


def forget(account: str | None) -> None:
    """Deletes the metrics of an account, or all."""
    database = CloudwatchDatabase()
    with _connection(database) as connection:
        connection.execute(f"DELETE FROM {TABLE} WHERE ?1 IS NULL OR account_id = ?1", (account,))


class CloudWatchMetrics:
    """What the simulation reads of the metrics of one account and region."""

    def __init__(self, account: str, region: str):
        self._account, self._region = account, region

    def average(self, metric: dict, start: float, end: float) -> float | None:
        """Looks at whole minutes, as CloudWatch keeps no others."""
        begin, until = (int(moment) // 60 * 60 for moment in (start, end))
        metric_stat = {"Metric": metric, "Period": until - begin, "Stat": "Average"}
        place = (CloudwatchDatabase(), self._account, self._region)
        found = _select(*place, metric_stat, begin, until)
        return found[0][1] if found else None

    def series(
        self, metric: dict, period: int, statistic: str, start: int, end: int
    ) -> dict[int, float]:
        """Returns the value of each period that has any, by its start."""
        metric_stat = {"Metric": metric, "Period": period, "Stat": statistic}
        place = (CloudwatchDatabase(), self._account, self._region)
        return {moment: float(value) for moment, value in _select(*place, metric_stat, start, end)}

    def put(self, namespace: str, moment: float, data: list[Datum]) -> None:
        put = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                "Timestamp": datetime.fromtimestamp(moment, tz=UTC),
                "Values": [value for value, _ in values],
                "Counts": [count for _, count in values],
            }
            for name, dimensions, values in data
        ]
        CloudwatchDatabase().add_metric_data(self._account, self._region, namespace, put)


def _points(
    database: CloudwatchDatabase,
    account: str,
    region: str,
    metric_stat: dict,
    start: float,
    end: float,
) -> list[tuple[int, float]]:
    """Returns start and value of each period that has values, the oldest first."""
    now, period = time.time(), metric_stat["Period"]
    aligned = int(start) - int(start) % _resolution(now - start)
    # Whole periods from there on: only those that are still kept as finely as asked for.
    missing = max(0, math.ceil((now - _kept_for(period) - aligned) / period))
    return _select(database, account, region, metric_stat, aligned, int(end), missing)


def _resolution(age: float) -> int:
    """Returns to how many seconds CloudWatch rounds down a start of that age."""
    return next((period for limit, period in RETENTION if age < limit), RETENTION[-1][1])


def _kept_for(period: int) -> int:
    """Returns how long points of a period can be had; those of seconds are kept like minutes."""
    return max((limit for limit, kept in RETENTION if period % kept == 0), default=RETENTION[0][0])


def _select(
    database: CloudwatchDatabase,
    account: str,
    region: str,
    metric_stat: dict,
    start: int,
    end: int,
    missing: int = 0,
) -> list[tuple[int, float]]:
    metric, period, unit = metric_stat["Metric"], metric_stat["Period"], metric_stat.get("Unit")
    where = (
        "account_id = :account AND region = :region AND namespace = :namespace"
        " AND metric_name = :name AND dimensions IS :dimensions"
        " AND (:unit IS NULL OR COALESCE(unit, :no_unit) = :unit)"
        " AND timestamp >= :start + :missing * :period AND timestamp < :end"
    )
    parameters = {
        "account": account,
        "region": region,
        "namespace": metric["Namespace"],
        "name": metric["MetricName"],
        "dimensions": database._get_ordered_dimensions_with_separator(metric.get("Dimensions")),
        "unit": unit,
        "no_unit": NO_UNIT,
        "start": start,
        "end": end,
        "period": period,
        "missing": missing,
    }
    number = "(timestamp - :start) / :period"
    extended = extended_statistic(metric_stat["Stat"])
    with _connection(database) as connection:
        if extended is None:
            query = (
                f"SELECT {number}, {STATISTICS[metric_stat['Stat']]} FROM {TABLE} WHERE {where}"
                " GROUP BY 1 ORDER BY 1"
            )
            found = connection.execute(query, parameters).fetchall()
        else:
            query = f"SELECT {number}, min, max, sample_count FROM {TABLE} WHERE {where} ORDER BY 1"
            rows = connection.execute(query, parameters)
            found = [(place, extended(values)) for place, values in _raw_periods(rows)]
    return [(start + place * period, value) for place, value in found]


def _raw_periods(rows: Iterator[tuple]) -> list[tuple[int, Occurrences]]:
    """Returns the periods of which CloudWatch knows every value: no set has different ones."""
    periods: dict[int, list[tuple[float, float]]] = {}
    unknown = set()
    for place, low, high, count in rows:
        periods.setdefault(place, []).append((low, count))
        if low != high:
            unknown.add(place)
    return [(place, values) for place, values in periods.items() if place not in unknown]


def _identity(database: CloudwatchDatabase, account: str, datum: dict) -> tuple:
    told = datum.get("Timestamp")
    moment = told.timestamp() if told else CONTROLS.of(account).clock.now()
    resolution = datum.get("StorageResolution")
    return (
        datum["MetricName"],
        database._get_ordered_dimensions_with_separator(datum.get("Dimensions")),
        int(moment) - int(moment) % (1 if resolution == 1 else 60),
        datum.get("Unit"),
        resolution,
    )


def _statistic_sets(datum: dict) -> Iterator[tuple[float, float, float, float]]:
    """Yields count, sum, least and greatest value of all that a datum brings."""
    values = [datum["Value"]] if datum.get("Value") is not None else datum.get("Values") or []
    counts = datum.get("Counts") or [1] * len(values)
    for value, count in zip(values, counts, strict=True):
        if count:
            yield count, value * count, value, value
    if known := datum.get("StatisticValues"):
        yield known["SampleCount"], known["Sum"], known["Minimum"], known["Maximum"]


@contextmanager
def _connection(database: CloudwatchDatabase) -> Iterator[sqlite3.Connection]:
    with database.DATABASE_LOCK, closing(sqlite3.connect(database.METRICS_DB)) as connection:
        # Nobody reads them after the process: no minute waits for a disk.
        connection.execute("PRAGMA synchronous = OFF")
        with connection:
            yield connection
