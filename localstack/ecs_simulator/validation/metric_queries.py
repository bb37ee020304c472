"""What CloudWatch refuses in GetMetricData."""

import re
from datetime import datetime

from ..cloudwatch_statistics import BASIC, extended_statistic
from ..errors import EcsError

MAXIMUM_QUERIES = 500
MAXIMUM_POINTS = 100_800
QUERY_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
SHORT_PERIODS = (1, 5, 10, 20, 30)


def check_queries(queries: list[dict]) -> None:
    """Raises NotImplementedError for what is not simulated, which LocalStack answers with 501."""
    if len(queries) > MAXIMUM_QUERIES:
        raise _invalid(
            f"The collection MetricDataQueries must not have a size greater than {MAXIMUM_QUERIES}."
        )
    ids = [query["Id"] for query in queries]
    for number, query in enumerate(queries, start=1):
        if not QUERY_ID.fullmatch(query["Id"]):
            raise _invalid(
                f"The value {query['Id']} for parameter MetricDataQueries.member.{number}.Id is "
                f"not matching the expected pattern ^{QUERY_ID.pattern}$."
            )
        if "MetricStat" not in query:
            raise NotImplementedError("metric math and Metrics Insights are not simulated")
        period, statistic = query["MetricStat"]["Period"], query["MetricStat"]["Stat"]
        if statistic not in BASIC and extended_statistic(statistic) is None:
            raise NotImplementedError(f"the statistic {statistic} is not simulated")
        if period not in SHORT_PERIODS and (period <= 0 or period % 60):
            raise _invalid(f"Period {period} is not 1, 5, 10, 20, 30 or a multiple of 60.")
    if len(set(ids)) < len(ids):
        raise _invalid("The values for parameter id in MetricDataQueries are not unique.")


def check_window(start: datetime, end: datetime, maximum: int | None) -> None:
    if start >= end:
        raise _invalid("The parameter StartTime must be less than the parameter EndTime.")
    if maximum is not None and not 1 <= maximum <= MAXIMUM_POINTS:
        raise _invalid(f"MaxDatapoints must be between 1 and {MAXIMUM_POINTS}.")


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationError", message)
