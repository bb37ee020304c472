"""The ECS API: one function an operation, from the request's shape to the answer's."""

from . import (  # noqa: F401 - importing them registers their operations
    capacity_providers,
    clusters,
    container_instances,
    revisions,
    run_task,
    service_deployments,
    services,
    tags,
    task_definitions,
    tasks,
)
from .registry import OPERATIONS

__all__ = ["OPERATIONS"]
