"""What ECS can do and the simulation can't: said openly instead of done wrongly.

Each check raises NotImplementedError, which LocalStack answers with the HTTP status 501.
"""


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


def check_headless(load_balancers: list[dict], strategy: str) -> None:
    """Lets services without load balancers be deployed by the strategies that are said to do it."""
    if not load_balancers and strategy in ("CANARY", "LINEAR"):
        raise NotImplementedError(f"{strategy} without load balancers is not simulated")
