"""The scripts that start, find, and stop an instance."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
STATE = HOME / ".state"


def script(name: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    # An empty home that can't be written to must do.
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(
        [HOME / name, *arguments], env=kept | settings, capture_output=True, text=True, check=False
    )


def record(port: str) -> dict:
    return json.loads((STATE / port / "instance.json").read_text())


def is_running(pid: int) -> bool:
    command = ["ps", "-o", "state=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in ("", "Z")


@pytest.fixture
def port() -> Iterator[str]:
    """A port with an instance of its own."""
    started = script("start", "--port", "0", "--speed", "0")
    assert started.returncode == 0, started.stderr
    found = started.stdout.strip().rpartition(":")[2]
    yield found
    script("stop", "--port", found)


def test_second_start_finds_the_first_and_sets_its_speed(port):
    pid = record(port)["pid"]
    again = script("start", "--port", port, "--speed", "7")
    assert again.stdout == f"http://127.0.0.1:{port}\n"
    assert again.stderr == ""
    assert record(port)["pid"] == pid
    seeded = script("seed", "--port", port).stdout
    assert f"export AWS_ENDPOINT_URL=http://127.0.0.1:{port}\n" in seeded
    assert script("seed", "--port", port).stdout == seeded


def test_services_of_a_deployment_are_loaded_and_others_stay_available(port):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/_localstack/health") as answer:
        states = json.load(answer)["services"]
    loaded = ("ec2", "ecr", "ecs", "elbv2", "iam", "logs", "secretsmanager", "ssm", "sts")
    assert {states[service] for service in loaded} == {"running"}
    assert states["sqs"] == "available"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_only_loopback_answers(port):
    with socket.socket() as probe:
        # Were the port bound on every interface, this address would be taken.
        probe.bind(("127.0.0.2", int(port)))


def test_stop_ends_the_process_and_leaves_nothing(port):
    pid = record(port)["pid"]
    assert script("stop", "--port", port).returncode == 0
    assert not is_running(pid)
    assert not (STATE / port).exists()
    assert script("stop", "--port", port).stderr == "no LocalStack to stop\n"


def test_stop_spares_a_process_that_only_has_the_same_number(port):
    stranger = subprocess.Popen(["sleep", "60"])
    ours = record(port)
    file = STATE / port / "instance.json"
    file.write_text(json.dumps(ours | {"pid": stranger.pid}))
    script("stop", "--port", port)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    (STATE / port).mkdir()
    file.write_text(json.dumps(ours))


def test_instance_that_died_is_started_again(port):
    before = record(port)["pid"]
    os.kill(before, 9)
    while is_running(before):
        time.sleep(0.01)
    assert script("start", "--port", port).returncode == 0
    assert record(port)["pid"] != before


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
    assert "the end of its log is above" in refused.stderr


def test_missing_python_is_named_with_how_to_get_one(tmp_path):
    refused = script("start", MLSHIP_PYTHON=str(tmp_path / "python"))
    assert refused.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in refused.stderr
    assert "hint: apt install python3 python3-venv" in refused.stderr


def test_python_without_venv_is_named_with_the_package_to_add(tmp_path):
    python = tmp_path / "python3.12"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    refused = script("start", MLSHIP_PYTHON=str(python))
    assert refused.returncode == 1
    assert "apt install python3.12-venv" in refused.stderr


def test_seed_without_an_instance_says_how_to_start_one():
    refused = script("seed", "--endpoint", "http://127.0.0.1:1")
    assert refused.returncode == 1
    assert "hint: localstack/start starts one" in refused.stderr


def test_slow_instance_is_waited_for_and_not_replaced(port):
    pid = record(port)["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        asking = [
            subprocess.Popen([HOME / name, "--port", port], stdout=subprocess.PIPE)
            for name in ("seed", "start")
        ]
        time.sleep(6)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert [one.wait() for one in asking] == [0, 0]
    assert b"export SECRET_ARN=" in asking[0].stdout.read()
    assert record(port)["pid"] == pid
