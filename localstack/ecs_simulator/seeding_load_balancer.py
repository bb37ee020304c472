"""Creates a load balancer with target groups and the rules that forward to them."""

from dataclasses import dataclass

from .seeding_call import Call

# Those before are free for the rules of experiments whose callers assign themselves.
FIRST_PRIORITY = 10
NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"},
}


@dataclass(frozen=True)
class Balanced:
    """The ARNs of a load balancer and, by name, of its target groups and rules."""

    load_balancer: str
    target_groups: dict[str, str]
    rules: dict[str, str]


class LoadBalancerSeed:
    def __init__(self, call: Call, vpc: str, subnets: list[str], security_group: str):
        self.call, self.vpc, self.subnets = call, vpc, subnets
        self.security_group = security_group

    def run(self, name: str, ports: dict[str, int], rules: dict[str, dict[str, int]]) -> Balanced:
        """Makes target groups with these ports, and rules that forward to them by weight.

        A rule is for requests to the host of its name; its place gives its priority.
        """
        # ELBv2 answers a repeated creation with what exists, as long as the settings are the same.
        balancer = self.call(
            "elbv2",
            "CreateLoadBalancer",
            Name=name,
            Subnets=self.subnets,
            SecurityGroups=[self.security_group],
        )["LoadBalancers"][0]["LoadBalancerArn"]
        there = self.call("elbv2", "DescribeTargetGroups")["TargetGroups"]
        groups = {group["TargetGroupName"]: group["TargetGroupArn"] for group in there}
        for group, port in ports.items():
            if group not in groups:
                groups[group] = self._target_group(group, port)
        listener = self._listener(balancer)
        made = self.call("elbv2", "DescribeRules", ListenerArn=listener)["Rules"]
        known = {rule["Priority"]: rule["RuleArn"] for rule in made}
        arns = {}
        for priority, (rule, weights) in enumerate(rules.items(), start=FIRST_PRIORITY):
            arns[rule] = known.get(str(priority)) or self._rule(
                listener, priority, rule, {groups[group]: weights[group] for group in weights}
            )
        return Balanced(balancer, groups, arns)

    def _rule(self, listener: str, priority: int, name: str, weights: dict[str, int]) -> str:
        groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
        return self.call(
            "elbv2",
            "CreateRule",
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "host-header", "Values": [f"{name}.example.com"]}],
            Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
        )["Rules"][0]["RuleArn"]

    def _target_group(self, name: str, port: int) -> str:
        made = self.call(
            "elbv2",
            "CreateTargetGroup",
            Name=name,
            Protocol="HTTP",
            Port=port,
            VpcId=self.vpc,
            TargetType="ip",
            HealthCheckPath="/ping",
            HealthCheckIntervalSeconds=10,
            UnhealthyThresholdCount=3,
        )["TargetGroups"][0]["TargetGroupArn"]
        self.call(
            "elbv2",
            "ModifyTargetGroupAttributes",
            TargetGroupArn=made,
            Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
        )
        return made

    def _listener(self, balancer: str) -> str:
        listeners = self.call("elbv2", "DescribeListeners", LoadBalancerArn=balancer)["Listeners"]
        if listeners:
            return listeners[0]["ListenerArn"]
        return self.call(
            "elbv2",
            "CreateListener",
            LoadBalancerArn=balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[NOT_FOUND],
        )["Listeners"][0]["ListenerArn"]
