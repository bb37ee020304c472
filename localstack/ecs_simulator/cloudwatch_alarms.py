"""Alarms as LocalStack's CloudWatch keeps them."""

from localstack.services.cloudwatch.models import cloudwatch_stores


class CloudWatchAlarms:
    def __init__(self, account: str, region: str):
        self._store = cloudwatch_stores[account][region]

    def in_alarm(self, names: list[str]) -> set[str]:
        alarms = [one.alarm for one in self._store.alarms.values()]
        return {
            alarm["AlarmName"]
            for alarm in alarms
            if alarm["AlarmName"] in names and alarm["StateValue"] == "ALARM"
        }
