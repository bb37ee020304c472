"""The control endpoints: time, behaviour, faults, the request log, resets."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from tests.account import CLUSTER, Account


def test_time_only_moves_when_it_is_moved(account: Account):
    before = account.control("clock")
    time.sleep(0.01)
    after = account.control("clock", advance=90)
    assert after["speed"] == 0
    assert after["now"] - before["now"] == pytest.approx(90)


def test_an_account_can_have_a_past_that_ends_in_the_present(account: Account, endpoint: str):
    fresh = Account(endpoint, f"{time.time_ns() % 10**12:012}")
    fresh.control("clock", speed=0, behind=600)
    fresh.ecs.create_cluster(clusterName=CLUSTER)
    fresh.advance(600)
    # The present of an instance whose clock stands still, as that of the other account.
    assert fresh.control("clock")["now"] == pytest.approx(account.control("clock")["now"], abs=1)
    # What has happened stays where it is.
    status, answer = fresh.control_status("clock", {"behind": 1})
    assert status == 400
    assert "nothing has happened" in answer["error"]
    fresh.control("reset")


def test_settings_of_one_account_leave_others_alone(account: Account, endpoint: str):
    other = Account(endpoint, "999999999999")
    other.control("clock", speed=0)
    before = other.control("clock")
    account.advance(500)
    account.fault("pull")
    account.control("profile", settle=1)
    assert other.control("clock") == before
    assert other.control("profile")["settle"] == 40
    assert other.control_status("task-faults", {"faults": []})[1] == {"faults": []}
    other.control("reset")


def test_virtual_seconds_pass_at_the_speed_that_was_set(account: Account):
    started = account.control("clock", speed=1000)["now"]
    time.sleep(0.05)
    assert account.control("clock", speed=0)["now"] - started > 40


@pytest.mark.parametrize(
    ("control", "body", "words"),
    [
        ("profile", {"colour": 1}, "unknown profile value 'colour'"),
        ("profile", {"settle": "long"}, "settle is a number"),
        ("profile", {"failed_rollout_state": "BAD"}, "one of FAILED, IN_PROGRESS"),
        ("task-faults", {"faults": [{"kind": "fire"}]}, "unknown task fault 'fire'"),
        ("task-faults", {"faults": [{"kind": "pull", "image": "("}]}, "regular expression"),
        ("task-faults", {}, "faults"),
        ("api-faults", {"faults": [{"kind": "fire"}]}, "unknown api fault 'fire'"),
        ("api-faults", {"faults": [{"kind": "error", "colour": 1}]}, "colour"),
        ("task-faults", {"faults": [{"kind": "crash", "after": "soon"}]}, "after is a number"),
        ("task-faults", {"faults": [{"kind": "crash", "times": 1.5}]}, "times is a whole number"),
        ("task-faults", {"faults": [{"kind": "crash", "log": [1]}]}, "list of lines"),
        ("task-faults", {"faults": [{"kind": "pull", "reason": 1}]}, "reason is a text"),
        ("api-faults", {"faults": [{"kind": "latency", "latency": -1}]}, "latency is a number"),
        ("api-faults", {"faults": [{"kind": "reset", "probability": 2}]}, "at most 1"),
        ("profile", {"account": 1}, "12 digits"),
        ("clock", {"speed": -1}, "speed is a number, not below 0"),
        ("clock", {"advance": "far"}, "advance is a number"),
        ("seed", {"account": None}, "seed takes an account"),
    ],
)
def test_mistake_in_a_control_is_named(account: Account, control, body, words):
    status, answer = account.control_status(control, body)
    assert status == 400
    assert words in answer["error"]


def test_unknown_control_is_named_with_the_known_ones(account: Account):
    status, answer = account.control_status("colour", {})
    assert status == 404
    assert "task-faults" in answer["error"]


def test_fault_with_times_wears_off(account: Account):
    account.control("api-faults", faults=[{"kind": "throttle", "service": "ecs", "times": 2}])
    for _ in range(2):
        with pytest.raises(ClientError, match="Rate exceeded"):
            account.ecs.list_clusters()
    assert account.ecs.list_clusters()["clusterArns"] == []


def test_fault_with_skip_lets_calls_pass_first(account: Account):
    fault = {"kind": "error", "operation": "ListClusters", "skip": 1, "code": "ServerException"}
    account.control("api-faults", faults=[fault | {"status": 503, "message": "later"}])
    assert account.ecs.list_clusters()["clusterArns"] == []
    with pytest.raises(ClientError) as error:
        account.ecs.list_clusters()
    assert error.value.response["Error"] == {"Code": "ServerException", "Message": "later"}
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_reset_before_loses_the_call_and_after_only_its_answer(account: Account):
    for when, exists in (("before", False), ("after", True)):
        name = f"cluster-{when}"
        fault = {"kind": "reset", "operation": "CreateCluster", "when": when, "times": 1}
        account.control("api-faults", faults=[fault])
        with pytest.raises((ConnectionError, HTTPClientError)):
            account.ecs.create_cluster(clusterName=name)
        found = account.ecs.describe_clusters(clusters=[name])["clusters"]
        assert bool(found) == exists


def test_error_after_the_call_took_effect(account: Account):
    fault = {"kind": "error", "operation": "CreateCluster", "when": "after"}
    account.control("api-faults", faults=[fault])
    with pytest.raises(ClientError, match="Internal error"):
        account.ecs.create_cluster(clusterName="made")
    assert account.ecs.describe_clusters(clusters=["made"])["clusters"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("service", "operation"), [("elbv2", "DescribeLoadBalancers"), ("cloudwatch", "GetMetricData")]
)
def test_calls_to_other_services_meet_faults_too(
    account: Account, service: str, operation: str, when: str
):
    now = datetime.now(UTC)
    metric = {"Namespace": "Fraud", "MetricName": "Clients"}
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    window = {"StartTime": now - timedelta(hours=1), "EndTime": now}
    client = account.client(service)

    def call() -> dict:
        if operation == "GetMetricData":
            return client.get_metric_data(MetricDataQueries=[query], **window)
        return client.describe_load_balancers()

    error = {"code": "ServiceUnavailable", "status": 503}
    faults = [{"kind": "throttle"}, {"kind": "error"} | error, {"kind": "reset"}]
    where = {"service": service, "operation": operation, "when": when, "times": 1}
    account.control("api-faults", faults=[fault | where for fault in faults])
    account.control("requests")
    for code, status in (("Throttling", 400), ("ServiceUnavailable", 503)):
        with pytest.raises(ClientError) as refusal:
            call()
        assert refusal.value.response["Error"]["Code"] == code
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    with pytest.raises((ConnectionError, HTTPClientError)):
        call()
    assert call()
    logged = account.control("requests")["requests"]
    assert [(one["service"], one["status"], one["code"]) for one in logged] == [
        (service, 400, "Throttling"),
        (service, 503, "ServiceUnavailable"),
        (service, 0, "ConnectionReset"),
        (service, 200, None),
    ]


@pytest.mark.parametrize(
    ("fault", "content_type", "body"),
    [
        ({"kind": "html"}, "text/html", b"<html>"),
        ({"kind": "html", "status": 403}, "text/html", b"<html>"),
        ({"kind": "empty"}, None, b""),
        ({"kind": "answer", "body": "{}"}, "application/x-amz-json-1.1", b"{}"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_somebody_on_the_way_answers(account: Account, fault, content_type, body, when: str):
    fault = fault | {"operation": "CreateCluster", "when": when, "times": 1}
    account.control("api-faults", faults=[fault])
    account.control("requests")
    status, headers, text = account.send_ecs("CreateCluster", {"clusterName": "made"})
    assert status == fault.get("status", 200)
    assert headers.get("Content-Type") == content_type
    assert "x-amzn-RequestId" not in headers
    assert text[: len(body)] == body
    assert bool(text) == bool(body)
    found = account.ecs.describe_clusters(clusters=["made"])["clusters"]
    assert bool(found) == (when == "after")
    logged = account.control("requests")["requests"][0]
    assert logged["code"] == (None if when == "after" else "Intercepted")


def test_answer_lost_to_a_tagging_leaves_the_tags(account: Account):
    elb = account.client("elbv2")
    group = account.target_group()
    fault = {"kind": "reset", "service": "elbv2", "operation": "AddTags", "when": "after"}
    account.control("api-faults", faults=[fault])
    with pytest.raises((ConnectionError, HTTPClientError)):
        elb.add_tags(ResourceArns=[group], Tags=[{"Key": "owner", "Value": "ml"}])
    found = elb.describe_tags(ResourceArns=[group])["TagDescriptions"][0]["Tags"]
    assert found == [{"Key": "owner", "Value": "ml"}]


def test_latency_delays_the_answer(account: Account):
    fault = {"kind": "latency", "operation": "ListClusters", "latency": 0.2}
    account.control("api-faults", faults=[fault])
    started = time.monotonic()
    account.ecs.list_clusters()
    assert time.monotonic() - started > 0.2


def test_request_log_has_one_entry_for_each_call(account: Account):
    account.control("requests")
    account.cluster()
    faults = [
        {"kind": "reset", "operation": "ListClusters", "when": "after", "times": 1},
        {"kind": "throttle", "operation": "ListServices", "times": 1},
    ]
    account.control("api-faults", faults=faults)
    with pytest.raises((ConnectionError, HTTPClientError)):
        account.ecs.list_clusters()
    with pytest.raises(ClientError):
        account.ecs.list_services(cluster=CLUSTER)
    logged = account.control("requests")["requests"]
    assert [(one["operation"], one["status"], one["code"]) for one in logged] == [
        ("CreateCluster", 200, None),
        ("ListClusters", 0, "ConnectionReset"),
        ("ListServices", 400, "ThrottlingException"),
    ]
    assert account.control("requests")["requests"] == []


def test_reset_forgets_one_account(account: Account):
    account.created()
    account.target_group("left")
    account.control("reset")
    assert account.ecs.list_clusters()["clusterArns"] == []
    assert account.client("elbv2").describe_target_groups()["TargetGroups"] == []


def test_calls_beyond_the_burst_are_throttled_until_time_passes(account: Account):
    for _ in range(20):
        account.task_definition()
    with pytest.raises(ClientError, match="Rate exceeded"):
        account.task_definition()
    account.advance(3)
    for _ in range(3):
        account.task_definition()
    with pytest.raises(ClientError) as error:
        account.ecs.deregister_task_definition(taskDefinition="model:1")
    assert error.value.response["Error"]["Code"] == "ThrottlingException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_throttling_can_be_turned_off(account: Account):
    account.control("profile", throttling=False)
    for _ in range(30):
        account.task_definition()


def test_probability_strikes_the_same_calls_in_every_run(account: Account):
    def struck() -> list[bool]:
        account.control("reset")
        fault = {"kind": "throttle", "operation": "ListClusters", "probability": 0.5}
        account.control("api-faults", faults=[fault])
        found = []
        for _ in range(40):
            try:
                account.ecs.list_clusters()
            except ClientError:
                found.append(True)
            else:
                found.append(False)
        return found

    first = struck()
    assert 10 < sum(first) < 30
    assert struck() == first
