"""A release with the AWS CLI, a client that shares nothing with the simulator."""

import json
import os
import subprocess
import sys

from tests.account import CLUSTER, Account


def aws(account: Account, *arguments: str) -> dict:
    """Runs the CLI against the account; returns its answer."""
    settings = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_ACCESS_KEY_ID": account.number,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "awscli", *arguments, "--output", "json"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "{}")


def test_release_and_rollback(account: Account):
    aws(account, "ecs", "create-cluster", "--cluster-name", CLUSTER)
    container = {"name": "model", "image": "model:1", "memory": 512}
    register = ("ecs", "register-task-definition", "--family", "model", "--container-definitions")
    aws(account, *register, json.dumps([container]))
    breaker = "deploymentCircuitBreaker={enable=true,rollback=true}"
    made = aws(
        account,
        *("ecs", "create-service", "--cluster", CLUSTER, "--service-name", "model"),
        *("--task-definition", "model", "--desired-count", "1"),
        *("--deployment-configuration", breaker),
    )["service"]
    assert account.finish(made)["status"] == "SUCCESSFUL"
    aws(account, *register, json.dumps([container | {"image": "model:bad"}]))
    account.fault("pull", image=":bad$")
    update = ("ecs", "update-service", "--cluster", CLUSTER, "--service", "model")
    updated = aws(account, *update, "--task-definition", "model")["service"]
    account.finish(updated)
    deployments = aws(
        account, "ecs", "list-service-deployments", "--cluster", CLUSTER, "--service", "model"
    )["serviceDeployments"]
    assert [one["status"] for one in deployments] == ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]
    service = aws(account, "ecs", "describe-services", "--cluster", CLUSTER, "--services", "model")[
        "services"
    ][0]
    assert service["taskDefinition"].endswith("model:1")
