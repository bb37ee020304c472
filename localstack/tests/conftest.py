"""The instance under test, and one account of its own for each test."""

import itertools
import os
from collections.abc import Iterator

import pytest

from tests.account import Account
from tests.two_groups import TwoGroups, two_groups

_numbers = itertools.count(100_000_000_001)


@pytest.fixture(scope="session")
def endpoint() -> str:
    found = os.environ.get("AWS_ENDPOINT_URL")
    if not found:
        pytest.exit("AWS_ENDPOINT_URL names no instance; run localstack/check", returncode=2)
    return found


@pytest.fixture
def account(endpoint: str) -> Iterator[Account]:
    """An empty account whose clock only moves when the test moves it."""
    made = Account(endpoint, str(next(_numbers)))
    made.control("clock", speed=0)
    yield made
    made.control("reset")


@pytest.fixture
def groups(account: Account) -> TwoGroups:
    """Two target groups of the account, for deployments that move traffic."""
    return two_groups(account)
