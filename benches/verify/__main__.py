"""Measures how long verify takes over many services, each call answered after a while."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import child
import table
from account import REGION, Account
from failure import Failure, say
from simulator import ROOT, post, simulator

REPOSITORY = "models"
INDEX = "application/vnd.oci.image.index.v1+json"
# Where all is there, and what is not looked at warns.
FIT = 0

# What services share, but for their images: a secret, a target group, two roles, two subnets.
MANIFEST = """\
apiVersion: mlship/v1
kind: ModelRelease
model: {{ name: {name}, version: "1" }}
image: {account}.dkr.ecr.{region}.amazonaws.com/{repository}:{name}
service: {{ cluster: ml-prod, name: {name}, desired: 1 }}
runtime:
  cpu: 256
  memory: 512
  port: 8080
  secrets: {{ DB_URL: "{SECRET_ARN}" }}
  roles: {{ execution: "{EXECUTION_ROLE}", task: "{TASK_ROLE}" }}
  logs: {{ group: /ml/fraud-scorer }}
network:
  subnets: ["{SUBNET_A}", "{SUBNET_B}"]
  securityGroups: ["{SECURITY_GROUP}"]
health: {{ graceSeconds: 120 }}
traffic: {{ targetGroup: "{TARGET_GROUP}" }}
"""


def ask_ecr(account: Account, operation: str, **parameters) -> dict:
    scope = f"{account.number}/20260101/{REGION}/ecr/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AmazonEC2ContainerRegistry_V20150921.{operation}",
    }
    return post(account.endpoint, parameters, headers)


def push(account: Account, tag: str) -> None:
    image = {
        "mediaType": INDEX.replace("index", "manifest"),
        "digest": f"sha256:{tag.encode().hex():0>64}",
        "size": 2,
        "platform": {"os": "linux", "architecture": "amd64"},
    }
    manifest = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [image]})
    ask_ecr(
        account,
        "PutImage",
        repositoryName=REPOSITORY,
        imageTag=tag,
        imageManifest=manifest,
        imageManifestMediaType=INDEX,
    )


def measure(account: Account, arguments: argparse.Namespace, services: int) -> list[str]:
    names = [f"model-{number:04}" for number in range(1, services + 1)]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "manifests").mkdir()
        for name in names:
            push(account, name)
            fields = {"account": account.number, "region": REGION, "repository": REPOSITORY}
            text = MANIFEST.format(name=name, **fields, **account.exports)
            (scratch / "manifests" / f"{name}.yaml").write_text(text)
        account.set_api_faults({"kind": "latency", "latency": arguments.latency})
        row = [str(services)]
        for command in ("diff", "verify"):
            seconds, calls = [], 0
            for _ in range(arguments.runs):
                with account.logging():
                    ran = child.run(
                        [arguments.mlship, command, "manifests"], account.exports, scratch
                    )
                    calls = account.calls()
                if ran.code != FIT:
                    raise Failure(f"{command} ended with {ran.code}: {ran.last_words}")
                seconds.append(ran.seconds)
            row += [table.shown(table.median(seconds), 2), str(calls.count)]
        account.set_api_faults()
    return row


def run(arguments: argparse.Namespace) -> None:
    if not arguments.mlship.is_file():
        raise Failure(
            f"{arguments.mlship} is not there",
            hint="cargo build --locked --release, or --mlship PATH",
        )
    arguments.mlship = arguments.mlship.resolve()
    rows = []
    with simulator(arguments.endpoint) as endpoint:
        for services in arguments.services:
            say(f"{services} services")
            account = Account(endpoint, 1, 0)
            ask_ecr(account, "CreateRepository", repositoryName=REPOSITORY)
            account.throttle(arguments.throttling)
            rows.append(measure(account, arguments, services))
    head = ["services", "diff, seconds", "calls", "verify, seconds", "calls"]
    print(table.markdown(head, rows))


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches/verify/run", description=__doc__)
    parser.add_argument("--services", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--runs", type=int, default=5, help="of each, whose median is shown")
    parser.add_argument("--latency", type=float, default=0.1, help="of a call, in seconds (0.1)")
    parser.add_argument("--throttling", action="store_true", help="refuse beyond AWS's rates")
    default = Path(os.environ.get("MLSHIP", ROOT / "target" / "release" / "mlship"))
    parser.add_argument("--mlship", type=Path, default=default, help="the program, or MLSHIP")
    parser.add_argument("--endpoint", help="a simulator that runs already")
    try:
        run(parser.parse_args())
    except KeyboardInterrupt:
        sys.exit(130)
    except Failure as failure:
        say(f"error: {failure}")
        if failure.hint:
            say(f"hint: {failure.hint}")
        sys.exit(2)


main()
