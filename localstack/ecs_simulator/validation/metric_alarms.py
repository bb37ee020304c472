"""What CloudWatch refuses in PutMetricAlarm, and what is not simulated of it."""

from ..alarm_state import COMPARISONS
from ..cloudwatch_statistics import BASIC, extended_statistic
from ..errors import EcsError
from ..metric_math import evaluate, names

MAXIMUM_NAME = 255
# Periods times their number: one day, a week from an hour on.
DAY, WEEK, HOUR = 86_400, 604_800, 3600


def check_alarm(request: dict) -> None:
    """Raises NotImplementedError for what is not simulated, which LocalStack answers with 501."""
    if not 1 <= len(request["AlarmName"]) <= MAXIMUM_NAME:
        raise _invalid(f"AlarmName must have length less than or equal to {MAXIMUM_NAME}")
    if request["ComparisonOperator"] not in COMPARISONS or "Threshold" not in request:
        raise NotImplementedError("alarms by anomaly detection are not simulated")
    metrics = request.get("Metrics") or []
    if bool(metrics) == bool(request.get("MetricName")):
        raise _invalid("Exactly one of MetricName and Metrics must be given")
    periods = request["EvaluationPeriods"]
    if not 1 <= (request.get("DatapointsToAlarm") or periods) <= periods:
        raise _invalid("DatapointsToAlarm must be between 1 and EvaluationPeriods")
    if metrics:
        length = _check_metrics(metrics)
    else:
        if bool(request.get("Statistic")) == bool(request.get("ExtendedStatistic")):
            raise _invalid("Exactly one of Statistic and ExtendedStatistic must be given")
        _check_statistic(request.get("Statistic") or request["ExtendedStatistic"])
        length = request["Period"]
    if length * periods > (WEEK if length >= HOUR else DAY):
        raise _invalid("Metrics cannot be checked across more than a day (86400 seconds)")


def returned(metrics: list[dict]) -> dict:
    """Returns the query whose points the alarm is about."""
    chosen = [query for query in metrics if query.get("ReturnData", True)]
    if len(chosen) != 1:
        raise _invalid("Exactly one element of the metrics list should return data")
    return chosen[0]


def _check_metrics(metrics: list[dict]) -> int:
    returned(metrics)
    ids = [query["Id"] for query in metrics]
    if len(set(ids)) < len(ids):
        raise _invalid("The values for parameter id in Metrics are not unique")
    stats = {query["Id"]: query["MetricStat"] for query in metrics if "MetricStat" in query}
    if not stats:
        raise NotImplementedError("alarms by Metrics Insights are not simulated")
    for stat in stats.values():
        _check_statistic(stat["Stat"])
    for query in metrics:
        if "Expression" not in query:
            continue
        if not names(query["Expression"]) <= stats.keys():
            raise NotImplementedError("expressions over expressions are not simulated")
        try:
            evaluate(query["Expression"], {name: {} for name in stats}, [0])
        except ValueError as error:
            raise NotImplementedError(f"metric math: {error}") from error
    periods = {stat["Period"] for stat in stats.values()}
    if len(periods) > 1:
        raise NotImplementedError("alarms over several periods are not simulated")
    return periods.pop()


def _check_statistic(name: str) -> None:
    if name not in BASIC and extended_statistic(name) is None:
        raise NotImplementedError(f"the statistic {name} is not simulated")


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationError", message)
