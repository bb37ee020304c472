"""The scripts that start, find, and stop a server."""

import os
import socket
import subprocess
import sys

import pytest

from tests.server import STATE, script


def is_running(pid: int) -> bool:
    command = ["ps", "-o", "state=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in ("", "Z")


def test_second_start_finds_the_first(server):
    pid = server.record()["pid"]
    again = script("start", "--port", server.port)
    assert (again.stdout, again.stderr) == (f"{server.endpoint}\n", "")
    assert server.record()["pid"] == pid


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_only_loopback_answers(server):
    with socket.socket() as probe:
        # Were the port bound on every interface, this address would be taken.
        probe.bind(("127.0.0.2", int(server.port)))


def test_server_keeps_what_it_has_in_its_folder(server):
    server.call("POST", "registered-models/create", {"name": "kept"})
    assert {"instance.json", "mlflow.db", "mlflow.log"} <= set(os.listdir(server.folder))


def test_stop_ends_the_process_and_leaves_nothing(own_server):
    pid = own_server.record()["pid"]
    assert script("stop", "--port", own_server.port).returncode == 0
    assert not is_running(pid)
    assert not own_server.folder.exists()
    assert script("stop", "--port", own_server.port).stderr == "no MLflow to stop\n"


def test_port_of_another_program_is_refused_and_nothing_is_left():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = script("start", "--port", port)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert f"port {port} is taken by another program" in refused.stderr
    assert not (STATE / port).exists()


def test_start_that_takes_too_long_is_ended():
    refused = script("start", "--port", "0", MLSHIP_START_TIMEOUT="0.2")
    assert refused.returncode == 1
    assert "MLflow was not healthy" in refused.stderr


def test_missing_python_is_named_for_the_product(tmp_path):
    refused = script("start", MLSHIP_PYTHON=str(tmp_path / "python"))
    assert refused.returncode == 1
    assert "MLflow needs Python 3.11, 3.12 or 3.13" in refused.stderr


def test_registry_has_models_versions_and_aliases(server):
    server.call("POST", "registered-models/create", {"name": "scorer"})
    made = {"name": "scorer", "source": "s3://ml-models/scorer/1"}
    status, answer = server.call("POST", "model-versions/create", made)
    assert (status, answer["model_version"]["version"]) == (200, "1")
    alias = {"name": "scorer", "alias": "champion", "version": "1"}
    assert server.call("POST", "registered-models/alias", alias)[0] == 200
    status, answer = server.call("GET", "registered-models/alias?name=scorer&alias=champion")
    assert (status, answer["model_version"]["version"]) == (200, "1")


def test_experiments_choose_whether_the_server_stands_between(server):
    def artifact_uri(**settings: str) -> str:
        _, experiment = server.call("POST", "experiments/create", settings)
        _, run = server.call("POST", "runs/create", experiment)
        return run["run"]["info"]["artifact_uri"]

    assert artifact_uri(name="proxied").startswith("mlflow-artifacts:/")
    direct = artifact_uri(name="direct", artifact_location="s3://ml-models/direct")
    assert direct.startswith("s3://ml-models/direct/")


def test_auth_wants_a_known_name_and_grants_what_the_administrator_does(guarded):
    search, get = "registered-models/search", "registered-models/get?name=guarded"
    admin, reader = "admin:not-a-secret", "reader:reads-and-no-more"
    assert guarded.call("GET", search)[0] == 401
    assert guarded.call("GET", search, user="admin:wrong")[0] == 401
    assert guarded.call("GET", search, user=admin)[0] == 200
    guarded.call("POST", "registered-models/create", {"name": "guarded"}, user=admin)
    name, _, password = reader.partition(":")
    guarded.call("POST", "users/create", {"username": name, "password": password}, user=admin)
    assert guarded.call("GET", get, user=reader)[0] == 403
    grant = {
        "username": name,
        "resource_type": "registered_model",
        "resource_id": "guarded",
        "permission": "READ",
    }
    assert guarded.call("POST", "users/permissions/grant", grant, admin, version="3.0")[0] == 200
    assert guarded.call("GET", get, user=reader)[0] == 200
    tag = {"name": "guarded", "key": "k", "value": "v"}
    assert guarded.call("POST", "registered-models/set-tag", tag, user=reader)[0] == 403


def test_start_does_not_take_a_server_with_auth_for_one_without(guarded):
    refused = script("start", "--port", guarded.port)
    assert refused.returncode == 1
    assert f"the server on port {guarded.port} runs with --auth" in refused.stderr
    found = script("start", "--port", guarded.port, "--auth")
    assert found.stdout == f"{guarded.endpoint}\n"
