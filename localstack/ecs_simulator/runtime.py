"""What the plugin changes in the LocalStack runtime.

It reaches into private parts, which hold for the locked version of LocalStack.
"""

import functools
import os
import types

import localstack.runtime.server.twisted as server
import rolo.serving.twisted as serving
from localstack import config
from localstack.aws import handlers
from localstack.aws.spec import loader
from localstack.services.edge import ROUTER
from twisted.internet import endpoints
from twisted.web import http

from . import (
    cloudwatch_alarms,
    cloudwatch_queries,
    cloudwatch_store,
    control_api,
    interception,
    moto_accounts,
    moto_logs,
    moto_parameters,
    moto_policies,
    moto_registry,
)
from .cloudwatch_alarms import CloudWatchAlarms
from .moto_logs import MotoLogs
from .moto_networks import MotoNetworks
from .moto_registry import MotoRegistry
from .moto_roles import MotoRoles
from .moto_rules import MotoRules
from .moto_target_groups import MotoTargetGroups
from .neighbours import Neighbours
from .worlds import WORLDS


def install() -> None:
    _use_current_models()
    if not config.is_in_docker:
        _bind_loopback_only()
    _keep_connections()
    _remember_content_types()
    handlers.serve_custom_service_request_handlers.append(interception.before)
    handlers.run_custom_response_handlers.append(interception.after)
    handlers.run_custom_finalizers.append(interception.finish)
    ROUTER.add("/_mlship/<control>", control_api.answer, methods=["GET", "POST"])
    cloudwatch_alarms.install()
    cloudwatch_store.install()
    cloudwatch_queries.install()
    moto_accounts.install()
    moto_logs.install()
    moto_parameters.install()
    moto_policies.install()
    moto_registry.install()
    WORLDS.neighbours_of = lambda account, region: Neighbours(
        MotoTargetGroups(account, region),
        MotoLogs(account),
        cloudwatch_store.CloudWatchMetrics(account, region),
        CloudWatchAlarms(account, region),
        MotoNetworks(account, region),
        MotoRegistry(),
        MotoRules(account, region),
        MotoRoles(account),
    )


def _use_current_models() -> None:
    """Puts newer API models before the ones of LocalStack's botocore."""
    if folder := os.environ.get("MLSHIP_AWS_MODELS"):
        loader._search_paths.insert(0, folder)


def _bind_loopback_only() -> None:
    # LocalStack's server ignores the host of GATEWAY_LISTEN for IPv4 and binds every interface.
    server.endpoints = types.SimpleNamespace(
        TCP6ServerEndpoint=endpoints.TCP6ServerEndpoint,
        TCP4ServerEndpoint=functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1"),
    )


def _remember_content_types() -> None:
    # Parsed as an e-mail's, it is an eighth of what a call costs; callers send the same few.
    http._parseContentType = functools.lru_cache(maxsize=64)(http._parseContentType)


def _keep_connections() -> None:
    fill = serving.update_wsgi_environment

    def fill_and_keep(environment, request):
        fill(environment, request)
        environment[interception.CONNECTION] = request

    serving.update_wsgi_environment = fill_and_keep
