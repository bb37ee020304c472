"""Calls to this instance's own services: no connection, no throttling, no fault, no log entry."""

from collections.abc import Callable

from localstack.aws.api import ServiceException
from localstack.aws.forwarder import create_aws_request_context
from localstack.aws.handlers import rewrite_region
from localstack.services.plugins import SERVICE_PLUGINS

from .seeding_call import Refused


def caller(account: str, region: str) -> Callable[..., dict]:
    """Returns a function of service, operation and parameters, for one account and region."""
    # As LocalStack does with every request.
    rewriter = rewrite_region.region_rewriter_strategy
    if region not in rewriter.available_regions:
        region = rewriter.default_region

    def call(service: str, operation: str, **parameters) -> dict:
        context = create_aws_request_context(
            service, operation, parameters=parameters, region=region
        )
        context.account_id = account
        # Without it moto searches the access keys of every account.
        context.request.headers["x-moto-account-id"] = account
        handlers = SERVICE_PLUGINS.require(service).skeleton.dispatch_table
        try:
            return handlers[operation](context, context.service_request)
        except ServiceException as refusal:
            raise Refused(refusal.code, str(refusal)) from refusal

    return call
