"""What ECS can do and the simulation can't: said openly instead of done wrongly.

Each check raises NotImplementedError, which LocalStack answers with the HTTP status 501.
"""

from ..service import Service

# A service can be created with these; its first deployment has nothing to shift traffic from.
CREATED = ("ROLLING", "BLUE_GREEN")


def check_request(request: dict) -> None:
    if request.get("deploymentConfiguration", {}).get("lifecycleHooks"):
        raise NotImplementedError("lifecycle hooks are not simulated")
    controller = request.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        raise NotImplementedError(f"the deployment controller {controller} is not simulated")
    if request.get("launchType") == "EXTERNAL":
        raise NotImplementedError("the launch type EXTERNAL is not simulated")
    if any("loadBalancerName" in balancer for balancer in request.get("loadBalancers", [])):
        raise NotImplementedError("Classic load balancers are not simulated")
    if request.get("schedulingStrategy", "REPLICA") != "REPLICA":
        raise NotImplementedError("the scheduling strategy DAEMON is not simulated")


def check_creation(request: dict) -> None:
    strategy = request.get("deploymentConfiguration", {}).get("strategy", "ROLLING")
    if strategy not in CREATED:
        raise NotImplementedError(f"the deployment strategy {strategy} is not simulated")
    check_request(request)


def check_update(request: dict, service: Service) -> None:
    current = service.configuration["strategy"]
    strategy = request.get("deploymentConfiguration", {}).get("strategy", current)
    if strategy != current:
        raise NotImplementedError(f"a change of strategy to {strategy} is not simulated")
    check_request(request)


def check_deployment(service: Service) -> None:
    strategy = service.configuration["strategy"]
    if strategy != "ROLLING":
        raise NotImplementedError(f"a later deployment by {strategy} is not simulated")
