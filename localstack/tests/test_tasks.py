"""The life of tasks: containers, dependencies, logs, stops, and what they say about themselves."""

import itertools

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account


def run(account: Account, **more) -> str:
    account.cluster()
    request = {
        "cluster": CLUSTER,
        "taskDefinition": more.pop("taskDefinition", None) or account.task_definition(),
        "launchType": "FARGATE",
        "networkConfiguration": account.network,
    } | more
    return account.ecs.run_task(**request)["tasks"][0]["taskArn"]


def describe(account: Account, arn: str) -> dict:
    return account.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"][0]


def test_task_passes_every_status_and_leaves_its_times(account: Account):
    arn = run(account)
    seen = []
    for _ in range(40):
        task = describe(account, arn)
        seen += [] if seen[-1:] == [task["lastStatus"]] else [task["lastStatus"]]
        if task["lastStatus"] == "RUNNING":
            account.ecs.stop_task(cluster=CLUSTER, task=arn, reason="done")
        account.advance(1)
    assert seen == [
        "PROVISIONING",
        "PENDING",
        "ACTIVATING",
        "RUNNING",
        "DEACTIVATING",
        "STOPPING",
        "DEPROVISIONING",
        "STOPPED",
    ]
    task = describe(account, arn)
    times = ("createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "stoppingAt")
    times += ("executionStoppedAt", "stoppedAt")
    assert sorted(times, key=lambda name: task[name]) == list(times)
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "done")


def test_stopped_task_is_forgotten_after_an_hour(account: Account):
    arn = run(account)
    account.ecs.stop_task(cluster=CLUSTER, task=arn)
    account.advance(3000)
    assert describe(account, arn)["lastStatus"] == "STOPPED"
    account.advance(700)
    answer = account.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])
    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]


def init_task(account: Account, condition: str = "SUCCESS") -> str:
    return account.task_definition(
        containerDefinitions=[
            {"name": "weights", "image": "fetch:1", "essential": False},
            {
                "name": "model",
                "image": "model:1",
                "dependsOn": [{"containerName": "weights", "condition": condition}],
            },
        ]
    )


def test_init_container_ends_before_the_model_starts(account: Account):
    arn = run(account, taskDefinition=init_task(account))
    account.advance(24)
    statuses = [one["lastStatus"] for one in describe(account, arn)["containers"]]
    assert statuses == ["RUNNING", "PENDING"]
    account.advance(20)
    task = describe(account, arn)
    assert task["lastStatus"] == "RUNNING"
    assert task["containers"][0]["exitCode"] == 0
    assert task["containers"][1]["lastStatus"] == "RUNNING"


def test_failed_init_container_ends_the_task(account: Account):
    account.fault("crash", image="^fetch", exit_code=7)
    arn = run(account, taskDefinition=init_task(account))
    account.advance(60)
    task = describe(account, arn)
    assert task["lastStatus"] == "STOPPED"
    assert task["containers"][0]["exitCode"] == 7
    assert "exitCode" not in task["containers"][1]


def test_failed_init_container_is_fine_when_only_waited_for(account: Account):
    account.fault("crash", image="^fetch")
    arn = run(account, taskDefinition=init_task(account, "COMPLETE"))
    account.advance(60)
    assert describe(account, arn)["lastStatus"] == "RUNNING"


def test_crash_of_a_sidecar_leaves_the_task_running(account: Account):
    arn = run(
        account,
        taskDefinition=account.task_definition(
            containerDefinitions=[
                {"name": "model", "image": "model:1"},
                {"name": "agent", "image": "agent:1", "essential": False},
            ]
        ),
    )
    account.ecs.stop_task(cluster=CLUSTER, task=arn)
    account.fault("crash", image="^agent", after=3)
    arn = run(account, taskDefinition="model:1")
    account.advance(60)
    task = describe(account, arn)
    assert task["lastStatus"] == "RUNNING"
    assert task["containers"][1]["exitCode"] == 1


LOGS = {
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ml/model",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "ecs",
        },
    }
}


def logged(account: Account, **more) -> str:
    role = "arn:aws:iam::000000000000:role/ml-execution"
    return account.task_definition(container=LOGS | more, executionRoleArn=role)


def test_fault_writes_its_lines_to_the_log_stream_of_the_task(account: Account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/ml/model")
    account.fault("crash", after=10, log=["loading weights", "ValueError: bad weights"])
    arn = run(account, taskDefinition=logged(account))
    account.advance(60)
    stream = f"ecs/model/{arn.rpartition('/')[2]}"
    events = logs.get_log_events(logGroupName="/ml/model", logStreamName=stream)["events"]
    assert [one["message"] for one in events] == ["loading weights", "ValueError: bad weights"]
    task = describe(account, arn)
    assert abs(events[0]["timestamp"] / 1000 - task["startedAt"].timestamp() - 10) < 1
    logs.delete_log_group(logGroupName="/ml/model")


def test_healthy_container_writes_a_numbered_line_as_often_as_asked_until_it_stops(
    account: Account,
):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/ml/model")
    account.control("profile", log_every=10)
    arn = run(account, taskDefinition=logged(account))
    account.advance(60)
    account.ecs.stop_task(cluster=CLUSTER, task=arn)
    account.advance(600)
    events = logs.filter_log_events(logGroupName="/ml/model")["events"]
    times = [event["timestamp"] for event in events]
    expected = [f"model line {number}" for number in range(1, len(events) + 1)]
    assert [event["message"] for event in events] == expected
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {10_000}
    task = describe(account, arn)
    assert 0 <= task["executionStoppedAt"].timestamp() - times[-1] / 1000 < 10
    logs.delete_log_group(logGroupName="/ml/model")


def test_one_stream_that_is_not_there_spoils_the_look_into_others(account: Account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/ml/model")
    logs.create_log_stream(logGroupName="/ml/model", logStreamName="there")
    request = {"logGroupName": "/ml/model", "logStreamNames": ["there", "not-there"]}
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="log stream"):
        logs.filter_log_events(**request)
    logs.filter_log_events(**request | {"logStreamNames": ["there"]})
    logs.delete_log_group(logGroupName="/ml/model")


def test_exec_format_error_is_only_in_the_log(account: Account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/ml/model")
    account.fault("exec_format")
    arn = run(account, taskDefinition=logged(account, entryPoint=["/usr/bin/serve"]))
    account.advance(60)
    found = logs.filter_log_events(logGroupName="/ml/model")["events"]
    assert [one["message"] for one in found] == ["exec /usr/bin/serve: exec format error"]
    assert "exec format" not in describe(account, arn)["stoppedReason"]
    logs.delete_log_group(logGroupName="/ml/model")


def test_missing_log_group_keeps_the_task_from_starting(account: Account):
    arn = run(account, taskDefinition=logged(account))
    account.advance(60)
    task = describe(account, arn)
    assert task["stopCode"] == "TaskFailedToStart"
    assert "The specified log group does not exist" in task["stoppedReason"]


def test_unknown_task_cannot_be_stopped(account: Account):
    account.cluster()
    with pytest.raises(ClientError, match="The referenced task was not found"):
        account.ecs.stop_task(cluster=CLUSTER, task="0" * 32)


def test_service_replaces_a_task_that_was_stopped_by_hand(account: Account):
    account.created()
    victim = account.tasks()[0]["taskArn"]
    account.ecs.stop_task(cluster=CLUSTER, task=victim)
    account.advance(120)
    running = [task["taskArn"] for task in account.tasks()]
    assert len(running) == 2
    assert victim not in running


def test_service_tasks_carry_the_id_of_their_deployment(account: Account):
    service = account.created()
    deployment = service["deployments"][0]["id"]
    assert {task["startedBy"] for task in account.tasks()} == {deployment}
    assert len(account.ecs.list_tasks(cluster=CLUSTER, startedBy=deployment)["taskArns"]) == 2
    with pytest.raises(ClientError, match="only filter"):
        account.ecs.list_tasks(cluster=CLUSTER, startedBy=deployment, family="model")


def test_tags_of_the_service_reach_its_tasks(account: Account):
    tags = [{"key": "team", "value": "risk"}]
    account.created(tags=tags, propagateTags="SERVICE", enableECSManagedTags=True)
    keys = {tag["key"] for tag in account.tasks()[0]["tags"]}
    assert keys == {"team", "aws:ecs:clusterName", "aws:ecs:serviceName"}


def test_cluster_without_instances_places_no_ec2_task(account: Account):
    account.control("profile", ec2_capacity=False)
    with pytest.raises(ClientError, match="No Container Instances were found in your cluster"):
        run(account, launchType="EC2")
    account.create(launchType="EC2")
    account.advance(60)
    words = "unable to place a task because no container instance met all of its requirements."
    assert any(words in message for message in account.events())


def test_container_waits_for_the_health_of_another(account: Account):
    definition = account.task_definition(
        containerDefinitions=[
            {
                "name": "cache",
                "image": "cache:1",
                "healthCheck": {"command": ["CMD", "true"], "interval": 10},
            },
            {
                "name": "model",
                "image": "model:1",
                "dependsOn": [{"containerName": "cache", "condition": "HEALTHY"}],
            },
        ]
    )
    arn = run(account, taskDefinition=definition)
    account.advance(30)
    statuses = [one["lastStatus"] for one in describe(account, arn)["containers"]]
    assert statuses == ["RUNNING", "PENDING"]
    account.advance(10)
    assert describe(account, arn)["lastStatus"] == "RUNNING"


def test_client_token_makes_run_task_repeatable(account: Account):
    definition = account.task_definition()
    first = run(account, taskDefinition=definition, clientToken="once")
    assert run(account, taskDefinition=definition, clientToken="once") == first
    with pytest.raises(account.ecs.exceptions.ConflictException):
        run(account, taskDefinition=definition, clientToken="once", group="other")


def test_tags_of_the_task_definition_reach_the_tasks_of_a_service(account: Account):
    tags = [{"key": "model", "value": "8"}]
    tagged = account.task_definition(tags=tags)
    account.created(taskDefinition=tagged, propagateTags="TASK_DEFINITION")
    assert account.tasks()[0]["tags"] == tags


def test_task_that_is_run_by_hand_has_the_tags_asked_for(account: Account):
    tags = [{"key": "model", "value": "8"}, {"key": "team", "value": "risk"}]
    asked = {"propagateTags": "TASK_DEFINITION", "enableECSManagedTags": True}
    own = [{"key": "team", "value": "fraud"}]
    run(account, taskDefinition=account.task_definition(tags=tags), tags=own, **asked)
    found = {tag["key"]: tag["value"] for tag in account.tasks()[0]["tags"]}
    assert found == {"model": "8", "team": "fraud", "aws:ecs:clusterName": CLUSTER}
    with pytest.raises(ClientError, match="Tags of a service"):
        run(account, propagateTags="SERVICE")


def test_grace_period_covers_container_checks(account: Account):
    check = {"healthCheck": {"command": ["CMD", "true"], "interval": 5, "retries": 2}}
    account.fault("unhealthy")
    made = account.task_definition(container=check)
    account.create(taskDefinition=made, healthCheckGracePeriodSeconds=300)
    account.advance(290)
    assert account.tasks("STOPPED") == []
    account.advance(100)
    assert account.tasks("STOPPED") != []


def test_slow_task_runs_later(account: Account):
    account.fault("slow", after=100)
    account.create()
    account.advance(120)
    assert account.service()["runningCount"] == 0
    account.advance(20)
    assert account.service()["runningCount"] == 2
