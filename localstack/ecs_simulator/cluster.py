"""A cluster. Fargate capacity has no end here, so it holds no instances."""

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
