"""Alarms of CloudWatch by the points there are, and what they do to a rollout."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from ecs_simulator.alarm_state import Rule
from ecs_simulator.metric_math import evaluate
from tests.account import Account
from tests.two_groups import TwoGroups, canary, reach

X, OK, NONE = 1.0, 0.0, None
MISSING = ("missing", "ignore", "breaching", "notBreaching")
DELAY = 120
ERROR_RATE = "IF(m3>=20,100*(FILL(m1,0)+FILL(m2,0))/m3)"


# The tables of the user guide, "Configuring how CloudWatch alarms treat missing data".
@pytest.mark.parametrize(
    ("points", "values", "states"),
    [
        (3, (OK, NONE, X, NONE, X), ("OK", "OK", "OK", "OK")),
        (3, (NONE, NONE, NONE, NONE, OK), ("OK", "OK", "OK", "OK")),
        (3, (NONE,) * 5, ("INSUFFICIENT_DATA", None, "ALARM", "OK")),
        (3, (OK, X, X, NONE, X), ("ALARM",) * 4),
        (3, (NONE, NONE, X, NONE, NONE), ("ALARM", None, "ALARM", "OK")),
        (2, (OK, NONE, X, NONE, X), ("ALARM",) * 4),
        (2, (OK, OK, X, OK, X), ("ALARM",) * 4),
        (2, (OK, NONE, X, NONE, NONE), ("OK", "OK", "ALARM", "OK")),
        (2, (NONE, NONE, NONE, NONE, OK), ("OK", "OK", "ALARM", "OK")),
        (2, (NONE, NONE, NONE, X, NONE), ("ALARM", None, "ALARM", "OK")),
    ],
)
def test_missing_data_is_treated_as_the_guide_says(points, values, states):
    found = [
        Rule("GreaterThanThreshold", 0.5, 3, points, missing).state(list(values))
        for missing in MISSING
    ]
    assert tuple(found) == states


def test_metric_math_has_points_where_all_that_it_uses_has_some():
    known = {"m1": {0: 5.0}, "m2": {}, "m3": {0: 100.0, 60: 50.0, 120: 10.0}}
    periods = [0, 60, 120, 180]
    assert evaluate(ERROR_RATE, known, periods) == {0: 5.0, 60: 0.0}
    assert evaluate("m1 + m2", known, periods) == {}
    assert evaluate("-(m3 - 1) * 2", known, periods) == {0: -198.0, 60: -98.0, 120: -18.0}
    assert evaluate("IF(m3 > 20 AND m3 < 90, 1, 0)", known, periods) == {0: 0.0, 60: 1.0, 120: 0.0}
    assert evaluate("m3 / (m3 - m3)", known, periods) == {}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("RATE(m1)", "RATE is not simulated"),
        ("m9", "m9 is not simulated"),
        ("m1 +", "ends early"),
        ("(m1", "ends early"),
        ("m1 m1", "unexpected 'm1'"),
        ("m1 ? m1", "unexpected"),
    ],
)
def test_what_is_no_metric_math_here_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        evaluate(wrong, {"m1": {0: 1.0}}, [0])


def put(account: Account, name: str = "wrong", **more) -> None:
    settings = {
        "AlarmName": name,
        "Namespace": "Test",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 2,
        "Threshold": 10,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    } | more
    account.client("cloudwatch").put_metric_alarm(**settings)


def described(account: Account, name: str = "wrong") -> dict:
    answer = account.client("cloudwatch").describe_alarms(AlarmNames=[name])
    return answer["MetricAlarms"][0]


def state(account: Account, name: str = "wrong") -> str:
    return described(account, name)["StateValue"]


def points(account: Account, metric: str, *values: float) -> None:
    """Puts values into the minutes from now on, and moves time until an alarm has seen them."""
    now = account.control("clock")["now"]
    data = [
        {
            "MetricName": metric,
            "Timestamp": datetime.fromtimestamp(now + 60 * number, tz=UTC),
            "Value": value,
        }
        for number, value in enumerate(values)
    ]
    account.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=data)
    account.advance(60 * len(values) + DELAY + 60)


def test_alarm_goes_off_and_ends_by_its_points(account: Account):
    put(account)
    assert state(account) == "INSUFFICIENT_DATA"
    account.advance(61)
    assert state(account) == "OK"
    points(account, "Errors", 11, 3)
    assert state(account) == "OK"
    points(account, "Errors", 11, 12)
    assert state(account) == "ALARM"
    account.advance(600)
    assert state(account) == "OK"


def test_alarm_without_data_is_what_it_says_it_is(account: Account):
    for missing in MISSING:
        put(account, missing, TreatMissingData=missing)
    account.advance(61)
    assert [state(account, missing) for missing in MISSING] == [
        "INSUFFICIENT_DATA",
        "INSUFFICIENT_DATA",
        "ALARM",
        "OK",
    ]


def test_alarm_on_a_percentile(account: Account):
    settings = {
        "AlarmName": "slow",
        "Namespace": "Test",
        "MetricName": "Time",
        "ExtendedStatistic": "p95",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.3,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**settings)
    for slow, expected in ((4, "OK"), (10, "ALARM")):
        now = datetime.fromtimestamp(account.control("clock")["now"], tz=UTC)
        datum = {"MetricName": "Time", "Timestamp": now, "Values": [0.1, 0.9]}
        counts = {"Counts": [100 - slow, slow]}
        cloudwatch.put_metric_data(Namespace="Test", MetricData=[datum | counts])
        account.advance(60 + DELAY)
        assert state(account, "slow") == expected


def rate(name: str = "rate", **more) -> dict:
    """Returns an alarm on a share of errors, in periods of at least 20 requests."""
    metrics = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "Test", "MetricName": metric},
                "Period": 60,
                "Stat": "Sum",
            },
        }
        for number, metric in enumerate(("Errors", "Unreachable", "Requests"), start=1)
    ]
    metrics.append({"Id": "rate", "Expression": ERROR_RATE, "ReturnData": True})
    return {
        "AlarmName": name,
        "Metrics": metrics,
        "EvaluationPeriods": 1,
        "Threshold": 2,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    } | more


@pytest.mark.parametrize(
    ("errors", "requests", "expected"),
    [(3, 100, "ALARM"), (2, 100, "OK"), (10, 19, "OK"), (0, 100, "OK")],
)
def test_alarm_on_metric_math(account: Account, errors, requests, expected):
    account.client("cloudwatch").put_metric_alarm(**rate())
    if errors:
        account.client("cloudwatch").put_metric_data(
            Namespace="Test", MetricData=[{"MetricName": "Errors", "Value": errors}]
        )
    account.client("cloudwatch").put_metric_data(
        Namespace="Test", MetricData=[{"MetricName": "Requests", "Value": requests}]
    )
    account.advance(60 + DELAY)
    assert state(account, "rate") == expected


def test_alarm_that_is_put_again_keeps_its_state_and_its_tags(account: Account):
    cloudwatch = account.client("cloudwatch")
    put(account, Tags=[{"Key": "of", "Value": "us"}])
    cloudwatch.set_alarm_state(AlarmName="wrong", StateValue="ALARM", StateReason="test")
    put(account, Threshold=20, Tags=[{"Key": "of", "Value": "others"}])
    found = described(account)
    assert (found["StateValue"], found["Threshold"]) == ("ALARM", 20)
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert tags == [{"Key": "of", "Value": "us"}]
    cloudwatch.delete_alarms(AlarmNames=["wrong"])
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])
    put(account)
    assert cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"AlarmName": "a" * 256},
        {"DatapointsToAlarm": 3},
        {"EvaluationPeriods": 1441},
        {"Metrics": rate()["Metrics"]},
    ],
)
def test_wrong_alarms_are_refused(account: Account, wrong):
    with pytest.raises(ClientError, match="ValidationError"):
        put(account, **wrong)


def test_what_is_not_simulated_of_alarms_says_so(account: Account):
    metrics = rate()["Metrics"]
    metrics[-1] = metrics[-1] | {"Expression": "ANOMALY_DETECTION_BAND(m1)"}
    with pytest.raises(ClientError) as refusal:
        account.client("cloudwatch").put_metric_alarm(**rate(Metrics=metrics))
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def alarm_on(groups: TwoGroups, group: str, metric: str, **more) -> None:
    balancer = groups.elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    dimensions = {
        "LoadBalancer": balancer.partition(":loadbalancer/")[2],
        "TargetGroup": group.rpartition(":")[2],
    }
    put(
        groups.account,
        Namespace="AWS/ApplicationELB",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        **({"EvaluationPeriods": 1} | more),
    )


def test_bad_canary_trips_the_alarm_of_its_group_and_goes_back(groups: TwoGroups):
    account = groups.account
    account.control("profile", requests_a_minute=600)
    rule = groups.rule(groups.blue, groups.green)
    account.created(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary())
    alarm_on(groups, groups.blue, "HTTPCode_Target_5XX_Count")
    account.fault("errors", image=":2$", share=0.5)
    alarms = {"alarmNames": ["wrong"], "enable": True, "rollback": True}
    settings = canary(minutes=10, alarms=alarms)
    updated = account.update(image="model:2", deploymentConfiguration=settings)
    reach(account, updated, "PRODUCTION_TRAFFIC_SHIFT")
    assert state(account) == "OK"
    found = account.finish(updated)
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["alarms"]["triggeredAlarmNames"] == ["wrong"]
    assert groups.weights(rule) == (0, 100)
    account.advance(900)
    assert state(account) == "OK"


def test_good_release_under_load_trips_nothing(groups: TwoGroups):
    account = groups.account
    account.control("profile", requests_a_minute=600)
    rule = groups.rule(groups.blue, groups.green)
    account.created(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary())
    alarm_on(groups, groups.blue, "HTTPCode_Target_5XX_Count", Threshold=0)
    alarms = {"alarmNames": ["wrong"], "enable": True, "rollback": True}
    updated = account.update(
        image="model:2", deploymentConfiguration=canary(minutes=10, alarms=alarms)
    )
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_slow_answers_and_unhealthy_hosts_can_be_seen(groups: TwoGroups):
    account = groups.account
    account.control("profile", requests_a_minute=600)
    rule = groups.rule(groups.blue, groups.green)
    account.fault("slow_answers", after=2)
    account.created(loadBalancers=[groups.balancer(rule)], deploymentConfiguration=canary())
    alarm_on(
        groups,
        groups.green,
        "TargetResponseTime",
        AlarmName="slow",
        Statistic="Minimum",
        Threshold=1.9,
    )
    account.advance(300)
    assert state(account, "slow") == "ALARM"
    alarm_on(groups, groups.green, "UnHealthyHostCount", AlarmName="hosts", Threshold=0)
    alarm_on(
        groups,
        groups.green,
        "HealthyHostCount",
        AlarmName="healthy",
        Statistic="Minimum",
        Threshold=1,
    )
    account.advance(61)
    assert (state(account, "hosts"), state(account, "healthy")) == ("OK", "ALARM")
