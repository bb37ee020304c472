"""Somebody else in the account, who takes half of every bucket."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from account import CLUSTER, Account, Refused

NAME = "neighbour"


def _calls(account: Account) -> dict[float, list[Callable[[], object]]]:
    """Returns what the neighbour calls, by how often a second: half of what AWS gives back."""
    [service] = account.services([NAME])
    definition = service["taskDefinition"]
    made = account.deployments(NAME, 0)[0]
    deployment, revision = made["serviceDeploymentArn"], made["targetServiceRevisionArn"]
    containers = account.task_definition(definition)["containerDefinitions"]
    here = {"cluster": CLUSTER}
    return {
        10: [
            lambda: account.ask("DescribeServices", **here, services=[NAME]),
            lambda: account.ask("DescribeTaskDefinition", taskDefinition=definition),
            lambda: account.ask("DescribeServiceDeployments", serviceDeploymentArns=[deployment]),
            lambda: account.ask("DescribeServiceRevisions", serviceRevisionArns=[revision]),
            lambda: account.ask("ListTasks", **here, serviceName=NAME),
            lambda: account.ask("ListTagsForResource", resourceArn=service["serviceArn"]),
        ],
        5: [
            lambda: account.ask(
                "TagResource",
                resourceArn=service["serviceArn"],
                tags=[{"key": "seen", "value": "yes"}],
            )
        ],
        2.5: [lambda: account.ask("UpdateService", **here, service=NAME, desiredCount=1)],
        0.5: [
            lambda: account.ask(
                "RegisterTaskDefinition", family="of-others", containerDefinitions=containers
            )
        ],
    }


@contextlib.contextmanager
def neighbour(account: Account) -> Iterator[None]:
    """Has the neighbour call while the body runs. What is refused to it, it does not ask again."""
    ended = threading.Event()

    def repeat(call: Callable[[], object], pause: float) -> None:
        due = time.monotonic()
        while not ended.wait(max(0, due - time.monotonic())):
            with contextlib.suppress(Refused, OSError):
                call()
            due = max(due + pause, time.monotonic() - pause)

    threads = [
        threading.Thread(target=repeat, args=(call, 1 / (rate * account.speed)))
        for rate, calls in _calls(account).items()
        for call in calls
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
