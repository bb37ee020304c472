"""Stands before and after every AWS call: brings time up to date, throttles, injects, refuses
what the caller may not, records."""

import threading
import time

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.protocol.serializer import create_serializer
from localstack.http import Response
from rolo.gateway import HandlerChain

from . import moto_arns, permissions, registrations
from .api_faults import ApiFault
from .controls import CONTROLS
from .errors import throttled
from .needed_actions import Call, needs_of
from .provider import service_exception
from .worlds import LOCK, WORLDS

CONNECTION_RESET = "ConnectionReset"
# Where the connection of a request is found in its WSGI environment.
CONNECTION = "mlship.connection"
# Marks a request that somebody on the way answered, and the service never saw; its code in the log.
INTERCEPTED = "mlship.intercepted"


def before(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    if not _is_call(context):
        return
    service, operation = context.service.service_name, context.operation.name
    with LOCK:
        WORLDS.catch_up(context.account_id, context.region)
        controls = CONTROLS.of(context.account_id)
        admitted = (
            service != "ecs"
            or not controls.profile.throttling
            or controls.buckets.admits(
                context.region, operation, controls.profile.deployments_share_rate
            )
        )
        fault = _strike(context, "before")
    if not admitted:
        raise service_exception(throttled())
    registrations.begin(context)
    if fault:
        _delay(fault)
        if fault.kind == "reset":
            with LOCK:
                _record(context, 0, CONNECTION_RESET)
            _reset_connection(chain, context)
            return
        if fault.kind in ("throttle", "error"):
            raise _refusal(context, fault)
        if fault.foreign():
            context.request.environ[INTERCEPTED] = True
            _answer_foreign(response, fault)
            chain.stop()
            return
    _check_permissions(context)


def after(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    if not _is_call(context):
        return
    code = getattr(context.service_exception, "code", None)
    with LOCK:
        # Only the answer to a call that took effect can be lost.
        if INTERCEPTED in context.request.environ:
            code = "Intercepted"
        took_effect = code is None
        if took_effect and context.operation.name == "RegisterScalableTarget":
            CONTROLS.of(context.account_id).has_scaling_role = True
        fault = _strike(context, "after") if took_effect else None
        if fault and fault.kind in ("throttle", "error"):
            refusal = _refusal(context, fault)
            _replace(response, context, refusal)
            code = refusal.code
        elif fault and fault.foreign():
            _answer_foreign(response, fault)
        if fault and fault.kind == "reset":
            _record(context, 0, CONNECTION_RESET)
        else:
            _record(context, response.status_code, code)
    if fault:
        _delay(fault)
        if fault.kind == "reset":
            _reset_connection(chain, context)


def finish(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    registrations.end(context)


def _is_call(context: RequestContext) -> bool:
    return bool(context.service and context.operation) and not context.is_internal_call


def _check_permissions(context: RequestContext) -> None:
    controls = CONTROLS.of(context.account_id)
    service, operation = context.service.service_name, context.operation.name
    with LOCK:
        if controls.permissions == permissions.Permissions():
            return
        call = Call(
            moto_arns.place(context.account_id, context.region),
            service,
            operation,
            dict(context.service_request or {}),
            controls.has_scaling_role,
        )
        # Whom GetCallerIdentity names.
        caller = f"arn:aws:iam::{context.account_id}:root"
        protocols = tuple(context.service.metadata.get("protocols", ()))
        words = controls.permissions.denial(caller, needs_of(call), protocols)
    if words:
        raise service_exception(permissions.refusal(service, words, protocols))


def _strike(context: RequestContext, when: str) -> ApiFault | None:
    controls = CONTROLS.of(context.account_id)
    service, operation = context.service.service_name, context.operation.name
    for fault in controls.api_faults:
        if fault.meets(service, operation, when, controls.dice):
            return fault
    return None


def _delay(fault: ApiFault) -> None:
    if fault.latency:
        time.sleep(fault.latency)


def _refusal(context: RequestContext, fault: ApiFault) -> CommonServiceException:
    if fault.kind == "throttle":
        # Services that began with the query protocol kept its code in all others.
        speaks_query = "query" in context.service.metadata.get("protocols", ())
        return service_exception(throttled("Throttling") if speaks_query else throttled())
    return CommonServiceException(
        fault.code, fault.message, status_code=fault.status, sender_fault=fault.status < 500
    )


def _replace(response: Response, context: RequestContext, refusal: CommonServiceException) -> None:
    serializer = create_serializer(context.service, context.protocol)
    answer = serializer.serialize_error_to_response(
        refusal, context.operation, context.request.headers, context.request_id
    )
    response.update_from(answer)


def _answer_foreign(response: Response, fault: ApiFault) -> None:
    body, content_type = fault.foreign()
    response.headers.clear()
    response.status_code = fault.status
    response.set_response(body)
    if content_type:
        response.headers["Content-Type"] = content_type


def _reset_connection(chain: HandlerChain, context: RequestContext) -> None:
    from twisted.internet import reactor

    request = context.request.environ[CONNECTION]
    done = threading.Event()

    def abort() -> None:
        try:
            request.channel.transport.abortConnection()
        finally:
            done.set()

    # The connection belongs to the reactor's thread; this runs in one of its workers.
    reactor.callFromThread(abort)
    done.wait(5)
    chain.terminate()


def _record(context: RequestContext, status: int, code: str | None) -> None:
    CONTROLS.of(context.account_id).requests.append(
        {
            "time": time.time(),
            "account": context.account_id,
            "region": context.region,
            "service": context.service.service_name,
            "operation": context.operation.name,
            "status": status,
            "code": code,
        }
    )
