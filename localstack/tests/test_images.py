"""What image references resolve to, and what happens when an image is gone."""

import hashlib
import json

import pytest
from botocore.exceptions import ClientError

from ecs_simulator.images import pinned
from tests.account import CLUSTER, Account


def push(account: Account, layer: str, tag: str = "live") -> str:
    """Pushes an image whose digest follows from its layer; returns the digest."""
    ecr = account.client("ecr")
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "layers": [{"digest": layer}]})
    pushed = ecr.put_image(repositoryName="fraud", imageManifest=manifest, imageTag=tag)
    return pushed["image"]["imageId"]["imageDigest"]


def deployed(account: Account, **more) -> tuple[dict, str]:
    """Makes a service of an image with a tag that moves; returns it and the first digest."""
    account.client("ecr").create_repository(repositoryName="fraud")
    digest = push(account, "sha256:first")
    image = f"{account.number}.dkr.ecr.us-east-1.amazonaws.com/fraud:live"
    role = f"arn:aws:iam::{account.number}:role/ml-execution"
    definition = account.task_definition(image, executionRoleArn=role, **more)
    return account.created(taskDefinition=definition), digest


def digests(account: Account) -> set[str]:
    return {task["containers"][0]["imageDigest"] for task in account.tasks()}


def resolved(account: Account, service: dict) -> list[str]:
    arn = service["currentServiceRevisions"][0]["arn"]
    found = account.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"]
    return [one["imageDigest"] for one in found[0]["containerImages"]]


def replace_one_task(account: Account) -> None:
    account.ecs.stop_task(cluster=CLUSTER, task=account.tasks()[0]["taskArn"])
    account.advance(120)


def test_tag_is_resolved_once_for_all_tasks_of_a_deployment(account: Account):
    service, first = deployed(account)
    second = push(account, "sha256:second")
    replace_one_task(account)
    assert first != second
    assert (digests(account), resolved(account, service)) == ({first}, [first])
    updated = account.update(forceNewDeployment=True)
    account.finish(updated)
    assert (digests(account), resolved(account, updated)) == ({second}, [second])


def test_tag_is_resolved_for_each_task_without_version_consistency(account: Account):
    service, first = deployed(account, container={"versionConsistency": "disabled"})
    second = push(account, "sha256:second")
    replace_one_task(account)
    assert digests(account) == {first, second}
    assert resolved(account, service) == []


def test_image_that_the_repository_lost_cannot_be_pulled_again(account: Account):
    service, first = deployed(account)
    account.client("ecr").batch_delete_image(
        repositoryName="fraud", imageIds=[{"imageDigest": first}]
    )
    replace_one_task(account)
    assert account.service()["runningCount"] == 1
    stopped = [task["stoppedReason"] for task in account.tasks("STOPPED")]
    assert any(reason.startswith("CannotPullContainerError") for reason in stopped)
    assert service["desiredCount"] == 2


def test_archived_image_is_described_and_cannot_be_pulled(account: Account):
    _, digest = deployed(account)
    ecr = account.client("ecr")
    where = {"repositoryName": "fraud", "imageId": {"imageDigest": digest}}
    moved = ecr.update_image_storage_class(**where, targetStorageClass="ARCHIVE")
    assert moved["imageStatus"] == "ARCHIVED"
    described = ecr.describe_images(repositoryName="fraud")["imageDetails"][0]
    assert (described["imageStatus"], described["imageDigest"]) == ("ARCHIVED", digest)
    assert "lastArchivedAt" in described
    asked = ecr.batch_get_image(repositoryName="fraud", imageIds=[{"imageDigest": digest}])
    codes = [failure["failureCode"] for failure in asked["failures"]]
    assert (asked["images"], codes) == ([], ["ImageInaccessible"])
    replace_one_task(account)
    stopped = [task["stoppedReason"] for task in account.tasks("STOPPED")]
    assert any(reason.startswith("CannotPullContainerError") for reason in stopped)
    back = ecr.update_image_storage_class(**where, targetStorageClass="STANDARD")
    assert back["imageStatus"] == "ACTIVE"
    account.advance(600)
    assert account.service()["runningCount"] == 2


def test_layer_is_refused_by_what_became_of_it(account: Account):
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="fraud")
    layer = "sha256:" + "a" * 64
    digest = push(account, layer)

    def code(layer: str) -> str:
        with pytest.raises(ClientError) as error:
            ecr.get_download_url_for_layer(repositoryName="fraud", layerDigest=layer)
        return error.value.response["Error"]["Code"]

    assert code(layer) == "LayersNotFoundException"
    ecr.update_image_storage_class(
        repositoryName="fraud", imageId={"imageDigest": digest}, targetStorageClass="ARCHIVE"
    )
    assert code(layer) == "LayerInaccessibleException"
    assert code("sha256:" + "b" * 64) == "LayersNotFoundException"
    assert ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []


def test_reference_by_digest_keeps_the_registry_and_its_port():
    assert pinned("host:5000/team/model:8", "sha256:1") == "host:5000/team/model@sha256:1"
    assert pinned("model@sha256:2", "sha256:1") == "model@sha256:1"


def test_digest_is_that_of_the_manifest(account):
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="fraud")
    kind = "application/vnd.oci.image.manifest.v1+json"
    # Without layers; fifty would hardly all differ if chance made the digests of a hundred.
    for number in range(50):
        manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "annotations": {"n": number}})
        pushed = ecr.put_image(repositoryName="fraud", imageManifest=manifest, imageTag=str(number))
        digest = hashlib.sha256(manifest.encode()).hexdigest()
        assert pushed["image"]["imageId"]["imageDigest"] == f"sha256:{digest}"


def test_another_accounts_repository_is_nobodys_to_ask_for(account: Account):
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="fraud")
    push(account, "layer")
    for name in ["fraud", "gone"]:
        with pytest.raises(ClientError) as refused:
            ecr.describe_images(registryId="999988887777", repositoryName=name)
        error = refused.value.response["Error"]
        assert error["Code"] == "AccessDeniedException"
        assert f":999988887777:repository/{name} because" in error["Message"]
