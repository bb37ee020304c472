"""What a call must be allowed: its own action, on what it names, and what goes along with it.

By the service authorization reference. What names nothing that a policy can be narrowed to is
asked on `*`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from .needed_resources import RESOURCES, Place, cluster_arn, role_arn
from .policy_language import Context

# Where the name in policies is not LocalStack's.
PREFIXES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}
# S3 has its operations' names only for some.
S3_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "DeleteObjects": "DeleteObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}
TAGGED_BY_TAGS = ("ecs", "elbv2")
SCALING_ROLE = (
    "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_ECSService"
)


@dataclass
class Call:
    """A call as it comes, and whether the account has what its first one makes."""

    place: Place
    service: str
    operation: str
    request: dict
    has_scaling_role: bool = True


@dataclass
class Need:
    """An action on a resource, with what conditions may look at."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def needs_of(call: Call) -> list[Need]:
    """Returns all that the call must be allowed, its own action first."""
    prefix = PREFIXES.get(call.service, call.service)
    named = S3_ACTIONS.get(call.operation, call.operation)
    name = named if call.service == "s3" else call.operation
    find = RESOURCES.get((call.service, call.operation))
    resources = find(call.place, call.request) if find else ["*"]
    context = _context(call)
    own = [Need(f"{prefix}:{name}", resource, context) for resource in resources or ["*"]]
    return [*own, *(need for find in ALONG for need in find(call, prefix, own))]


def _context(call: Call) -> Context:
    context: Context = {}
    if call.service == "ecs":
        cluster = call.request.get("cluster") or "default"
        context["ecs:cluster"] = cluster_arn(call.place, cluster)
    if keys := _tag_keys(call):
        context["aws:TagKeys"] = keys
    if namespace := call.request.get("ServiceNamespace"):
        context["application-autoscaling:service-namespace"] = namespace
    return context


def _tag_keys(call: Call) -> list[str]:
    if call.service not in TAGGED_BY_TAGS:
        return []
    tags = call.request.get("tags") or call.request.get("Tags") or []
    return [tag.get("key") or tag.get("Key") for tag in tags]


def _tags(call: Call, prefix: str, own: list[Need]) -> list[Need]:
    """Whoever makes something with tags must be allowed to tag it."""
    is_made = call.operation.startswith(("Create", "Register", "Run", "Start"))
    keys = _tag_keys(call)
    if not is_made or not keys:
        return []
    action = "ecs:TagResource" if call.service == "ecs" else f"{prefix}:AddTags"
    context = {f"{prefix}:CreateAction": call.operation, "aws:TagKeys": keys}
    if call.operation == "CreateRule":
        made = [_rule_of(need.resource) for need in own]
        return [Need(action, resource, context) for resource in made]
    return [Need(action, need.resource, context) for need in own]


def _tags_of_alarms(call: Call, prefix: str, own: list[Need]) -> list[Need]:
    if call.operation != "PutMetricAlarm" or not call.request.get("Tags"):
        return []
    return [Need("cloudwatch:TagResource", need.resource, need.context) for need in own]


def _rule_of(listener: str) -> str:
    return listener.replace(":listener/", ":listener-rule/") + "/*"


def _roles(call: Call, prefix: str, own: list[Need]) -> list[Need]:
    """Whoever hands a role to a service must be allowed to pass it."""
    if call.service != "ecs" or call.operation not in PASSES:
        return []
    service, found = PASSES[call.operation]
    roles = dict.fromkeys(role_arn(call.place, role) for role in found(call.request))
    return [Need("iam:PassRole", role, {"iam:PassedToService": service}) for role in roles]


def _roles_of_tasks(request: dict) -> list[str]:
    names = ("executionRoleArn", "taskRoleArn")
    parts = (request, request.get("overrides") or {})
    return [part[name] for part in parts for name in names if part.get(name)]


def _roles_of_a_service(value: object) -> list[str]:
    if isinstance(value, list):
        return [role for each in value for role in _roles_of_a_service(each)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("roleArn", "role") if isinstance(value.get(name), str)]
    return own + [role for each in value.values() for role in _roles_of_a_service(each)]


PASSES: dict[str, tuple[str, Callable[[dict], list[str]]]] = {
    "RegisterTaskDefinition": ("ecs-tasks.amazonaws.com", _roles_of_tasks),
    "RunTask": ("ecs-tasks.amazonaws.com", _roles_of_tasks),
    "CreateService": ("ecs.amazonaws.com", _roles_of_a_service),
    "UpdateService": ("ecs.amazonaws.com", _roles_of_a_service),
}


def _service_linked_role(call: Call, prefix: str, own: list[Need]) -> list[Need]:
    """The first scalable target of an account makes the role that its tasks are counted with."""
    if call.operation != "RegisterScalableTarget" or call.has_scaling_role:
        return []
    resource = f"arn:aws:iam::{call.place.account}:{SCALING_ROLE}"
    context = {"iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com"}
    return [Need("iam:CreateServiceLinkedRole", resource, context)]


ALONG = (_tags, _tags_of_alarms, _roles, _service_linked_role)
