"""Refuses a second registration into a family while the first is still under way."""

from localstack.aws.api import RequestContext

from .errors import client_error
from .provider import service_exception
from .worlds import LOCK

OPERATION = "RegisterTaskDefinition"
_under_way: dict[tuple[str, str, str], RequestContext] = {}


def begin(context: RequestContext) -> None:
    """Enters a registration; it stays until the call is over, injected latency included."""
    family = (context.service_request or {}).get("family")
    if context.operation.name != OPERATION or not family:
        return
    key = (context.account_id, context.region, family)
    with LOCK:
        if _under_way.setdefault(key, context) is not context:
            raise service_exception(
                client_error(
                    "Too many concurrent attempts to create a new revision of the specified family."
                )
            )


def end(context: RequestContext) -> None:
    with LOCK:
        for key, owner in list(_under_way.items()):
            if owner is context:
                del _under_way[key]
