"""Creates what deployments need in one account and prints shell exports. Safe to repeat."""

import json
import shlex
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

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


class Seed:
    def __init__(self, endpoint: str, account: str, region: str):
        self.endpoint, self.account, self.region = endpoint, account, region

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            # LocalStack takes a 12-digit access key as the account.
            aws_access_key_id=self.account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 8, "mode": "standard"}),
        )

    def run(self) -> dict[str, str]:
        """Returns the exports, in the order they are printed."""
        ecs = self.client("ecs")
        for cluster in CLUSTERS:
            ecs.create_cluster(clusterName=cluster, capacityProviders=["FARGATE", "FARGATE_SPOT"])
        self.managed_instances("gpu-managed", "ml-prod")
        for group in LOG_GROUPS:
            _unless(
                "ResourceAlreadyExistsException",
                self.client("logs").create_log_group,
                logGroupName=group,
            )
        vpc, subnets, security_group = self.network()
        target_groups = self.load_balancer(vpc, subnets, security_group)
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
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

    def managed_instances(self, name: str, cluster: str) -> None:
        ecs = self.client("ecs")
        if ecs.describe_capacity_providers(capacityProviders=[name])["capacityProviders"]:
            return
        _, subnets, _ = self.network()
        ecs.create_capacity_provider(
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
        ec2 = self.client("ec2")
        vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]
        here = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        subnets = ec2.describe_subnets(Filters=here)["Subnets"]
        subnets.sort(key=lambda subnet: subnet["AvailabilityZone"])
        groups = ec2.describe_security_groups(Filters=here)["SecurityGroups"]
        return vpc["VpcId"], [s["SubnetId"] for s in subnets[:2]], groups[0]["GroupId"]

    def load_balancer(self, vpc: str, subnets: list[str], security_group: str) -> dict[str, str]:
        elb = self.client("elbv2")
        # ELBv2 answers a repeated creation with what exists, as long as the settings are the same.
        balancer = elb.create_load_balancer(
            Name="ml", Subnets=subnets, SecurityGroups=[security_group]
        )["LoadBalancers"][0]["LoadBalancerArn"]
        groups = {name: self.target_group(vpc, name, port) for name, port in TARGET_GROUPS.items()}
        listener = self.listener(balancer)
        taken = {rule["Priority"] for rule in elb.describe_rules(ListenerArn=listener)["Rules"]}
        for priority, (name, group) in enumerate(groups.items(), start=1):
            if str(priority) not in taken:
                elb.create_rule(
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
        elb = self.client("elbv2")
        try:
            return elb.describe_target_groups(Names=[name])["TargetGroups"][0]["TargetGroupArn"]
        except elb.exceptions.TargetGroupNotFoundException:
            pass
        made = elb.create_target_group(
            Name=name,
            Protocol="HTTP",
            Port=port,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckPath="/ping",
            HealthCheckIntervalSeconds=10,
            UnhealthyThresholdCount=3,
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.modify_target_group_attributes(
            TargetGroupArn=made,
            Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
        )
        return made

    def listener(self, balancer: str) -> str:
        elb = self.client("elbv2")
        if found := elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]:
            return found[0]["ListenerArn"]
        return elb.create_listener(
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
        iam = self.client("iam")
        _unless(
            "EntityAlreadyExists",
            iam.create_role,
            RoleName=name,
            AssumeRolePolicyDocument=TRUSTS_ECS_TASKS,
        )
        return iam.get_role(RoleName=name)["Role"]["Arn"]

    def secret(self, name: str) -> str:
        secrets = self.client("secretsmanager")
        _unless(
            "ResourceExistsException",
            secrets.create_secret,
            Name=name,
            SecretString="postgres://db.example.com/fraud",
        )
        return secrets.describe_secret(SecretId=name)["ARN"]


def _unless(expected: str, call, **arguments) -> None:
    """Makes the call, content when it says that the thing is there already."""
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != expected:
            raise


def main() -> None:
    for name, value in Seed(*sys.argv[1:]).run().items():
        print(f"export {name}={shlex.quote(value)}")


main()
