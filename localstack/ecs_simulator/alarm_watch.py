"""Watches the CloudWatch alarms that may fail a deployment."""

from collections.abc import Callable

from .service import Service
from .service_deployment import ServiceDeployment
from .world import World

OnAlarm = Callable[[World, Service], None]


def begin(world: World, service: Service, attempt: ServiceDeployment, on_alarm: OnAlarm) -> None:
    """Watches the configured alarms until the deployment is over or one of them goes off."""
    settings = service.configuration.get("alarms", {})
    if not settings.get("enable"):
        return
    if service.configuration["strategy"] == "LINEAR" and not world.profile.alarms_on_linear:
        return
    attempt.alarm_status = "MONITORING"
    # An alarm that is on already says nothing about this deployment.
    ignored = world.alarms.in_alarm(settings["alarmNames"])

    def check() -> None:
        if attempt.status != "IN_PROGRESS":
            return
        triggered = world.alarms.in_alarm(settings["alarmNames"]) - ignored
        if not triggered:
            world.later(world.profile.alarm_check, check)
            return
        attempt.alarm_status, attempt.triggered_alarms = "TRIGGERED", sorted(triggered)
        on_alarm(world, service)

    world.later(world.profile.alarm_check, check)
