"""What ECS can do and the simulation can't: said openly instead of done wrongly.

Each check raises NotImplementedError, which LocalStack answers with the HTTP status 501.
"""

from ..service import Service

SIMULATED = ("ROLLING", "BLUE_GREEN", "CANARY")


def check_request(request: dict) -> None:
    controller = request.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        raise NotImplementedError(f"the deployment controller {controller} is not simulated")
    if request.get("launchType") == "EXTERNAL":
        raise NotImplementedError("the launch type EXTERNAL is not simulated")
    balancers = request.get("loadBalancers", [])
    if any("loadBalancerName" in balancer for balancer in balancers):
        raise NotImplementedError("Classic load balancers are not simulated")
    rules = [
        balancer.get("advancedConfiguration", {}).get("productionListenerRule", "")
        for balancer in balancers
    ]
    if any(":listener/net/" in rule for rule in rules):
        raise NotImplementedError("traffic shifts of Network Load Balancers are not simulated")
    if request.get("schedulingStrategy", "REPLICA") != "REPLICA":
        raise NotImplementedError("the scheduling strategy DAEMON is not simulated")
    strategy = request.get("deploymentConfiguration", {}).get("strategy", "ROLLING")
    if strategy not in SIMULATED:
        raise NotImplementedError(f"the deployment strategy {strategy} is not simulated")


def check_update(request: dict, service: Service) -> None:
    current = service.configuration["strategy"]
    strategy = request.get("deploymentConfiguration", {}).get("strategy", current)
    if strategy != current:
        raise NotImplementedError(f"a change of strategy to {strategy} is not simulated")
    check_request(request)
