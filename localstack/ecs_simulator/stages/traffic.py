"""Who gets the traffic of a deployment: what was asked for, and what the rules are made to say."""

from .. import task_health
from ..deployment import Deployment
from ..listener_rules import serving
from ..world import World
from .routes import INVALID, routes_of
from .steps import weights


def keep_groups(world: World, target: Deployment) -> None:
    """Has a rolling deployment put its tasks where the traffic goes, not where it went once."""
    for route in routes_of(target.revision.load_balancers):
        found = serving(world.listener_rules.weights(route.production) or {})
        if found == [route.alternate]:
            target.revision.groups[route.primary] = route.alternate


class Traffic:
    """Moves the traffic of all load balancers together, by percent of the new revision."""

    def __init__(self, world: World, target: Deployment, live: Deployment | None, strategy: str):
        self.world, self._target, self._live, self._strategy = world, target, live, strategy
        self.routes = routes_of(target.revision.load_balancers)
        self._production = self._test = 0.0
        # The latest stage that moved any.
        self.moved: str | None = None

    def requested(self, deployment: Deployment) -> tuple[float | None, float | None]:
        """Returns the percents of test and of production traffic that are to go to a revision."""
        return tuple(
            self._share(deployment, percent) if is_moved else None
            for percent, is_moved in (
                (self._test, any(route.test for route in self.routes)),
                (self._production, bool(self.routes)),
            )
        )

    def _share(self, deployment: Deployment, percent: float) -> float:
        if deployment is self._target:
            return percent
        return round(100 - percent, 1) if deployment is self._live else 0.0

    def problem(self) -> str | None:
        """Returns why ECS can't move traffic by these rules."""
        for route in self.routes:
            if not self.world.roles.has(route.role):
                return (
                    f"{INVALID}: ECS was unable to manage the ELB resources due to missing "
                    f"permissions on ECS Infrastructure Role '{route.role}'."
                )
            if problem := route.problem(self.world.listener_rules):
                return problem
        return None

    def choose_groups(self) -> None:
        """Decides which group of each pair takes the new tasks."""
        is_first = self._live is None
        lands_in_primary = is_first and self.world.profile.first_lands_in == "primary"
        for route in self.routes:
            route.choose(self.world.listener_rules, lands_in_primary)
            self._target.revision.groups[route.primary] = route.new

    def consolidate(self) -> None:
        """Gives all traffic to the live revision, where several had a part of it."""
        held = set(self._live.revision.target_groups)
        for route in self.routes:
            live = next((one for one in (route.primary, route.alternate) if one in held), None)
            if live is None:
                continue
            pair = {live: self._numbers(100)[0], route.other(live): 0}
            for rule in (route.production, route.test):
                if rule and self.world.listener_rules.weights(rule) is not None:
                    self._write(rule, pair)

    def move_test(self) -> str | None:
        """Sends the test traffic to the new revision; returns why that failed."""
        self._test = 100.0
        self.moved = "TEST_TRAFFIC_SHIFT"
        for route in self.routes:
            if route.test:
                self._write(route.test, {route.live: 0, route.new: 100})
        return self._lost()

    def move_production(self, percent: float) -> str | None:
        """Sends a share of the production traffic to the new revision; returns why that failed."""
        self._production = float(percent)
        self.moved = "PRODUCTION_TRAFFIC_SHIFT"
        new, live = self._numbers(percent)
        for route in self.routes:
            whole = {route.live: 0, route.new: self._numbers(100)[0]}
            self._write(
                route.production, whole if route.is_there else {route.live: live, route.new: new}
            )
        return self._lost()

    def restore(self) -> None:
        """Puts back what was moved: in one step, whatever the strategy."""
        self._production = self._test = 0.0
        new, live = self._numbers(0)
        for route in self.routes:
            if self.moved == "PRODUCTION_TRAFFIC_SHIFT" and not route.is_there:
                self._write(route.production, {route.live: live, route.new: new})
            if self.moved and route.test:
                self._write(route.test, {route.other(route.tested): 0, route.tested: 100})

    def _numbers(self, percent: float) -> tuple[int, int]:
        return weights(percent, self._strategy, self.world.profile)

    def _write(self, rule: str, pair: dict[str, int]) -> None:
        if self.world.listener_rules.weights(rule) is None:
            return
        for group in self.world.listener_rules.set_weights(rule, pair):
            task_health.check_anew(self.world, group)

    def _lost(self) -> str | None:
        """Returns what ECS says when a rule is gone that it was to write."""
        rules = [rule for route in self.routes for rule in (route.production, route.test) if rule]
        is_lost = any(self.world.listener_rules.weights(rule) is None for rule in rules)
        return f"{INVALID}: One or more rules not found" if is_lost else None
