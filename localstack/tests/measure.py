"""Measures an instance: python -m tests.measure ENDPOINT, with the development environment."""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.account import Account

CALLS, THREADS = 400, 8


def measured(endpoint: str) -> dict[str, str]:
    return {
        "DescribeServices, one caller": one_caller(fresh(endpoint)),
        f"DescribeServices, {THREADS} callers": many_callers(fresh(endpoint)),
        "rollout of 150 tasks": rollout(fresh(endpoint), tasks=150),
        "500 services at once": services(fresh(endpoint), count=500),
    }


def fresh(endpoint: str) -> Account:
    account = Account(endpoint, "888888888888")
    account.control("reset")
    account.control("clock", speed=0)
    account.control("profile", throttling=False)
    return account


def one_caller(account: Account) -> str:
    account.created()
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        account.service()
        taken.append(time.perf_counter() - started)
    return f"p50 {statistics.median(taken) * 1000:.1f} ms"


def many_callers(account: Account) -> str:
    account.created()
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: account.service(), range(CALLS)))
    return f"{CALLS / (time.perf_counter() - started):.0f} calls/s"


def rollout(account: Account, tasks: int) -> str:
    account.created(desiredCount=tasks)
    started = time.perf_counter()
    assert account.finish(account.update(image="model:2"))["status"] == "SUCCESSFUL"
    return f"{time.perf_counter() - started:.2f} s"


def services(account: Account, count: int) -> str:
    task_definition = account.task_definition()
    started = time.perf_counter()
    for number in range(count):
        made = account.create(f"model-{number}", taskDefinition=task_definition)
    created = time.perf_counter() - started
    started = time.perf_counter()
    assert account.finish(made)["status"] == "SUCCESSFUL"
    rolled_out = time.perf_counter() - started
    return f"created in {created:.1f} s, all rolled out in {rolled_out:.2f} s"


if __name__ == "__main__":
    for what, result in measured(sys.argv[1]).items():
        print(f"{what}: {result}")
