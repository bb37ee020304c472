"""Seeds a LocalStack without our controls; prints the exports as JSON."""

import functools
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from ecs_simulator.seeding import Seed
from ecs_simulator.seeding_call import Refused


def main(endpoint: str, account: str, region: str) -> None:
    @functools.cache
    def client(service: str):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            # LocalStack takes a 12-digit access key as the account.
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 8, "mode": "standard"}),
        )

    def call(service: str, operation: str, **parameters) -> dict:
        try:
            return getattr(client(service), xform_name(operation))(**parameters)
        except ClientError as error:
            refusal = error.response["Error"]
            raise Refused(refusal["Code"], refusal["Message"]) from error

    print(json.dumps(Seed(call, account, region).run()))


main(*sys.argv[1:])
