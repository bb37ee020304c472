"""The releases that benches deploy: one small task each, named by a number."""

from pathlib import Path

import child
from account import CLUSTER, Account
from failure import Failure

# Registering twenty at once needs no pause, whoever paces himself to AWS's rates.
AT_ONCE = 20
# Seconds after which every rollout has ended.
SETTLED = 1800

_MANIFEST = """\
apiVersion: mlship/v1
kind: ModelRelease
model: {{ name: {name}, version: "{version}" }}
image: {image}
service: {{ cluster: {cluster}, name: {name}, desired: 1 }}
runtime:
  cpu: 256
  memory: 512
  port: 8080
  roles: {{ execution: "{EXECUTION_ROLE}" }}
network:
  subnets: ["{SUBNET_A}", "{SUBNET_B}"]
  securityGroups: ["{SECURITY_GROUP}"]
rollout: {{ circuitBreaker: {breaker} }}
"""


def image(name: str, version: str) -> str:
    return f"registry.example.com/{name}:{version}"


def numbered(count: int) -> list[str]:
    return [f"model-{number:04}" for number in range(1, count + 1)]


def write(
    account: Account,
    folder: Path,
    names: list[str],
    version: str,
    *,
    breaker: bool = True,
    balanced: bool = False,
) -> list[Path]:
    """Writes a manifest for each name into the folder."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.yaml" for name in names]
    for name, path in zip(names, paths, strict=True):
        text = _MANIFEST.format(
            name=name,
            version=version,
            image=image(name, version),
            cluster=CLUSTER,
            breaker=str(breaker).lower(),
            **account.exports,
        )
        if balanced:
            text += f'traffic: {{ targetGroup: "{account.exports["TARGET_GROUP"]}" }}\n'
        path.write_text(text)
    return paths


def settle(account: Account) -> None:
    """Moves the account's clock to where every rollout has ended."""
    account.advance(SETTLED)


def prepare(mlship: Path, account: Account, scratch: Path, paths: list[Path]) -> None:
    """Deploys what the manifests say, without throttling, and has every rollout end.

    The account's clock must be behind for it: tools that compare ECS's times with their own would
    take what happens in a future for nothing.
    """
    for begin in range(0, len(paths), AT_ONCE):
        some = paths[begin : begin + AT_ONCE]
        command = [mlship, "deploy", "--skip-verify", "--detach", *some]
        done = child.run(command, account.exports, scratch)
        if done.code != 0:
            raise Failure(f"the preparation ended with {done.code}:\n{done.stderr}{done.stdout}")
    settle(account)


def expect(account: Account, names: list[str], version: str) -> None:
    """Raises a Failure unless every service serves the version: nothing else can be measured."""
    found = serving(account, names)
    wrong = [name for name in names if found.get(name) != version]
    if wrong:
        raise Failure(f"{wrong[0]} serves {found.get(wrong[0])} where {version} was prepared")


def serving(account: Account, names: list[str]) -> dict[str, str | None]:
    """Returns the version that each service has completely taken, by its tasks' image."""
    return {
        service["serviceName"]: _version(account, service) for service in account.services(names)
    }


def _version(account: Account, service: dict) -> str | None:
    primary = next(one for one in service["deployments"] if one["status"] == "PRIMARY")
    if primary["runningCount"] < max(service["desiredCount"], 1):
        return None
    definition = account.task_definition(primary["taskDefinition"])
    return definition["containerDefinitions"][0]["image"].rpartition(":")[2]
