"""Requests that contradict the API model, sent past the checks of a client."""

import json
import urllib.error
import urllib.request

import pytest

from tests.account import CLUSTER, Account

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(account: Account, operation: str, body: dict) -> tuple[int, dict]:
    scope = "20260101/us-east-1/ecs/aws4_request"
    request = urllib.request.Request(
        account.endpoint,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{operation}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={account.number}/{scope}, "
            "SignedHeaders=host, Signature=0",
        },
    )
    try:
        with _opener.open(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("RunTask", {}),
        ("StopServiceDeployment", {"serviceDeploymentArn": "a", "stopType": "FORGET"}),
        ("CreateService", {}),
        ("RegisterTaskDefinition", {"family": "model"}),
        ("RegisterTaskDefinition", {"family": "m", "containerDefinitions": [{"dependsOn": [{}]}]}),
        ("DescribeServices", {"cluster": CLUSTER}),
        ("ListTasks", {"desiredStatus": "RESTING"}),
        ("RunTask", {"taskDefinition": "model", "launchType": "MOON"}),
        ("TagResource", {"resourceArn": "a"}),
        ("DescribeServiceDeployments", {}),
        ("UpdateService", {}),
    ],
)
def test_request_that_the_model_does_not_allow_is_refused(account: Account, operation, body):
    account.cluster()
    status, answer = send(account, operation, body)
    assert status == 400
    assert answer["__type"] in ("ClientException", "InvalidParameterException")
