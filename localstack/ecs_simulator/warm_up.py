"""Loads what deployments use before the instance answers, rather than under its first callers."""

import gc

from .in_process import caller

# Services are imported, and API models read, by the first call; so one that only looks.
LOOKS = {
    "application-autoscaling": ("DescribeScalableTargets", {"ServiceNamespace": "ecs"}),
    "cloudwatch": ("DescribeAlarms", {}),
    "ec2": ("DescribeVpcs", {}),
    "ecr": ("DescribeRepositories", {}),
    "ecs": ("ListClusters", {}),
    "elbv2": ("DescribeLoadBalancers", {}),
    "iam": ("ListRoles", {}),
    "logs": ("DescribeLogGroups", {}),
    "secretsmanager": ("ListSecrets", {}),
    "ssm": ("DescribeParameters", {}),
    "sts": ("GetCallerIdentity", {}),
}


def run() -> None:
    look = caller("000000000000", "us-east-1")
    for service, (operation, parameters) in LOOKS.items():
        look(service, operation, **parameters)
    # What is loaded by now stays: going through it again and again for garbage would stop the
    # instance for half a second each time.
    gc.collect()
    gc.freeze()
