"""What happens to the tools: the state that they find, and what goes wrong meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from workplace import Workplace, next_definition

NEW = ":2$"


@dataclass(frozen=True)
class Meanwhile:
    """Something that somebody does a while after the tool has updated the service."""

    after: float
    action: Callable[[Workplace], None]
    # Whether and when it is taken back.
    lasts: float | None = None
    undo: Callable[[Workplace], None] = lambda place: None


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    # What serves before, the last one; what was deployed earlier comes first.
    before: tuple[str, ...] = ("1",)
    deploys: str = "2"
    # What serves when the tool has done what it was asked for.
    wanted: str = "2"
    rolls_back: bool = False
    breaker: bool = True
    balanced: bool = False
    faults: tuple[dict, ...] = ()
    meanwhile: Meanwhile | None = None
    services: int = 1
    # Whether ECS has to be asked for anything.
    updates: bool = True


def _supersede(place: Workplace) -> None:
    [service] = place.account.services(place.names)
    definition = next_definition(place.account, service, "3")
    made = place.account.ask("RegisterTaskDefinition", **definition)
    place.account.ask(
        "UpdateService",
        cluster=service["clusterArn"],
        service=place.name,
        taskDefinition=made["taskDefinition"]["taskDefinitionArn"],
    )


def _break_off(place: Workplace) -> None:
    away = {"code": "ServiceUnavailable", "message": "Service Unavailable", "status": 503}
    place.account.set_api_faults({"kind": "error"} | away)


def _recover(place: Workplace) -> None:
    place.account.set_api_faults()


def scenarios(fleet: int) -> list[Scenario]:
    pull, crash = {"kind": "pull", "image": NEW}, {"kind": "crash", "image": NEW}
    return [
        Scenario("good", "good"),
        Scenario("unchanged", "unchanged", deploys="1", wanted="1", updates=False),
        Scenario("bad-image", "bad image, breaker", faults=(pull,)),
        Scenario("crash", "crash, breaker", faults=(crash,)),
        Scenario("crash-no-breaker", "crash, no breaker", faults=(crash,), breaker=False),
        Scenario(
            "capacity-late",
            "capacity late",
            faults=({"kind": "capacity", "image": NEW, "times": 2},),
        ),
        Scenario("superseded", "superseded", meanwhile=Meanwhile(35, _supersede)),
        Scenario(
            "alb-fails",
            "ALB check fails",
            faults=({"kind": "lb_unhealthy", "image": NEW},),
            balanced=True,
        ),
        Scenario(
            "roll-back",
            "roll back (1 good, 2 bad, 3 good)",
            before=("1", "2", "3"),
            deploys="3",
            wanted="1",
            rolls_back=True,
            faults=(pull,),
        ),
        Scenario(
            "unavailable",
            "60 s of 503",
            meanwhile=Meanwhile(10, _break_off, lasts=60, undo=_recover),
        ),
        Scenario("fleet", f"{fleet} services changed", services=fleet),
    ]
