"""Clusters and tags."""

import pytest
from botocore.exceptions import ClientError

from tests.account import CLUSTER, Account


def test_cluster_is_made_once_and_counts_what_it_holds(account: Account):
    first = account.ecs.create_cluster(clusterName=CLUSTER)["cluster"]
    assert account.ecs.create_cluster(clusterName=CLUSTER)["cluster"] == first
    account.created()
    found = account.ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]
    assert (found["activeServicesCount"], found["runningTasksCount"]) == (1, 2)


def test_tags_and_settings_are_shown_when_asked_for(account: Account):
    tags = [{"key": "team", "value": "risk"}]
    account.ecs.create_cluster(clusterName=CLUSTER, tags=tags)
    describe = account.ecs.describe_clusters
    assert describe(clusters=[CLUSTER])["clusters"][0]["tags"] == []
    shown = describe(clusters=[CLUSTER], include=["TAGS", "SETTINGS"])["clusters"][0]
    assert shown["tags"] == tags
    assert shown["settings"] == [{"name": "containerInsights", "value": "disabled"}]


def test_deleted_cluster_is_inactive_and_takes_no_service(account: Account):
    account.cluster()
    account.ecs.delete_cluster(cluster=CLUSTER)
    assert account.ecs.list_clusters()["clusterArns"] == []
    found = account.ecs.describe_clusters(clusters=[CLUSTER, "none"])
    assert [one["status"] for one in found["clusters"]] == ["INACTIVE"]
    assert [one["reason"] for one in found["failures"]] == ["MISSING"]
    with pytest.raises(ClientError, match="Cluster not found"):
        account.ecs.list_services(cluster=CLUSTER)


def test_capacity_providers_of_fargate_are_there(account: Account):
    answer = account.ecs.describe_capacity_providers(capacityProviders=["FARGATE", "mine"])
    assert [one["name"] for one in answer["capacityProviders"]] == ["FARGATE"]
    assert answer["failures"][0]["arn"].endswith("capacity-provider/mine")


def test_provider_of_managed_instances_belongs_to_its_cluster(account: Account):
    account.cluster()
    make = account.ecs.create_capacity_provider
    settings = {
        "infrastructureRoleArn": f"arn:aws:iam::{account.number}:role/infrastructure",
        "instanceLaunchTemplate": {
            "ec2InstanceProfileArn": f"arn:aws:iam::{account.number}:instance-profile/ml",
            "networkConfiguration": {"subnets": account.network["awsvpcConfiguration"]["subnets"]},
        },
    }
    made = make(name="gpu", cluster=CLUSTER, managedInstancesProvider=settings)["capacityProvider"]
    assert made["type"] == "MANAGED_INSTANCES"
    cluster = account.ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]
    assert "gpu" in cluster["capacityProviders"]
    with pytest.raises(ClientError, match="exists already"):
        make(name="gpu", cluster=CLUSTER, managedInstancesProvider=settings)
    with pytest.raises(ClientError, match="needs a cluster"):
        make(name="other", managedInstancesProvider=settings)
    with pytest.raises(ClientError, match="does not begin with"):
        make(name="fargate-gpu", cluster=CLUSTER, managedInstancesProvider=settings)


def test_strategy_needs_a_provider_of_the_cluster(account: Account):
    account.ecs.create_cluster(clusterName="bare")
    with pytest.raises(ClientError, match="capacity provider was not found"):
        account.ecs.create_service(
            cluster="bare",
            serviceName="model",
            taskDefinition=account.task_definition(),
            desiredCount=1,
            networkConfiguration=account.network,
            capacityProviderStrategy=[{"capacityProvider": "FARGATE"}],
        )


def test_tags_of_a_service_merge_and_go(account: Account):
    arn = account.create(tags=[{"key": "team", "value": "risk"}])["serviceArn"]
    account.ecs.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "fraud"}])
    account.ecs.tag_resource(resourceArn=arn, tags=[{"key": "model", "value": "8"}])
    found = account.ecs.list_tags_for_resource(resourceArn=arn)["tags"]
    assert found == [{"key": "team", "value": "fraud"}, {"key": "model", "value": "8"}]
    account.ecs.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert account.service(include=["TAGS"])["tags"] == [{"key": "model", "value": "8"}]
    assert "tags" not in account.service()


def test_unknown_resource_has_no_tags(account: Account):
    arn = f"arn:aws:ecs:us-east-1:{account.number}:service/ml/none"
    with pytest.raises(ClientError, match="not found"):
        account.ecs.list_tags_for_resource(resourceArn=arn)
