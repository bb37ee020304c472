"""Creates what deployments need in one account. Safe to repeat.

It runs inside an instance, and by boto3 against a LocalStack without our controls.
"""

import json

from .seeding_call import Call, Refused
from .seeding_load_balancer import LoadBalancerSeed

CLUSTERS = ("ml-staging", "ml-prod")
# The port of each target group.
TARGET_GROUPS = {
    "fraud-scorer": 8080,
    "fraud-scorer-staging": 8080,
    "tensorflow-serving-grpc": 8500,
    "tensorflow-serving": 8501,
    "pytorch-inference": 8080,
    "fraud-control": 8080,
    "fraud-challenger": 8080,
    "fraud-blue": 8080,
    "fraud-green": 8080,
    "fraud-judged-blue": 8080,
    "fraud-judged-green": 8080,
    "fraud-switched-blue": 8080,
    "fraud-switched-green": 8080,
}
# An experiment begins with all traffic on its control. The challenger hangs on the rule too: ECS
# takes no target group that no load balancer knows.
EXPERIMENT = {"fraud-ab": {"fraud-control": 100, "fraud-challenger": 0}}
# The pairs that ECS itself moves traffic between.
SHIFTED = {
    "fraud-canary": {"fraud-blue": 100, "fraud-green": 0},
    "fraud-judged": {"fraud-judged-blue": 100, "fraud-judged-green": 0},
    "fraud-switched": {"fraud-switched-blue": 100, "fraud-switched-green": 0},
}
SHARED = EXPERIMENT | SHIFTED
RULES = {
    name: {name: 100} for name in TARGET_GROUPS if not any(name in rule for rule in SHARED.values())
} | SHARED
LOG_GROUPS = (
    "/ml/fraud-scorer",
    "/ml/fraud-control",
    "/ml/fraud-challenger",
    "/ecs/tensorflow-serving",
    "/ecs/pytorch-inference",
)


def trusts(service: str) -> str:
    """Returns the policy by which a service may take on a role."""
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# What a start takes, and what the model's own code does.
MAY = {
    "ml-execution": [
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchCheckLayerAvailability",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameters",
    ],
    "ml-task": ["s3:GetObject", "s3:ListBucket"],
    "ml-load-balancer": [
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    ],
}


class Seed:
    def __init__(self, call: Call, account: str, region: str):
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
        balancing = LoadBalancerSeed(self.call, vpc, subnets, security_group)
        balanced = balancing.run("ml", TARGET_GROUPS, RULES)
        target_groups = balanced.target_groups
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
            "CONTROL_TARGET_GROUP": target_groups["fraud-control"],
            "CHALLENGER_TARGET_GROUP": target_groups["fraud-challenger"],
            "LISTENER_RULE": balanced.rules["fraud-ab"],
            "CANARY_RULE": balanced.rules["fraud-canary"],
            "BLUE_TARGET_GROUP": target_groups["fraud-blue"],
            "GREEN_TARGET_GROUP": target_groups["fraud-green"],
            "JUDGED_RULE": balanced.rules["fraud-judged"],
            "JUDGED_BLUE_TARGET_GROUP": target_groups["fraud-judged-blue"],
            "JUDGED_GREEN_TARGET_GROUP": target_groups["fraud-judged-green"],
            "SWITCHED_RULE": balanced.rules["fraud-switched"],
            "SWITCHED_BLUE_TARGET_GROUP": target_groups["fraud-switched-blue"],
            "SWITCHED_GREEN_TARGET_GROUP": target_groups["fraud-switched-green"],
            "LOAD_BALANCER_ROLE": self.role("ml-load-balancer", trusted="ecs"),
            "LOAD_BALANCER": balanced.load_balancer,
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
        group = groups[0]["GroupId"]
        self.way_out(here, subnets[0]["SubnetId"])
        # As AWS makes a VPC's own group: whoever has it comes in.
        self.unless(
            "InvalidPermission.Duplicate",
            "ec2",
            "AuthorizeSecurityGroupIngress",
            GroupId=group,
            IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}],
        )
        return vpc, [s["SubnetId"] for s in subnets[:2]], group

    def way_out(self, here: list[dict], subnet: str) -> None:
        main = [*here, {"Name": "association.main", "Values": ["true"]}]
        table = self.call("ec2", "DescribeRouteTables", Filters=main)["RouteTables"][0]
        if any(route.get("DestinationCidrBlock") == "0.0.0.0/0" for route in table["Routes"]):
            return
        address = self.call("ec2", "AllocateAddress", Domain="vpc")["AllocationId"]
        made = self.call("ec2", "CreateNatGateway", SubnetId=subnet, AllocationId=address)
        self.unless(
            "RouteAlreadyExists",
            "ec2",
            "CreateRoute",
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            NatGatewayId=made["NatGateway"]["NatGatewayId"],
        )

    def role(self, name: str, trusted: str = "ecs-tasks") -> str:
        self.unless(
            "EntityAlreadyExists",
            "iam",
            "CreateRole",
            RoleName=name,
            AssumeRolePolicyDocument=trusts(trusted),
        )
        if name in MAY:
            statement = {"Effect": "Allow", "Action": MAY[name], "Resource": "*"}
            self.call(
                "iam",
                "PutRolePolicy",
                RoleName=name,
                PolicyName="start",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
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
