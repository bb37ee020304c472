"""What ECS refuses at once, with its error codes and words."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account


def refuses(call, code: str, words: str, **arguments) -> None:
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    error = refusal.value.response["Error"]
    assert error["Code"] == code
    assert words in error["Message"]


GPU = {"resourceRequirements": [{"type": "GPU", "value": "1"}]}
LOGS = {"logConfiguration": {"logDriver": "awslogs", "options": {}}}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"cpu": "123", "memory": "999"}, "No Fargate configuration exists for given values"),
        ({"cpu": "256", "memory": "4096"}, "No Fargate configuration exists for given values"),
        ({"cpu": "8192", "memory": "17408"}, "No Fargate configuration exists for given values"),
        ({"networkMode": "bridge"}, "Fargate only supports network mode"),
        ({"container": GPU}, "GPU is not supported on Fargate"),
        ({"container": {"linuxParameters": {"sharedMemorySize": 64}}}, "sharedMemorySize"),
        ({"container": {"image": "1.dkr.ecr.us-east-1.amazonaws.com/a"}}, "execution role ARN"),
        ({"container": LOGS}, "execution role ARN to support log driver awslogs"),
        ({"ephemeralStorage": {"sizeInGiB": 20}}, "between 21 and 200"),
        ({"ephemeralStorage": {"sizeInGiB": 201}}, "between 21 and 200"),
        ({"container": {"linuxParameters": {"devices": [{"hostPath": "/x"}]}}}, "devices"),
        ({"container": {"startTimeout": 1}}, "startTimeout must be between 2 and 120"),
        ({"container": {"stopTimeout": 121}}, "stopTimeout must be between 2 and 120"),
        ({"ipcMode": "host"}, "ipcMode is not supported"),
        ({"placementConstraints": [{"type": "memberOf"}]}, "Placement constraints"),
        ({"containerDefinitions": [{"name": "a", "image": "a:1"}] * 11}, "Too many containers"),
        ({"family": "no spaces"}, "Invalid family"),
        ({"containerDefinitions": []}, "Container list cannot be empty"),
        ({"container": {"environment": [{"name": "A", "value": "x" * 65536}]}}, "64 KB"),
        ({"container": {"essential": False}}, "essential"),
        ({"container": {"portMappings": [{"containerPort": 1, "hostPort": 2}]}}, "must match"),
    ],
)
def test_task_definition_is_refused(account: Account, more, words):
    refuses(account.task_definition, "ClientException", words, **more)


@pytest.mark.parametrize("size", ["cpu", "memory"])
def test_fargate_needs_a_size(account: Account, size):
    request = {"cpu": "256", "memory": "512"}
    del request[size]
    refuses(
        account.ecs.register_task_definition,
        "ClientException",
        f"Fargate requires that '{size}' be defined at the task level.",
        family="model",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "model", "image": "model:1", "memory": 128}],
        **request,
    )


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [("256", "512"), (".25 vCPU", "0.5 GB"), ("16384", "122880"), ("32768", "249856")],
)
def test_fargate_sizes_in_the_table_are_accepted(account: Account, cpu, memory):
    assert account.task_definition(cpu=cpu, memory=memory)


@pytest.mark.parametrize(
    ("dependency", "words"),
    [
        ({"containerName": "none", "condition": "START"}, "not another container"),
        ({"containerName": "first", "condition": "SUCCESS"}, "essential container 'first'"),
        ({"containerName": "first", "condition": "HEALTHY"}, "needs a health check"),
    ],
)
def test_dependency_is_refused(account: Account, dependency, words):
    containers = [
        {"name": "first", "image": "first:1"},
        {"name": "second", "image": "second:1", "dependsOn": [dependency]},
    ]
    refuses(account.task_definition, "ClientException", words, containerDefinitions=containers)


def test_tags_have_limits(account: Account):
    many = [{"key": str(number), "value": ""} for number in range(51)]
    for tags in (many, [{"key": "aws:mine", "value": ""}], [{"key": "k" * 129, "value": ""}]):
        with pytest.raises(ClientError):
            account.task_definition(tags=tags)


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException", "Cluster not found."),
        ({"taskDefinition": "none:1"}, "ClientException", "TaskDefinition not found."),
        ({"networkConfiguration": {}}, "InvalidParameterException", "must be provided when"),
        ({"desiredCount": -1}, "InvalidParameterException", "desired count"),
        ({"serviceName": "no spaces"}, "InvalidParameterException", "service name"),
        ({"launchType": "MOON"}, "ClientException", "launchType should be one of [EC2,FARGATE"),
        ({"launchType": "MANAGED_INSTANCES"}, "InvalidParameterException", "capacity provider"),
        (
            {"deploymentConfiguration": {"bakeTimeInMinutes": 1441}},
            "InvalidParameterException",
            "between 0 and 1440",
        ),
        (
            {"deploymentConfiguration": {"earlySuccessCriteria": {"enable": True}}},
            "InvalidParameterException",
            "needs healthyPercent",
        ),
        ({"clientToken": "t" * 37}, "InvalidParameterException", "36"),
        (
            {"deploymentConfiguration": {"minimumHealthyPercent": 150, "maximumPercent": 100}},
            "InvalidParameterException",
            "maximumPercent",
        ),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "InvalidParameterException",
            "both a launch type and capacity provider strategy",
        ),
    ],
)
def test_service_is_refused(account: Account, more, code, words):
    account.cluster()
    refuses(account.create, code, words, **more)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ({"subnets": ["subnet-0"]}, "The subnet ID 'subnet-0' does not exist"),
        ({"securityGroups": ["sg-0"]}, "The security group 'sg-0' does not exist"),
        ({"subnets": []}, "subnets can not be empty."),
    ],
)
def test_network_must_exist(account: Account, network, words):
    configuration = {"awsvpcConfiguration": account.network["awsvpcConfiguration"] | network}
    code = "InvalidParameterException"
    refuses(account.create, code, words, networkConfiguration=configuration)


def balancer(group: str, **more) -> list[dict]:
    return [{"targetGroupArn": group, "containerName": "model", "containerPort": 8080} | more]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"containerName": "none"}, "The container none does not exist in the task definition."),
        ({"containerPort": 1}, "The container model did not have a container port 1 defined."),
    ],
)
def test_load_balancer_must_fit_the_task_definition(account: Account, more, words):
    balancers = balancer(account.target_group(), **more)
    refuses(account.create, "InvalidParameterException", words, loadBalancers=balancers)


def test_target_group_needs_a_load_balancer(account: Account):
    group = account.target_group(attached=False)
    words = f"The target group with targetGroupArn {group} does not have an associated load"
    refuses(account.create, "InvalidParameterException", words, loadBalancers=balancer(group))


def test_target_group_must_take_addresses(account: Account):
    group = account.target_group(TargetType="instance")
    words = "target type instance, which is incompatible with the awsvpc network mode"
    refuses(account.create, "InvalidParameterException", words, loadBalancers=balancer(group))


def test_target_group_must_exist(account: Account):
    group = account.target_group()
    account.client("elbv2").delete_listener(
        ListenerArn=account.client("elbv2").describe_listeners(
            LoadBalancerArn=account.client("elbv2").describe_load_balancers()["LoadBalancers"][0][
                "LoadBalancerArn"
            ]
        )["Listeners"][0]["ListenerArn"]
    )
    account.client("elbv2").delete_target_group(TargetGroupArn=group)
    with pytest.raises(ClientError, match="does not exist"):
        account.create(loadBalancers=balancer(group))


def test_service_is_created_once(account: Account):
    account.create()
    words = "Creation of service was not idempotent."
    refuses(account.create, "InvalidParameterException", words)


def test_client_token_makes_creation_repeatable(account: Account):
    same = {"clientToken": "once", "taskDefinition": account.task_definition()}
    first = account.create(**same)
    assert account.create(**same)["serviceArn"] == first["serviceArn"]
    assert len(account.service()["deployments"]) == 1
    words, code = "Creation of service was not idempotent.", "InvalidParameterException"
    refuses(account.create, code, words, **same, desiredCount=3)


def test_inactive_task_definition_keeps_running_but_starts_nothing(account: Account):
    account.created()
    account.ecs.deregister_task_definition(taskDefinition="model:1")
    assert account.service()["runningCount"] == 2
    words = "TaskDefinition is inactive"
    refuses(account.update, "ClientException", words, taskDefinition="model:1")


def test_strategy_change_needs_a_forced_deployment(account: Account):
    account.created()
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    words = "you must force a new deployment."
    code = "InvalidParameterException"
    refuses(account.update, code, words, capacityProviderStrategy=strategy)
    updated = account.update(capacityProviderStrategy=strategy, forceNewDeployment=True)
    assert account.finish(updated)["status"] == "SUCCESSFUL"


def test_missing_service_is_a_failure_in_an_answer_that_succeeds(account: Account):
    account.cluster()
    answer = account.ecs.describe_services(cluster=CLUSTER, services=["none"])
    assert answer["services"] == []
    assert answer["failures"][0]["reason"] == "MISSING"


def test_missing_service_cannot_be_updated(account: Account):
    account.cluster()
    refuses(account.update, "ServiceNotFoundException", "Service not found.", name="none")


def test_services_are_described_ten_at_once(account: Account):
    account.cluster()
    names = [f"service-{number}" for number in range(11)]
    code = "InvalidParameterException"
    refuses(account.ecs.describe_services, code, "10", cluster=CLUSTER, services=names)


def test_deletion_waits_for_zero_or_force(account: Account):
    account.created()
    delete = account.ecs.delete_service
    words = "The service cannot be stopped while it is scaled above 0."
    refuses(delete, "InvalidParameterException", words, cluster=CLUSTER, service="model")
    assert delete(cluster=CLUSTER, service="model", force=True)["service"]["status"] == "DRAINING"
    words = "Unable to Start a service that is still Draining."
    refuses(account.create, "InvalidParameterException", words)
    account.advance(60)
    assert account.service()["status"] == "INACTIVE"
    refuses(account.update, "ServiceNotActiveException", "Service was not ACTIVE.", desiredCount=1)
    assert account.create()["status"] == "ACTIVE"


def test_cluster_with_services_stays(account: Account):
    account.create()
    code, words = "ClusterContainsServicesException", "cannot be deleted while Services are active"
    refuses(account.ecs.delete_cluster, code, words, cluster=CLUSTER)


def test_unknown_member_is_refused(account: Account):
    def add_colour(params: dict, **_) -> None:
        params["body"] = b'{"colour": "red"}'

    # boto3 would refuse it too, so it is added behind its back.
    account.ecs.meta.events.register("before-call.ecs.ListClusters", add_colour)
    code = "SerializationException"
    refuses(account.ecs.list_clusters, code, "Unknown member: colour")
    account.control("profile", reject_unknown_members=False)
    assert account.ecs.list_clusters()["clusterArns"] == []


def test_operation_that_is_not_simulated_says_so(account: Account):
    with pytest.raises(ClientError) as refusal:
        account.ecs.list_daemons()
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_two_registrations_into_one_family_at_once(account: Account):
    fault = {"kind": "latency", "operation": "RegisterTaskDefinition", "latency": 0.5, "times": 1}
    account.control("api-faults", faults=[fault])
    with ThreadPoolExecutor() as pool:
        first = pool.submit(account.task_definition)
        while account.look("api-faults")["faults"][0]["times"]:
            time.sleep(0.01)
        refuses(account.task_definition, "ClientException", "Too many concurrent attempts")
        assert account.task_definition(family="other")
        assert first.result()
    assert account.task_definition().endswith("model:2")


@pytest.mark.parametrize(
    ("name", "value"),
    [("interval", 4), ("interval", 301), ("timeout", 1), ("retries", 11), ("startPeriod", 301)],
)
def test_health_check_out_of_range_is_refused(account: Account, name, value):
    container = {"healthCheck": {"command": ["CMD", "true"], name: value}}
    refuses(account.task_definition, "ClientException", name, container=container)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [("1", True), ("ALL", True), ("0.25", True), ("0", False), ("many", False), ("-1", False)],
)
def test_number_of_gpus(account: Account, value, accepted):
    gpu = {"resourceRequirements": [{"type": "GPU", "value": value}], "memory": 512}
    container = {"name": "model", "image": "model:1"} | gpu
    register = account.ecs.register_task_definition
    if accepted:
        assert register(family="model", containerDefinitions=[container])
        return
    words = "Invalid number of GPUs"
    refuses(register, "ClientException", words, family="model", containerDefinitions=[container])


def test_early_success_has_bounds(account: Account):
    for percent in (99, 101):
        early = {"healthyPercent": percent, "sourceServiceRevisionCleanup": "DEFERRED"}
        settings = {"earlySuccessCriteria": {"enable": True} | early}
        words, code = "healthyPercent must", "InvalidParameterException"
        refuses(account.create, code, words, deploymentConfiguration=settings)


def test_service_has_at_most_five_target_groups(account: Account):
    group = account.target_group()
    words, code = "at most 5 items", "InvalidParameterException"
    refuses(account.create, code, words, loadBalancers=balancer(group) * 6)


def test_strategy_has_at_most_twenty_providers(account: Account):
    account.created()
    words, code = "At most 20 capacity providers", "InvalidParameterException"
    strategy = [{"capacityProvider": "FARGATE"}] * 21
    refuses(account.update, code, words, capacityProviderStrategy=strategy, forceNewDeployment=True)


def test_what_can_be_described_at_once_is_limited(account: Account):
    account.cluster()
    describe, code = account.ecs.describe_tasks, "InvalidParameterException"
    refuses(describe, code, "100", cluster=CLUSTER, tasks=["0"] * 101)
    describe = account.ecs.describe_service_deployments
    refuses(describe, code, "20", serviceDeploymentArns=["0"] * 21)
    describe = account.ecs.describe_service_revisions
    refuses(describe, code, "20", serviceRevisionArns=["0"] * 21)


def test_cluster_of_an_arn_must_be_that_of_the_request(account: Account):
    account.created()
    account.ecs.create_cluster(clusterName="ml-2")
    service, task = account.service()["serviceArn"], account.tasks()[0]["taskArn"]
    words = "Invalid identifier: Identifier is for cluster ml. Your cluster is ml-2"
    for call, arguments in (
        (account.ecs.describe_services, {"services": [service]}),
        (account.ecs.update_service, {"service": service}),
        (account.ecs.delete_service, {"service": service}),
        (account.ecs.list_service_deployments, {"service": service}),
        (account.ecs.list_tasks, {"serviceName": service}),
        (account.ecs.describe_tasks, {"tasks": [task]}),
        (account.ecs.stop_task, {"task": task}),
    ):
        refuses(call, "InvalidParameterException", words, cluster="ml-2", **arguments)
    assert account.ecs.list_tasks(cluster="ml-2")["taskArns"] == []


def test_tasks_of_a_service_that_is_missing_are_refused(account: Account):
    account.cluster()
    code, words = "ServiceNotFoundException", "Service not found."
    refuses(account.ecs.list_tasks, code, words, cluster=CLUSTER, serviceName="none")


def test_deregistration_can_take_ten_minutes_to_be_noticed(account: Account):
    account.control("profile", inactive_refused_after=600)
    account.created()
    account.task_definition("model:2")
    account.ecs.deregister_task_definition(taskDefinition="model:2")
    account.finish(account.update(taskDefinition="model:2"))
    account.advance(600)
    words = "TaskDefinition is inactive"
    refuses(account.update, "ClientException", words, taskDefinition="model:2")


def test_fargate_takes_tmpfs_or_not(account: Account):
    mounts = {"linuxParameters": {"tmpfs": [{"containerPath": "/scratch", "size": 64}]}}
    assert account.task_definition(container=mounts)
    account.control("profile", fargate_tmpfs=False)
    words = "tmpfs is not supported on Fargate."
    refuses(account.task_definition, "ClientException", words, container=mounts)
