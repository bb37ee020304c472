"""Application Auto Scaling of a service's desired count."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.account import Account

SERVICE = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/ml/model",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def track(account: Account, **more) -> None:
    scaling = account.client("application-autoscaling")
    scaling.register_scalable_target(**SERVICE, MinCapacity=1, MaxCapacity=5)
    scaling.put_scaling_policy(
        **SERVICE,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 50,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
            },
        }
        | more,
    )


def use_cpu(account: Account, percent: float, minutes: int) -> None:
    """Lets minutes pass in which the service uses that much CPU."""
    for _ in range(minutes):
        now = account.control("clock")["now"]
        account.client("cloudwatch").put_metric_data(
            Namespace="AWS/ECS",
            MetricData=[
                {
                    "MetricName": "CPUUtilization",
                    "Value": percent,
                    "Timestamp": datetime.fromtimestamp(now, tz=UTC),
                    "Dimensions": [
                        {"Name": "ClusterName", "Value": "ml"},
                        {"Name": "ServiceName", "Value": "model"},
                    ],
                }
            ],
        )
        account.advance(60)


def test_load_above_the_target_scales_out_in_proportion(account: Account):
    account.created()
    track(account)
    use_cpu(account, 90, minutes=4)
    assert account.service()["desiredCount"] == 4
    activity = account.client("application-autoscaling").describe_scaling_activities(
        ServiceNamespace="ecs"
    )["ScalingActivities"][0]
    assert activity["Description"] == "Setting desired count to 4."
    account.advance(200)
    assert account.service()["runningCount"] == 4


def test_load_below_the_target_scales_in_after_fifteen_minutes(account: Account):
    account.created(desiredCount=4)
    track(account)
    use_cpu(account, 20, minutes=14)
    assert account.service()["desiredCount"] == 4
    use_cpu(account, 20, minutes=3)
    assert account.service()["desiredCount"] == 2


def test_scale_in_waits_for_a_running_deployment(account: Account):
    account.created(desiredCount=4)
    track(account)
    account.fault("hang", image=":2$")
    account.update(image="model:2")
    use_cpu(account, 20, minutes=20)
    assert account.service()["desiredCount"] == 4


def test_bounds_hold(account: Account):
    account.created()
    track(account)
    use_cpu(account, 500, minutes=4)
    assert account.service()["desiredCount"] == 5


def test_target_of_an_unknown_service_is_refused(account: Account):
    account.cluster()
    scaling = account.client("application-autoscaling")
    with pytest.raises(ClientError, match="ECS service doesn't exist: service/ml/model"):
        scaling.register_scalable_target(**SERVICE, MinCapacity=1, MaxCapacity=5)
    with pytest.raises(ClientError, match="No scalable target registered"):
        scaling.deregister_scalable_target(**SERVICE)


def test_target_and_policy_are_described_and_removed(account: Account):
    account.created()
    track(account)
    scaling = account.client("application-autoscaling")
    target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 5)
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50
    scaling.deregister_scalable_target(**SERVICE)
    assert scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []
