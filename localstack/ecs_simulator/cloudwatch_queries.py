"""GetMetricData: its refusals, and pages that hold the points of all its queries together."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from localstack.services.cloudwatch.provider_v2 import LABEL_DIFFERENTIATORS, CloudwatchProvider
from localstack.utils.patch import patch

from .errors import EcsError
from .provider import service_exception
from .validation.metric_queries import MAXIMUM_POINTS, check_queries, check_window


@dataclass(frozen=True)
class Place:
    """Where a page begins: at a query, after the point of that time."""

    query: int = 0
    after: int | None = None

    def token(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.query, self.after]).encode()).decode()

    @classmethod
    def of(cls, token: str | None) -> "Place":
        try:
            return cls(*json.loads(base64.urlsafe_b64decode(token))) if token else cls()
        except (ValueError, TypeError):
            raise EcsError("InvalidNextToken", "The provided next token is not valid.") from None


def install() -> None:
    @patch(CloudwatchProvider.get_metric_data)
    def get_metric_data(
        original,
        self,
        context,
        metric_data_queries,
        start_time,
        end_time,
        next_token=None,
        scan_by=None,
        max_datapoints=None,
        **_,
    ):
        try:
            check_queries(metric_data_queries)
            check_window(start_time, end_time, max_datapoints)
            begin = Place.of(next_token)
        except EcsError as error:
            raise service_exception(error) from error

        def points(query: dict) -> list[tuple[int, float]]:
            found = self.cloudwatch_database.get_metric_data_stat(
                context.account_id, context.region, query, start_time, end_time, scan_by
            )
            return list(zip(found["timestamps"], found["values"], strict=True))

        asked = [query for query in metric_data_queries if query.get("ReturnData", True)]
        return _page(asked, points, begin, max_datapoints or MAXIMUM_POINTS, _ascends(scan_by))


def _ascends(scan_by: str | None) -> bool:
    return scan_by == "TimestampAscending"


def _page(queries: list[dict], points, begin: Place, limit: int, ascends: bool) -> dict:
    """Fills a page query by query; those of other pages are there too, without points."""
    results, following = [], None
    for number, query in enumerate(queries):
        found = points(query) if number >= begin.query and limit else []
        if number == begin.query and begin.after is not None:
            found = [
                (moment, value)
                for moment, value in found
                if (moment > begin.after if ascends else moment < begin.after)
            ]
        taken = found[:limit]
        if following is None and number >= begin.query:
            if not limit:
                following = Place(number)
            elif len(found) > limit:
                following = Place(number, taken[-1][0])
        limit -= len(taken)
        results.append(
            {
                "Id": query["Id"],
                "Label": _label(query, queries),
                "Timestamps": [datetime.fromtimestamp(moment, tz=UTC) for moment, _ in taken],
                "Values": [float(value) for _, value in taken],
                "StatusCode": "PartialData" if following else "Complete",
            }
        )
    token = {"NextToken": following.token()} if following else {}
    return {"MetricDataResults": results, "Messages": []} | token


def _label(query: dict, queries: list[dict]) -> str:
    """Returns the label, with those settings in which the queries differ."""
    stat = query["MetricStat"]
    label = query.get("Label") or stat["Metric"]["MetricName"]
    differing = [
        name for name in LABEL_DIFFERENTIATORS if len({q["MetricStat"][name] for q in queries}) > 1
    ]
    return " ".join([label, *(str(stat[name]) for name in differing)])
