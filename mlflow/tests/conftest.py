"""The scripts under test, and servers of their own for the tests."""

from collections.abc import Iterator

import pytest

from tests.server import Server, script


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that tests share: what they register has a name of their own."""
    yield from _started()


@pytest.fixture(scope="session")
def guarded() -> Iterator[Server]:
    """A server that wants a name and a password."""
    yield from _started("--auth")


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that the test may end."""
    yield from _started()


def _started(*arguments: str) -> Iterator[Server]:
    done = script("start", "--port", "0", *arguments)
    assert done.returncode == 0, done.stderr
    made = Server(done.stdout.strip())
    yield made
    script("stop", "--port", made.port)
