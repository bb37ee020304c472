"""Pages of every list."""

import pytest

from tests.account import CLUSTER, Account

COUNT = 5


def fill(account: Account) -> None:
    """Makes five of everything that can be listed."""
    account.control("profile", throttling=False)
    for number in range(COUNT - 1):
        account.ecs.create_cluster(clusterName=f"other-{number}")
    for number in range(COUNT):
        account.create(
            f"model-{number}",
            taskDefinition=account.task_definition(family=f"model-{number}"),
            desiredCount=1,
        )
    account.advance(120)
    for _ in range(COUNT - 1):
        account.update("model-0", forceNewDeployment=True)


@pytest.mark.parametrize(
    ("operation", "result", "arguments"),
    [
        ("list_clusters", "clusterArns", {}),
        ("list_services", "serviceArns", {"cluster": CLUSTER}),
        ("list_tasks", "taskArns", {"cluster": CLUSTER}),
        ("list_task_definitions", "taskDefinitionArns", {}),
        ("list_task_definition_families", "families", {}),
        (
            "list_service_deployments",
            "serviceDeployments",
            {"cluster": CLUSTER, "service": "model-0"},
        ),
    ],
)
def test_every_list_comes_in_pages_without_loss_or_repetition(
    account: Account, operation, result, arguments
):
    fill(account)
    call = getattr(account.ecs, operation)
    whole = [str(one) for one in call(**arguments)[result]]
    assert len(whole) == COUNT
    pages, token = [], {}
    while token is not None:
        answer = call(maxResults=2, **arguments, **token)
        pages.append([str(one) for one in answer[result]])
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else None
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == whole


@pytest.mark.parametrize("size", [0, 101])
def test_page_has_between_one_and_a_hundred_items(account: Account, size):
    with pytest.raises(account.ecs.exceptions.InvalidParameterException, match="maxResults"):
        account.ecs.list_clusters(maxResults=size)


@pytest.mark.parametrize("token", ["x", "-1"])
def test_token_of_nobody_is_refused(account: Account, token):
    with pytest.raises(account.ecs.exceptions.InvalidParameterException, match="token"):
        account.ecs.list_clusters(nextToken=token)


def test_parameters_may_come_behind_empty_pages(account: Account):
    account.control("profile", empty_parameter_pages=2)
    ssm = account.client("ssm")
    token, pages = {}, []
    while True:
        page = ssm.describe_parameters(**token)
        pages.append(page["Parameters"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [[], [], []]
