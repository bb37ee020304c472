"""The script that trains and registers a model."""

import json

from tests.server import Server, script


def train(server: Server, *arguments: str) -> dict:
    done = script("train", "--endpoint", server.endpoint, "--model", "trained", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_more_rows_make_a_better_version_and_the_same_rows_the_same(server):
    small = train(server, "--rows", "30")
    large = train(server, "--rows", "1000", "--alias", "challenger")
    again = train(server, "--rows", "30")
    assert [made["version"] for made in (small, large, again)] == ["1", "2", "3"]
    assert large["metrics"]["auc"] > small["metrics"]["auc"] + 0.1
    assert large["metrics"]["loss"] < small["metrics"]["loss"] - 0.1
    assert again["metrics"] == small["metrics"]

    _, found = server.call("GET", "registered-models/alias?name=trained&alias=challenger")
    assert found["model_version"]["version"] == "2"
    assert found["model_version"]["run_id"] == large["run_id"]
    _, run = server.call("GET", f"runs/get?run_id={large['run_id']}")
    metrics = {metric["key"]: metric["value"] for metric in run["run"]["data"]["metrics"]}
    assert metrics == large["metrics"]
    _, model = server.call("GET", f"logged-models/{large['model_id']}")
    metrics = {metric["key"]: metric["value"] for metric in model["model"]["data"]["metrics"]}
    assert metrics == large["metrics"]


def test_too_few_rows_are_refused_before_anything_is_registered(server):
    refused = script("train", "--endpoint", server.endpoint, "--model", "small", "--rows", "5")
    assert (refused.returncode, refused.stderr) == (1, "error: --rows must be from 30 to 3000\n")
    assert server.call("GET", "registered-models/get?name=small")[0] == 404
