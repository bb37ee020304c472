"""Alarms as LocalStack's CloudWatch keeps them, evaluated on the virtual clock.

LocalStack by itself evaluates them in real time, knows neither metric math nor percentiles in them,
and forgets state and tags of an alarm that is put again.
"""

from localstack.aws.api import RequestContext
from localstack.services.cloudwatch.alarm_scheduler import AlarmScheduler
from localstack.services.cloudwatch.models import LocalStackMetricAlarm, cloudwatch_stores
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.utils.patch import patch

from .alarm_state import Rule
from .cloudwatch_store import CloudWatchMetrics
from .errors import EcsError
from .in_process import caller
from .metric_math import Series, evaluate
from .provider import service_exception
from .validation.metric_alarms import check_alarm, returned
from .worlds import LOCK, WORLDS

KEPT = ("StateValue", "StateReason", "StateUpdatedTimestamp", "StateTransitionedTimestamp")


def install() -> None:
    @patch(AlarmScheduler.schedule_metric_alarm)
    def schedule_metric_alarm(original, self, alarm_arn):
        """Leaves the alarm to the virtual clock."""

    @patch(CloudwatchProvider.put_metric_alarm)
    def put_metric_alarm(original, self, context: RequestContext, request: dict):
        try:
            check_alarm(request)
        except EcsError as error:
            raise service_exception(error) from error
        with LOCK:
            # From now on somebody looks at it each minute.
            WORLDS.at(context.account_id, context.region)
            store = self.get_store(context.account_id, context.region)
            before = _named(store, request["AlarmName"])
            tags = request.pop("Tags", None)
            original(self, context, request)
            alarm = _named(store, request["AlarmName"])
            if before is not None:
                alarm.alarm.update({name: before.alarm[name] for name in KEPT})
            elif tags:
                # Those of an alarm that is there already are ignored.
                store.TAGS.tag_resource(alarm.alarm["AlarmArn"], tags)

    @patch(CloudwatchProvider.delete_alarms)
    def delete_alarms(original, self, context: RequestContext, alarm_names, **more):
        with LOCK:
            store = self.get_store(context.account_id, context.region)
            for name in alarm_names:
                if found := _named(store, name):
                    arn = found.alarm["AlarmArn"]
                    keys = [tag["Key"] for tag in store.TAGS.list_tags_for_resource(arn)["Tags"]]
                    store.TAGS.untag_resource(arn, keys)
            original(self, context, alarm_names, **more)

    @patch(CloudwatchProvider.list_tags_for_resource)
    def list_tags_for_resource(original, self, context: RequestContext, resource_arn, **more):
        store = self.get_store(context.account_id, context.region)
        if resource_arn not in store.alarms:
            raise service_exception(_not_found())
        return original(self, context, resource_arn, **more)

    @patch(CloudwatchProvider.tag_resource)
    def tag_resource(original, self, context: RequestContext, resource_arn, tags, **more):
        store = self.get_store(context.account_id, context.region)
        if resource_arn not in store.alarms:
            raise service_exception(_not_found())
        return original(self, context, resource_arn, tags, **more)


def forget(account: str | None) -> None:
    """Deletes the alarms of an account, or all."""
    for owner in [account] if account else list(cloudwatch_stores):
        for store in cloudwatch_stores[owner].values():
            store.alarms.clear()


def _not_found() -> EcsError:
    return EcsError("ResourceNotFoundException", "Unknown alarm", 404)


def _named(store, name: str):
    alarms = list(store.alarms.values())
    return next((one for one in alarms if one.alarm["AlarmName"] == name), None)


class CloudWatchAlarms:
    def __init__(self, account: str, region: str):
        self._account, self._region = account, region
        self._store = cloudwatch_stores[account][region]
        self._metrics = CloudWatchMetrics(account, region)

    def in_alarm(self, names: list[str]) -> set[str]:
        alarms = [one.alarm for one in list(self._store.alarms.values())]
        return {
            alarm["AlarmName"]
            for alarm in alarms
            if alarm["AlarmName"] in names and alarm["StateValue"] == "ALARM"
        }

    def evaluate(self, until: float) -> None:
        """Brings each alarm into the state of the points that there are until then."""
        for one in list(self._store.alarms.values()):
            if not isinstance(one, LocalStackMetricAlarm):
                continue
            state = self._state(one.alarm, until)
            if state and state != one.alarm["StateValue"]:
                caller(self._account, self._region)(
                    "cloudwatch",
                    "SetAlarmState",
                    AlarmName=one.alarm["AlarmName"],
                    StateValue=state,
                    StateReason="Threshold Crossed" if state != "INSUFFICIENT_DATA" else state,
                )

    def _state(self, alarm: dict, until: float) -> str | None:
        periods = alarm["EvaluationPeriods"]
        rule = Rule(
            comparison=alarm["ComparisonOperator"],
            threshold=alarm["Threshold"],
            periods=periods,
            points=alarm.get("DatapointsToAlarm") or periods,
            missing=alarm.get("TreatMissingData") or "missing",
        )
        length = _period(alarm)
        end = int(until) // length * length
        begin = end - rule.looks_at * length
        starts = list(range(begin, end, length))
        points = self._points(alarm, starts, length)
        return rule.state([points.get(start) for start in starts])

    def _points(self, alarm: dict, starts: list[int], length: int) -> Series:
        window = (starts[0], starts[-1] + length)
        if not alarm.get("Metrics"):
            stat = alarm.get("Statistic") or alarm["ExtendedStatistic"]
            metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
            return self._metrics.series(metric, length, stat, *window)
        known: dict[str, Series] = {}
        # An expression stands anywhere among the metrics it uses.
        for query in sorted(alarm["Metrics"], key=lambda query: "Expression" in query):
            if "Expression" in query:
                known[query["Id"]] = evaluate(query["Expression"], known, starts)
            else:
                stat = query["MetricStat"]
                known[query["Id"]] = self._metrics.series(
                    stat["Metric"], length, stat["Stat"], *window
                )
        return known[returned(alarm["Metrics"])["Id"]]


def _period(alarm: dict) -> int:
    if not alarm.get("Metrics"):
        return alarm["Period"]
    return max(
        query["MetricStat"]["Period"] if "MetricStat" in query else query.get("Period") or 1
        for query in alarm["Metrics"]
    )
