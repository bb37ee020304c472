"""What a call names, by the ARNs that policies are narrowed with."""

from collections.abc import Callable
from dataclasses import dataclass

Find = Callable[["Place", dict], list[str]]


@dataclass(frozen=True)
class Place:
    """Whose call it is and where; `known` says a name's ARN where only AWS has the rest of it."""

    account: str
    region: str
    known: Callable[[str, str], str | None] = lambda kind, name: None

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def cluster_arn(place: Place, cluster: str) -> str:
    return cluster if cluster.startswith("arn:") else place.arn("ecs", f"cluster/{cluster}")


def role_arn(place: Place, role: str) -> str:
    if role.startswith("arn:"):
        return role
    return place.known("role", role) or f"arn:aws:iam::{place.account}:role/{role}"


def _list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _in_cluster(kind: str, member: str) -> Find:
    def find(place: Place, request: dict) -> list[str]:
        cluster = (request.get("cluster") or "default").rpartition("/")[2]
        return [
            name if name.startswith("arn:") else place.arn("ecs", f"{kind}/{cluster}/{name}")
            for name in _list(request.get(member))
        ]

    return find


def _written(*members: str) -> Find:
    """What is named by its ARN, in the first member that there is."""

    def find(place: Place, request: dict) -> list[str]:
        return next((_list(request[name]) for name in members if request.get(name)), [])

    return find


def _clusters(place: Place, request: dict) -> list[str]:
    named = request.get("clusters") or request.get("cluster") or request.get("clusterName")
    return [cluster_arn(place, cluster) for cluster in _list(named or "default")]


def _family(place: Place, request: dict) -> list[str]:
    return [place.arn("ecs", f"task-definition/{request.get('family')}:*")]


def _log_groups(part: str) -> Find:
    def find(place: Place, request: dict) -> list[str]:
        group = request.get("logGroupIdentifier") or request.get("logGroupName") or ""
        arn = group if group.startswith("arn:") else place.arn("logs", f"log-group:{group}")
        return [f"{arn}:{part}{request.get('logStreamName') or ''}"]

    return find


def _repository(place: Place, request: dict) -> list[str]:
    owner = Place(request.get("registryId") or place.account, place.region)
    return [owner.arn("ecr", f"repository/{request.get('repositoryName')}")]


def _secret(place: Place, request: dict) -> list[str]:
    name = request.get("SecretId") or ""
    if found := place.known("secret", name):
        return [found]
    return [name if name.startswith("arn:") else place.arn("secretsmanager", f"secret:{name}")]


def _parameters(place: Place, request: dict) -> list[str]:
    return [
        name if name.startswith("arn:") else place.arn("ssm", "parameter/" + name.removeprefix("/"))
        for name in _list(request.get("Names") or request.get("Name"))
    ]


def _role(place: Place, request: dict) -> list[str]:
    return [role_arn(place, request.get("RoleName") or "")]


def _alarms(place: Place, request: dict) -> list[str]:
    names = _list(request.get("AlarmNames") or request.get("AlarmName"))
    return [place.arn("cloudwatch", f"alarm:{name}") for name in names or ["*"]]


def _scalable(place: Place, request: dict) -> list[str]:
    return [place.arn("application-autoscaling", "scalable-target/*")]


def _bucket(place: Place, request: dict) -> list[str]:
    return [f"arn:aws:s3:::{request.get('Bucket')}"]


def _object(place: Place, request: dict) -> list[str]:
    return [f"arn:aws:s3:::{request.get('Bucket')}/{request.get('Key')}"]


def _table(**rows: dict[str, Find]) -> dict[tuple[str, str], Find]:
    return {
        (service.replace("_", "-"), operation): find
        for service, operations in rows.items()
        for operations_of, find in operations.items()
        for operation in operations_of.split()
    }


RESOURCES = _table(
    ecs={
        "DescribeServices": _in_cluster("service", "services"),
        "CreateService": _in_cluster("service", "serviceName"),
        "UpdateService DeleteService ListServiceDeployments": _in_cluster("service", "service"),
        "DescribeServiceDeployments": _written("serviceDeploymentArns"),
        "StopServiceDeployment ContinueServiceDeployment": _written("serviceDeploymentArn"),
        "DescribeServiceRevisions": _written("serviceRevisionArns"),
        "RegisterTaskDefinition": _family,
        "TagResource UntagResource ListTagsForResource": _written("resourceArn"),
        "DescribeTasks": _in_cluster("task", "tasks"),
        "StopTask": _in_cluster("task", "task"),
        "DescribeContainerInstances": _in_cluster("container-instance", "containerInstances"),
        "DescribeClusters ListContainerInstances CreateCluster DeleteCluster": _clusters,
    },
    logs={
        "GetLogEvents": _log_groups("log-stream:"),
        "FilterLogEvents DescribeLogStreams": _log_groups("log-stream:"),
        "CreateLogGroup DeleteLogGroup": _log_groups("*"),
    },
    ecr={
        "DescribeImages BatchGetImage GetDownloadUrlForLayer PutImage BatchDeleteImage "
        "UpdateImageStorageClass": _repository,
    },
    secretsmanager={"DescribeSecret GetSecretValue DeleteSecret": _secret},
    ssm={"GetParameter GetParameters PutParameter": _parameters},
    iam={"GetRole": _role, "SimulatePrincipalPolicy": _written("PolicySourceArn")},
    cloudwatch={
        "DescribeAlarms PutMetricAlarm DeleteAlarms SetAlarmState": _alarms,
        "ListTagsForResource TagResource UntagResource": _written("ResourceARN"),
    },
    elbv2={
        "ModifyRule DeleteRule": _written("RuleArn"),
        "CreateRule": _written("ListenerArn"),
        "AddTags RemoveTags": _written("ResourceArns"),
    },
    application_autoscaling={
        "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy": (
            _scalable
        ),
    },
    s3={
        "ListObjects ListObjectsV2 HeadBucket": _bucket,
        "GetObject HeadObject PutObject DeleteObject": _object,
    },
)
