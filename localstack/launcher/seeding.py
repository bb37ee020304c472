"""Seeds an account: the instance does it itself, any other LocalStack is seeded by boto3."""

import json
import os
import subprocess

import control
import environment
from failure import Failure
from layout import HOME


def exports(endpoint: str, account: str, region: str) -> dict[str, str]:
    """Creates what a deployment needs; returns the variables in which to find it."""
    if not control.is_localstack(endpoint):
        raise Failure(f"no instance answers at {endpoint}", hint="localstack/start starts one")
    seed = control.seed if control.is_healthy(endpoint) else _by_boto
    return {"AWS_ENDPOINT_URL": endpoint} | seed(endpoint, account, region)


def _by_boto(endpoint: str, account: str, region: str) -> dict[str, str]:
    python = environment.runtime_python()
    # A profile or proxy of the caller's must not lead these calls anywhere else.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [python, HOME / "launcher" / "boto_seeding.py", endpoint, account, region],
        env=kept | {"NO_PROXY": "127.0.0.1,localhost", "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise Failure("could not seed the instance; see the message above")
    return json.loads(done.stdout)
