"""The files that tools read in one trial: what each of them wants to know of the services."""

import json
from dataclasses import dataclass
from pathlib import Path

import releases
from account import CLUSTER, REGION, Account

# What DescribeTaskDefinition answers and RegisterTaskDefinition doesn't take.
_ANSWERED = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
)
# What an ecspresso of any age knows of a service.
_OF_SERVICE = ("launchType", "networkConfiguration", "loadBalancers", "schedulingStrategy")
_OF_DEPLOYMENT = ("maximumPercent", "minimumHealthyPercent")
_OF_BREAKER = ("enable", "rollback")


@dataclass(frozen=True)
class Workplace:
    account: Account
    folder: Path
    names: list[str]
    # What mlship is given.
    manifests: list[Path]
    # The version that a deploy brings.
    version: str

    @property
    def name(self) -> str:
        """The only service, where there is one."""
        return self.names[0]

    def task_definition(self, name: str) -> Path:
        return self.folder / f"{name}.task.json"

    def config(self, name: str) -> Path:
        return self.folder / f"{name}.ecspresso.json"

    def write(self) -> None:
        """Writes what other tools than mlship read, by what ECS says of the services."""
        for service in self.account.services(self.names):
            name = service["serviceName"]
            definition = next_definition(self.account, service, self.version)
            _save(self.task_definition(name), definition)
            _save(self.folder / f"{name}.service.json", _service(service))
            config = {
                "region": REGION,
                "cluster": CLUSTER,
                "service": name,
                "service_definition": f"{name}.service.json",
                "task_definition": self.task_definition(name).name,
                "timeout": "5m",
            }
            _save(self.config(name), config)


def next_definition(account: Account, service: dict, version: str) -> dict:
    """Returns the service's task definition with the image of another version."""
    definition = account.task_definition(service["taskDefinition"])
    for name in _ANSWERED:
        definition.pop(name, None)
    container = definition["containerDefinitions"][0]
    container["image"] = releases.image(service["serviceName"], version)
    return definition


def _service(service: dict) -> dict:
    told = {name: service[name] for name in _OF_SERVICE if service.get(name)}
    settings = service["deploymentConfiguration"]
    breaker = settings["deploymentCircuitBreaker"]
    return told | {
        "desiredCount": service["desiredCount"],
        "deploymentConfiguration": {
            **{name: settings[name] for name in _OF_DEPLOYMENT},
            "deploymentCircuitBreaker": {name: breaker[name] for name in _OF_BREAKER},
        },
    }


def _save(path: Path, document: dict) -> None:
    path.write_text(json.dumps(document, indent=2))
