"""ECR: moto's, with images that can be archived and layers that can be asked for."""

import json
import time

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.ecr.exceptions import ImageNotFoundException
from moto.ecr.models import Image, Repository, ecr_backends

from .errors import EcsError
from .moto_registry import archived_at, is_archived
from .provider import service_exception

# What the API calls the two classes, and the states they bring.
STATES = {"STANDARD": "ACTIVE", "ARCHIVE": "ARCHIVED"}


class EcrProvider:
    service = "ecr"

    @handler("UpdateImageStorageClass", expand=False)
    def update_image_storage_class(self, context: RequestContext, request: dict) -> dict:
        repository = _repository(context, request)
        wanted = request["imageId"]
        try:
            image = repository._get_image(wanted.get("imageTag"), wanted.get("imageDigest"))
        except ImageNotFoundException as error:
            words = f"The image requested does not exist within {repository.name}"
            raise service_exception(EcsError("ImageNotFoundException", words)) from error
        storage = request["targetStorageClass"]
        # AWS takes up to 20 minutes to bring one back; here it is there at once.
        image.archived_at = time.time() if storage == "ARCHIVE" else None
        return {
            "registryId": repository.registry_id,
            "repositoryName": repository.name,
            "imageId": {"imageDigest": image.get_image_digest()},
            "imageStatus": STATES[storage],
        }

    @handler("DescribeImages", expand=False)
    def describe_images(self, context: RequestContext, request: dict) -> dict:
        _refuse_strangers(context, request, "DescribeImages")
        answer = call_moto(context)
        by_digest = _images(context, request)
        for detail in answer["imageDetails"]:
            since = archived_at(by_digest.get(detail["imageDigest"]))
            detail["imageStatus"] = "ACTIVE" if since is None else "ARCHIVED"
            if since is not None:
                detail["lastArchivedAt"] = since
        return answer

    @handler("BatchGetImage", expand=False)
    def batch_get_image(self, context: RequestContext, request: dict) -> dict:
        _refuse_strangers(context, request, "BatchGetImage")
        answer = call_moto(context)
        by_digest = _images(context, request)
        shown = []
        for image in answer.get("images") or []:
            if is_archived(by_digest.get(image["imageId"].get("imageDigest"))):
                failure = {"imageId": image["imageId"], "failureCode": "ImageInaccessible"}
                failure["failureReason"] = "Requested image is archived"
                answer.setdefault("failures", []).append(failure)
            else:
                shown.append(image)
        return answer | {"images": shown}

    @handler("GetDownloadUrlForLayer", expand=False)
    def get_download_url_for_layer(self, context: RequestContext, request: dict) -> dict:
        _refuse_strangers(context, request, "GetDownloadUrlForLayer")
        digest = request["layerDigest"]
        owners = [
            image
            for image in _images(context, request).values()
            if digest in json.dumps(json.loads(image.image_manifest))
        ]
        if owners and all(is_archived(image) for image in owners):
            words = f"The layer with digest '{digest}' is only in images that are archived"
            raise service_exception(EcsError("LayerInaccessibleException", words))
        name = request["repositoryName"]
        words = f"The layer with digest '{digest}' does not exist within the repository '{name}'"
        raise service_exception(EcsError("LayersNotFoundException", words))

    @handler("DescribePullThroughCacheRules", expand=False)
    def describe_pull_through_cache_rules(self, context: RequestContext, request: dict) -> dict:
        return {"pullThroughCacheRules": []}


def _refuse_strangers(context: RequestContext, request: dict, operation: str) -> None:
    """Says of another account's repository what AWS says, whether it is there or not."""
    owner = request.get("registryId") or context.account_id
    if owner == context.account_id:
        return
    repository = f"arn:aws:ecr:{context.region}:{owner}:repository/{request['repositoryName']}"
    words = (
        f"User: arn:aws:iam::{context.account_id}:root is not authorized to perform: "
        f"ecr:{operation} on resource: {repository} because no resource-based policy allows the "
        f"ecr:{operation} action"
    )
    raise service_exception(EcsError("AccessDeniedException", words))


def _images(context: RequestContext, request: dict) -> dict[str, Image]:
    return {image.get_image_digest(): image for image in _repository(context, request).images}


def _repository(context: RequestContext, request: dict) -> Repository:
    owner = request.get("registryId") or context.account_id
    found = ecr_backends[owner][context.region].repositories.get(request["repositoryName"])
    if found is None:
        words = (
            f"The repository with name '{request['repositoryName']}' does not exist in the "
            f"registry with id '{owner}'"
        )
        raise service_exception(EcsError("RepositoryNotFoundException", words))
    return found
