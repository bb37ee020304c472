"""Creates what deployments need in one account. Safe to repeat.

It runs inside an instance, and by boto3 against a LocalStack without our controls.
"""

import json
from collections.abc import Callable

CLUSTERS = ("ml-staging", "ml-prod")
# Name and port of each target group; every one hangs on a listener rule of the load balancer.
TARGET_GROUPS = {
    "fraud-scorer": 8080,
    "fraud-scorer-staging": 8080,
    "fraud-scorer-challenger": 8080,
    "tensorflow-serving-grpc": 8500,
    "tensorflow-serving": 8501,
    "pytorch-inference": 8080,
}
LOG_GROUPS = ("/ml/fraud-scorer", "/ecs/tensorflow-serving", "/ecs/pytorch-inference")
TRUSTS_ECS_TASKS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


class Refused(Exception):
    """A service's own answer that a call can't be done."""

    def __init__(self, code: str, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class Seed:
    def __init__(self, call: Callable[..., dict], account: str, region: str):
        """`call` takes service, operation and parameters by name; it raises Refused."""
        self.call, self.account, self.region = call, account, region

    def run(self) -> dict[str, str]:
        """Returns the exports in the order they are printed, without the endpoint."""
        for cluster in CLUSTERS:
            self.call(
                "ecs",
                "CreateCluster",
                clusterName=cluster,
                capacityProviders=["FARGATE", "FARGATE_SPOT"],
            )
        vpc, subnets, security_group = self.network()
        self.managed_instances("gpu-managed", "ml-prod", subnets)
        for group in LOG_GROUPS:
            self.unless(
                "ResourceAlreadyExistsException", "logs", "CreateLogGroup", logGroupName=group
            )
        target_groups = self.load_balancer(vpc, subnets, security_group)
        return {
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.region,
            # The AWS CLI and boto3 read only this one.
            "AWS_DEFAULT_REGION": self.region,
            "SUBNET_A": subnets[0],
            "SUBNET_B": subnets[1],
            "SECURITY_GROUP": security_group,
            "TARGET_GROUP": target_groups["fraud-scorer"],
            "STAGING_TARGET_GROUP": target_groups["fraud-scorer-staging"],
            "EXECUTION_ROLE": self.role("ml-execution"),
            "TASK_ROLE": self.role("ml-task"),
            "SECRET_ARN": self.secret("ml/fraud-scorer/db-url"),
        }

    def unless(self, expected: str, service: str, operation: str, **parameters) -> None:
        """Makes the call, content when it says that the thing is there already."""
        try:
            self.call(service, operation, **parameters)
        except Refused as refusal:
            if refusal.code != expected:
                raise

    def managed_instances(self, name: str, cluster: str, subnets: list[str]) -> None:
        described = self.call("ecs", "DescribeCapacityProviders", capacityProviders=[name])
        if described["capacityProviders"]:
            return
        self.call(
            "ecs",
            "CreateCapacityProvider",
            name=name,
            cluster=cluster,
            managedInstancesProvider={
                "infrastructureRoleArn": self.role("ml-infrastructure"),
                "instanceLaunchTemplate": {
                    "ec2InstanceProfileArn": f"arn:aws:iam::{self.account}:instance-profile/ml",
                    "networkConfiguration": {"subnets": subnets},
                },
            },
        )

    def network(self) -> tuple[str, list[str], str]:
        default = {"Name": "is-default", "Values": ["true"]}
        vpc = self.call("ec2", "DescribeVpcs", Filters=[default])["Vpcs"][0]["VpcId"]
        here = [{"Name": "vpc-id", "Values": [vpc]}]
        subnets = self.call("ec2", "DescribeSubnets", Filters=here)["Subnets"]
        subnets.sort(key=lambda subnet: subnet["AvailabilityZone"])
        groups = self.call("ec2", "DescribeSecurityGroups", Filters=here)["SecurityGroups"]
        return vpc, [s["SubnetId"] for s in subnets[:2]], groups[0]["GroupId"]

    def load_balancer(self, vpc: str, subnets: list[str], security_group: str) -> dict[str, str]:
        # ELBv2 answers a repeated creation with what exists, as long as the settings are the same.
        balancer = self.call(
            "elbv2",
            "CreateLoadBalancer",
            Name="ml",
            Subnets=subnets,
            SecurityGroups=[security_group],
        )["LoadBalancers"][0]["LoadBalancerArn"]
        groups = {name: self.target_group(vpc, name, port) for name, port in TARGET_GROUPS.items()}
        listener = self.listener(balancer)
        rules = self.call("elbv2", "DescribeRules", ListenerArn=listener)["Rules"]
        taken = {rule["Priority"] for rule in rules}
        for priority, (name, group) in enumerate(groups.items(), start=1):
            if str(priority) not in taken:
                self.call(
                    "elbv2",
                    "CreateRule",
                    ListenerArn=listener,
                    Priority=priority,
                    Conditions=[{"Field": "host-header", "Values": [f"{name}.example.com"]}],
                    Actions=[
                        {
                            "Type": "forward",
                            "ForwardConfig": {
                                "TargetGroups": [{"TargetGroupArn": group, "Weight": 100}]
                            },
                        }
                    ],
                )
        return groups

    def target_group(self, vpc: str, name: str, port: int) -> str:
        try:
            described = self.call("elbv2", "DescribeTargetGroups", Names=[name])
            return described["TargetGroups"][0]["TargetGroupArn"]
        except Refused as refusal:
            if refusal.code != "TargetGroupNotFound":
                raise
        made = self.call(
            "elbv2",
            "CreateTargetGroup",
            Name=name,
            Protocol="HTTP",
            Port=port,
            VpcId=vpc,
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

    def listener(self, balancer: str) -> str:
        listeners = self.call("elbv2", "DescribeListeners", LoadBalancerArn=balancer)["Listeners"]
        if listeners:
            return listeners[0]["ListenerArn"]
        return self.call(
            "elbv2",
            "CreateListener",
            LoadBalancerArn=balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"},
                }
            ],
        )["Listeners"][0]["ListenerArn"]

    def role(self, name: str) -> str:
        self.unless(
            "EntityAlreadyExists",
            "iam",
            "CreateRole",
            RoleName=name,
            AssumeRolePolicyDocument=TRUSTS_ECS_TASKS,
        )
        return self.call("iam", "GetRole", RoleName=name)["Role"]["Arn"]

    def secret(self, name: str) -> str:
        self.unless(
            "ResourceExistsException",
            "secretsmanager",
            "CreateSecret",
            Name=name,
            SecretString="postgres://db.example.com/fraud",
        )
        return self.call("secretsmanager", "DescribeSecret", SecretId=name)["ARN"]
