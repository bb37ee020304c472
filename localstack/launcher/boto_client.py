"""Clients for a LocalStack, with any 12 digits as the account."""

import boto3
from botocore.client import BaseClient
from botocore.config import Config


def client(service: str, endpoint: str, account: str, region: str) -> BaseClient:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        # LocalStack takes a 12-digit access key as the account.
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 8, "mode": "standard"}),
    )
