"""Seeds an account: the instance does it itself, any other LocalStack is seeded by boto3."""

import json

import boto_script
import control


def exports(endpoint: str, account: str, region: str) -> dict[str, str]:
    """Creates what a deployment needs; returns the variables in which to find it."""
    control.expect_localstack(endpoint)
    seed = control.seed if control.is_healthy(endpoint) else _by_boto
    return {"AWS_ENDPOINT_URL": endpoint} | seed(endpoint, account, region)


def _by_boto(endpoint: str, account: str, region: str) -> dict[str, str]:
    return json.loads(boto_script.run("boto_seeding", endpoint, account, region))
