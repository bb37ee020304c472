"""The plugin's entry points. LocalStack loads what they name; imports of its parts come late,
because this module is read before the runtime is set up."""

from localstack.runtime import hooks
from localstack.services.plugins import Service, aws_provider


class NamedProvider:
    """A provider without handlers of its own: its dispatch table has them all."""

    def __init__(self, service: str):
        self.service = service


def _moto_dispatch_table(provider) -> dict:
    """Returns a table made from the API model, so that no generated stub is needed."""
    from localstack.aws.forwarder import _wrap_with_fallthrough
    from localstack.aws.skeleton import create_dispatch_table
    from localstack.aws.spec import load_service
    from localstack.services.moto import _proxy_moto

    table = dict.fromkeys(load_service(provider.service).operation_names, _proxy_moto)
    for operation, function in create_dispatch_table(provider).items():
        table[operation] = _wrap_with_fallthrough(function, _proxy_moto)
    return table


def _moto_service(provider) -> Service:
    return Service.for_provider(provider, dispatch_table_factory=_moto_dispatch_table)


def _simulated_service(service: str, operations: dict) -> Service:
    from .provider import dispatch_table

    return Service.for_provider(
        NamedProvider(service), dispatch_table_factory=lambda _: dispatch_table(operations)
    )


@aws_provider(api="ecs")
def ecs() -> Service:
    from .operations import OPERATIONS

    return _simulated_service("ecs", OPERATIONS)


@aws_provider(api="application-autoscaling")
def application_autoscaling() -> Service:
    from .operations.autoscaling import SCALING_OPERATIONS

    return _simulated_service("application-autoscaling", SCALING_OPERATIONS)


@aws_provider(api="elbv2")
def elbv2() -> Service:
    from .elbv2 import Elbv2Provider

    return _moto_service(Elbv2Provider())


@aws_provider(api="ecr")
def ecr() -> Service:
    from .ecr import EcrProvider

    return _moto_service(EcrProvider())


@hooks.on_infra_start()
def ecs_simulator() -> None:
    from . import runtime, warm_up

    runtime.install()
    warm_up.run()
