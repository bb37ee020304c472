"""The rates of every row of the table, on a clock that stands still."""

import pytest
from botocore.exceptions import ClientError

from ecs_simulator.throttling import RATES
from tests.account import Account

# What a client needs to send each call; none of it exists.
ARGUMENTS = {
    "DescribeTaskDefinition": {"taskDefinition": "none"},
    "RegisterTaskDefinition": {"family": "none", "containerDefinitions": []},
    "DeregisterTaskDefinition": {"taskDefinition": "none:1"},
    "DeleteTaskDefinitions": {"taskDefinitions": ["none:1"]},
    "CreateService": {"serviceName": "none"},
    "UpdateService": {"service": "none"},
    "DeleteService": {"service": "none"},
    "DescribeServices": {"services": ["none"]},
    "DescribeServiceDeployments": {"serviceDeploymentArns": ["none"]},
    "ListServiceDeployments": {"service": "none"},
    "DescribeServiceRevisions": {"serviceRevisionArns": ["none"]},
    "DescribeTasks": {"tasks": ["none"]},
    "RunTask": {"taskDefinition": "none"},
    "StartTask": {"taskDefinition": "none", "containerInstances": ["none"]},
    "StopTask": {"task": "none"},
    "ExecuteCommand": {"task": "none", "command": "none", "interactive": True},
    "TagResource": {"resourceArn": "none", "tags": []},
    "UntagResource": {"resourceArn": "none", "tagKeys": []},
    "ListTagsForResource": {"resourceArn": "none"},
    "CreateCluster": {"clusterName": "none"},
    "UpdateCluster": {"cluster": "none"},
    "DeleteCluster": {"cluster": "none"},
    "DescribeContainerInstances": {"containerInstances": ["none"]},
    "ListAttributes": {"targetType": "container-instance"},
}


def is_admitted(account: Account, operation: str) -> bool:
    method = getattr(account.ecs, _snake(operation))
    try:
        method(**ARGUMENTS.get(operation, {}))
    except ClientError as error:
        return error.response["Error"]["Code"] != "ThrottlingException"
    return True


def _snake(operation: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in operation).lstrip("_")


def admitted(account: Account, operations: tuple[str, ...], attempts: int) -> int:
    """Returns how many calls pass, of all the operations in turn."""
    chosen = (operations[number % len(operations)] for number in range(attempts))
    return sum(is_admitted(account, operation) for operation in chosen)


@pytest.mark.parametrize("row", RATES, ids=lambda row: row[0][0])
def test_row_admits_its_burst_and_what_refills(account: Account, row):
    operations, burst, refill = row
    assert admitted(account, operations, burst + len(operations)) == burst
    account.advance(1)
    assert admitted(account, operations, refill + len(operations)) == refill
    account.advance(3600)
    assert admitted(account, operations, burst + len(operations)) == burst


def test_rows_and_accounts_do_not_share_their_rates(account: Account, endpoint: str):
    assert admitted(account, ("DeleteTaskDefinitions",), 6) == 5
    assert is_admitted(account, "ListClusters")
    other = Account(endpoint, "999999999998")
    assert is_admitted(other, "DeleteTaskDefinitions")
    other.control("reset")


def test_rates_follow_the_speed_of_the_clock(account: Account):
    assert admitted(account, ("DeleteTaskDefinitions",), 6) == 5
    account.control("clock", speed=100_000)
    assert admitted(account, ("DeleteTaskDefinitions",), 20) == 20


def test_deployments_and_revisions_can_be_read_as_one_rate(account: Account):
    both = ("DescribeServiceDeployments", "DescribeServiceRevisions")
    assert admitted(account, both, 102) == 100
    account.advance(3600)
    account.control("profile", deployments_share_rate=True)
    assert admitted(account, both, 102) == 50
