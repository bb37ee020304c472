"""A service revision: everything about a service that a deployment can change, frozen."""

from dataclasses import dataclass, field

from .task_definition import TaskDefinition

# The members of CreateService and UpdateService that belong to the revision. A change to one of
# them starts a deployment; all other members change the service in place.
MEMBERS = (
    "networkConfiguration",
    "loadBalancers",
    "platformVersion",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "monitoring",
    "gatewayConnectors",
    "capacityProviderStrategy",
    "launchType",
)


FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")
AWSVPC_DEFAULTS = {"securityGroups": [], "assignPublicIp": "DISABLED"}


def revision_settings(request: dict) -> dict:
    """Returns the revision's part of a request, with what ECS fills in."""
    settings = {member: request[member] for member in MEMBERS if member in request}
    if awsvpc := settings.get("networkConfiguration", {}).get("awsvpcConfiguration"):
        settings["networkConfiguration"] = {"awsvpcConfiguration": AWSVPC_DEFAULTS | awsvpc}
    return settings


@dataclass(frozen=True)
class Revision:
    arn: str
    task_definition: TaskDefinition
    settings: dict
    created_at: float
    # What each container's image stood for when the deployment began.
    digests: dict[str, str]
    # For target groups of the settings, those that took their place when the deployment began.
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def load_balancers(self) -> list[dict]:
        return self.settings.get("loadBalancers") or []

    @property
    def resolved_load_balancers(self) -> list[dict]:
        """Returns the load balancers with the target groups that the tasks are registered in."""
        return [
            balancer | {"targetGroupArn": self.groups.get(arn, arn)}
            if (arn := balancer.get("targetGroupArn"))
            else balancer
            for balancer in self.load_balancers
        ]

    @property
    def target_groups(self) -> list[str]:
        return [one["targetGroupArn"] for one in self.resolved_load_balancers]

    @property
    def container_images(self) -> list[dict]:
        """Returns each container's image with the digest it resolved to."""
        return [
            {
                "containerName": container["name"],
                "image": container["image"],
                "imageDigest": self.digests[container["name"]],
            }
            for container in self.task_definition.containers
            if container["name"] in self.digests
        ]
