"""An alarm of CloudWatch that is in the state a test wants."""

from tests.account import Account


def alarm(account: Account, state: str) -> None:
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="fraud-5xx",
        MetricName="HTTPCode_Target_5XX_Count",
        Namespace="AWS/ApplicationELB",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        # LocalStack looks at alarms on its own; without data the state is to stay as it is set.
        TreatMissingData="ignore",
    )
    cloudwatch.set_alarm_state(AlarmName="fraud-5xx", StateValue=state, StateReason="test")
