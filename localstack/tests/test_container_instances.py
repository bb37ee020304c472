"""What agents register, and what is told of it."""

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account

TOTAL = [
    {"name": "CPU", "type": "INTEGER", "integerValue": 4096},
    {"name": "MEMORY", "type": "INTEGER", "integerValue": 15000},
    {"name": "GPU", "type": "STRINGSET", "stringSetValue": ["GPU-1", "GPU-2"]},
]


def register(account: Account) -> dict:
    answer = account.ecs.register_container_instance(
        cluster=CLUSTER,
        totalResources=TOTAL,
        attributes=[{"name": "ecs.cpu-architecture", "value": "x86_64"}],
    )
    return answer["containerInstance"]


def test_instance_is_listed_and_told_with_all_that_remains(account: Account):
    account.cluster()
    arn = register(account)["containerInstanceArn"]
    listed = account.ecs.list_container_instances(cluster=CLUSTER, status="ACTIVE")
    assert listed["containerInstanceArns"] == [arn]
    asked = {"cluster": CLUSTER, "containerInstances": [arn, "none"]}
    told = account.ecs.describe_container_instances(**asked)
    assert [one["reason"] for one in told["failures"]] == ["MISSING"]
    instance = told["containerInstances"][0]
    remaining = {one["name"]: one for one in instance["remainingResources"]}
    assert remaining["GPU"]["stringSetValue"] == ["GPU-1", "GPU-2"]
    assert instance["agentConnected"]
    described = account.ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]
    assert described["registeredContainerInstancesCount"] == 1


def test_instance_that_left_is_listed_no_more(account: Account):
    account.cluster()
    arn = register(account)["containerInstanceArn"]
    gone = account.ecs.deregister_container_instance(cluster=CLUSTER, containerInstance=arn)
    assert gone["containerInstance"]["status"] == "INACTIVE"
    assert account.ecs.list_container_instances(cluster=CLUSTER)["containerInstanceArns"] == []
    with pytest.raises(ClientError, match="not found"):
        account.ecs.deregister_container_instance(cluster=CLUSTER, containerInstance=arn)
