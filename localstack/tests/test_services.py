"""What ECS fills into a service, and which changes start a deployment."""

import pytest

from tests.account import Account


def test_service_has_what_ecs_fills_in(account: Account):
    account.created(deploymentConfiguration={})
    service = account.service()
    expected = {
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": False, "rollback": False},
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
            "strategy": "ROLLING",
            "bakeTimeInMinutes": 0,
        },
        "deploymentController": {"type": "ECS"},
        "platformVersion": "LATEST",
        "platformFamily": "Linux",
        "placementConstraints": [],
        "placementStrategy": [],
        "loadBalancers": [],
        "serviceRegistries": [],
        "schedulingStrategy": "REPLICA",
        "propagateTags": "NONE",
        "enableECSManagedTags": False,
        "enableExecuteCommand": False,
        "healthCheckGracePeriodSeconds": 0,
        "availabilityZoneRebalancing": "ENABLED",
        "roleArn": f"arn:aws:iam::{account.number}:role/aws-service-role/"
        "ecs.amazonaws.com/AWSServiceRoleForECS",
    }
    assert expected.items() <= service.items()
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert (network["securityGroups"], network["assignPublicIp"]) == ([], "DISABLED")
    deployment = service["deployments"][0]
    assert (deployment["platformVersion"], deployment["launchType"]) == ("1.4.0", "FARGATE")


@pytest.mark.parametrize(
    ("change", "starts"),
    [
        ({"forceNewDeployment": True}, True),
        ({"platformVersion": "1.4.0"}, True),
        ({"taskDefinition": "model"}, False),
        ({"desiredCount": 5}, False),
        ({"healthCheckGracePeriodSeconds": 30}, False),
        ({"enableExecuteCommand": True}, False),
        ({"propagateTags": "SERVICE"}, False),
        ({"deploymentConfiguration": {"maximumPercent": 150}}, False),
        ({"placementStrategy": []}, False),
    ],
)
def test_only_changes_to_the_revision_start_a_deployment(account: Account, change, starts):
    before = account.created()
    after = account.update(**change)
    started = after["currentServiceDeployment"] != before["currentServiceDeployment"]
    assert started == starts


def test_change_of_subnets_starts_a_deployment(account: Account):
    before = account.created()
    network = {"awsvpcConfiguration": {"subnets": account.subnets[:2]}}
    after = account.update(networkConfiguration=network)
    assert after["currentServiceDeployment"] != before["currentServiceDeployment"]
    same = account.update(networkConfiguration=network)
    assert same["currentServiceDeployment"] == after["currentServiceDeployment"]


def test_members_left_out_of_an_update_stay(account: Account):
    account.created(healthCheckGracePeriodSeconds=60, desiredCount=3)
    account.finish(account.update(image="model:2"))
    service = account.service()
    assert (service["healthCheckGracePeriodSeconds"], service["desiredCount"]) == (60, 3)
    breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
    assert breaker == {"enable": True, "rollback": True}
