"""The two target groups of a load balancer's container, and the rules that choose between them."""

from dataclasses import dataclass

from ..listener_rules import ListenerRules, serving

# How ECS begins the reason of a deployment that ends for what it finds in the rules.
INVALID = "Service deployment rolled back because of invalid networking configuration"


@dataclass(eq=False)
class Route:
    primary: str
    alternate: str
    production: str
    test: str | None
    role: str
    # The group that isn't serving takes the new tasks; neither has a fixed role.
    live: str = ""
    new: str = ""
    # The group that the test rule forwarded to when the deployment began.
    tested: str | None = None
    # On the creation of a service its tasks may land where the traffic goes already.
    is_there: bool = False

    def problem(self, rules: ListenerRules) -> str | None:
        """Returns why no deployment can go this way, in ECS's words."""
        production = rules.weights(self.production)
        test = rules.weights(self.test) if self.test else {}
        if production is None or test is None:
            return f"{INVALID}: One or more rules not found"
        pair = (self.primary, self.alternate)
        missing = [group for group in pair if group not in production | test]
        if len(missing) == 2:
            return (
                f"{INVALID}. Both targetGroup and alternateTargetGroup must be associated with "
                "the productionListenerRule or testListenerRule."
            )
        if missing:
            return (
                f"{INVALID}: Target group {missing[0]} is not associated with either "
                "productionListenerRule or testListenerRule."
            )
        found = serving(production)
        if foreign := [group for group in found if group not in pair]:
            return (
                f"{INVALID}: Production listener rule is forwarding traffic to unexpected target "
                f"group {foreign[0]}. Expected traffic to be forwarded to either targetGroupArn: "
                f"{self.primary} or alternateTargetGroupArn: {self.alternate}"
            )
        if len(found) != 1:
            return (
                f"{INVALID}: productionListenerRule {self.production} should have exactly one "
                f"target group serving traffic but found {len(found)} target groups which are "
                "serving traffic"
            )
        return None

    def choose(self, rules: ListenerRules, lands_in_primary: bool) -> None:
        """Reads which group serves, and so which takes the new tasks."""
        (live,) = serving(rules.weights(self.production))
        self.live, self.new = live, self.other(live)
        if lands_in_primary:
            self.is_there = live == self.primary
            self.live, self.new = self.alternate, self.primary
        if self.test:
            test = rules.weights(self.test)
            self.tested = max(test, key=test.__getitem__)

    def other(self, group: str) -> str:
        return self.alternate if group == self.primary else self.primary


def routes_of(load_balancers: list[dict]) -> list[Route]:
    return [
        Route(
            balancer["targetGroupArn"],
            advanced["alternateTargetGroupArn"],
            advanced["productionListenerRule"],
            advanced.get("testListenerRule"),
            advanced["roleArn"],
        )
        for balancer in load_balancers
        if (advanced := balancer.get("advancedConfiguration"))
    ]
