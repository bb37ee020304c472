"""What ECS can do and the simulation can't: said openly instead of done wrongly."""


def check_simulated(request: dict) -> None:
    """Raises NotImplementedError, which LocalStack answers with the HTTP status 501."""
    configuration = request.get("deploymentConfiguration", {})
    strategy = configuration.get("strategy", "ROLLING")
    if strategy != "ROLLING":
        raise NotImplementedError(f"the deployment strategy {strategy} is not simulated")
    if configuration.get("lifecycleHooks"):
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
