"""Fits the operations into LocalStack: parsing, errors, the lock around the simulation."""

from collections.abc import Callable

from localstack.aws.api import CommonServiceException, RequestContext

from .errors import EcsError
from .operations.registry import Operation
from .request_model import check_request
from .worlds import LOCK, WORLDS


def dispatch_table(operations: dict[str, Operation]) -> dict[str, Callable]:
    """Returns what LocalStack calls for each operation; it answers 501 for all others."""
    return {name: _handler(function) for name, function in operations.items()}


def _handler(function: Operation) -> Callable:
    def handle(context: RequestContext, request: dict | None) -> dict:
        try:
            with LOCK:
                world = WORLDS.at(context.account_id, context.region)
                if world.profile.reject_unknown_members:
                    check_request(
                        context.request.get_json(force=True), context.operation.input_shape
                    )
                return function(world, request or {})
        except EcsError as error:
            raise service_exception(error) from error

    return handle


def service_exception(error: EcsError) -> CommonServiceException:
    return CommonServiceException(
        error.code, error.message, status_code=error.status, sender_fault=error.status < 500
    )
