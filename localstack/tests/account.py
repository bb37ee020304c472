"""A test's own AWS account, with shorthands for what most tests do in it."""

import functools
import json
import urllib.error
import urllib.request

import boto3
from botocore.client import BaseClient
from botocore.config import Config

CLUSTER = "ml"
FINAL = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Account:
    def __init__(self, endpoint: str, number: str):
        self.endpoint, self.number = endpoint, number
        self._clients: dict[str, BaseClient] = {}

    # Clients.

    def client(self, service: str) -> BaseClient:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name="us-east-1",
                aws_access_key_id=self.number,
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    @property
    def ecs(self):
        return self.client("ecs")

    # Controls.

    def control(self, name: str, **body) -> dict:
        """Posts to a control endpoint, for this account alone."""
        return self.control_status(name, body)[1]

    def look(self, name: str) -> dict:
        """Gets what a control endpoint shows of this account."""
        with _opener.open(f"{self.endpoint}/_mlship/{name}?account={self.number}") as answer:
            return json.load(answer)

    def send_ecs(self, operation: str, body: dict) -> tuple[int, dict, bytes]:
        """Sends a request by hand, and returns status, headers and body as they come."""
        credential = f"{self.number}/20260101/us-east-1/ecs/aws4_request"
        request = urllib.request.Request(
            self.endpoint,
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, "
                "SignedHeaders=host, Signature=0",
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{operation}",
            },
        )
        try:
            with _opener.open(request) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def control_status(self, name: str, body: dict) -> tuple[int, dict]:
        request = urllib.request.Request(
            f"{self.endpoint}/_mlship/{name}",
            data=json.dumps({"account": self.number} | body).encode(),
        )
        try:
            with _opener.open(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def advance(self, seconds: float) -> None:
        self.control("clock", advance=seconds)

    def fault(self, kind: str, **more) -> None:
        self.control("task-faults", faults=[{"kind": kind} | more])

    # Things to deploy.

    def cluster(self, name: str = CLUSTER) -> str:
        self.ecs.create_cluster(clusterName=name, capacityProviders=["FARGATE", "FARGATE_SPOT"])
        return name

    def task_definition(self, image: str = "model:1", family: str = "model", **more) -> str:
        container = {"name": "model", "image": image, "portMappings": [{"containerPort": 8080}]}
        container |= more.pop("container", {})
        request = {
            "family": family,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [container],
        } | more
        answer = self.ecs.register_task_definition(**request)
        return answer["taskDefinition"]["taskDefinitionArn"]

    @functools.cached_property
    def subnets(self) -> list[str]:
        found = self.client("ec2").describe_subnets()["Subnets"]
        return [subnet["SubnetId"] for subnet in found]

    @property
    def network(self) -> dict:
        return {"awsvpcConfiguration": {"subnets": self.subnets[:1]}}

    def target_group(self, name: str = "model", attached: bool = True, **more) -> str:
        elb = self.client("elbv2")
        vpc = self.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        settings = {"TargetType": "ip", "Protocol": "HTTP", "Port": 8080, "VpcId": vpc} | more
        arn = elb.create_target_group(Name=name, **settings)["TargetGroups"][0]["TargetGroupArn"]
        if attached:
            balancer = elb.create_load_balancer(Name=name, Subnets=self.subnets[:2])
            elb.create_listener(
                LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
                Protocol="HTTP",
                Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
            )
        return arn

    # Services and their deployments.

    def create(self, name: str = "model", image: str = "model:1", **more) -> dict:
        """Creates a service with the circuit breaker on."""
        request = {
            "cluster": self.cluster(),
            "serviceName": name,
            "desiredCount": 2,
            "launchType": "FARGATE",
            "networkConfiguration": self.network,
            "deploymentConfiguration": {
                "deploymentCircuitBreaker": {"enable": True, "rollback": True}
            },
        } | more
        request.setdefault("taskDefinition", None)
        request["taskDefinition"] = request["taskDefinition"] or self.task_definition(image)
        return self.ecs.create_service(**request)["service"]

    def created(self, name: str = "model", **more) -> dict:
        """Creates a service and waits until its first deployment is over."""
        made = self.create(name, **more)
        assert self.finish(made)["status"] == "SUCCESSFUL"
        return self.service(name)

    def update(self, name: str = "model", image: str | None = None, **more) -> dict:
        if image:
            more["taskDefinition"] = self.task_definition(image)
        return self.ecs.update_service(cluster=CLUSTER, service=name, **more)["service"]

    def service(self, name: str = "model", **more) -> dict:
        answer = self.ecs.describe_services(cluster=CLUSTER, services=[name], **more)
        return answer["services"][0]

    def deployment(self, service: dict) -> dict:
        """Describes the service deployment that was current in an earlier answer."""
        arns = [service["currentServiceDeployment"]]
        answer = self.ecs.describe_service_deployments(serviceDeploymentArns=arns)
        return answer["serviceDeployments"][0]

    def finish(self, service: dict, within: float = 3600, step: float = 5) -> dict:
        """Moves time until that deployment is over; returns its description."""
        for _ in range(int(within / step)):
            found = self.deployment(service)
            if found["status"] in FINAL:
                break
            self.advance(step)
        return found

    def tasks(self, status: str = "RUNNING", **more) -> list[dict]:
        arns = self.ecs.list_tasks(cluster=CLUSTER, desiredStatus=status, **more)["taskArns"]
        if not arns:
            return []
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns, include=["TAGS"])["tasks"]

    def events(self, name: str = "model") -> list[str]:
        """Returns the service's events, the oldest first."""
        return [event["message"] for event in reversed(self.service(name)["events"])]
