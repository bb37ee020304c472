"""A cluster. Capacity has no end here, so that the instances it holds are only shown."""

from dataclasses import dataclass, field


@dataclass
class Cluster:
    name: str
    arn: str
    tags: list[dict] = field(default_factory=list)
    settings: list[dict] = field(default_factory=list)
    configuration: dict | None = None
    capacity_providers: list[str] = field(default_factory=list)
    default_strategy: list[dict] = field(default_factory=list)
    service_connect_defaults: dict | None = None
    status: str = "ACTIVE"
    instances: dict[str, dict] = field(default_factory=dict)
