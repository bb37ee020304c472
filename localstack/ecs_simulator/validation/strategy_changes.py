"""What ECS refuses in a change of a service's deployment strategy. The words are ours."""

from ..errors import invalid_parameter
from ..profile import Profile
from ..service import Service


def check_change(service: Service, changed: dict, profile: Profile) -> None:
    before, after = service.configuration["strategy"], changed["strategy"]
    if before == after:
        return
    if service.running:
        raise invalid_parameter(
            "The deployment strategy can not be changed while a service deployment is in progress."
        )
    balancers = service.primary.revision.load_balancers
    is_prepared = all("advancedConfiguration" in balancer for balancer in balancers)
    if before == "ROLLING" and profile.switch_needs_rolling and not is_prepared:
        raise invalid_parameter(
            f"The deployment strategy can be changed to {after} after a rolling deployment with "
            "advancedConfiguration."
        )
