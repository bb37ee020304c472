"""Seeds a LocalStack without our controls; prints the exports as JSON."""

import functools
import json
import sys

import boto_client
from botocore import xform_name
from botocore.exceptions import ClientError

from ecs_simulator.seeding import Seed
from ecs_simulator.seeding_call import Refused


def main(endpoint: str, account: str, region: str) -> None:
    @functools.cache
    def client(service: str):
        return boto_client.client(service, endpoint, account, region)

    def call(service: str, operation: str, **parameters) -> dict:
        try:
            return getattr(client(service), xform_name(operation))(**parameters)
        except ClientError as error:
            refusal = error.response["Error"]
            raise Refused(refusal["Code"], refusal["Message"]) from error

    print(json.dumps(Seed(call, account, region).run()))


main(*sys.argv[1:])
