"""Spares a new account what moto would make for each one: a tenth of a second and 10 MB."""

import copy
import os

from localstack.utils.patch import patch
from moto.iam.models import AWSManagedPolicy, IAMBackend

_policies: dict[str, list[AWSManagedPolicy]] = {}


def install() -> None:
    # Over a thousand public machine images, which no simulated task runs on.
    os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

    @patch(IAMBackend._init_aws_policies)
    def _init_aws_policies(original, self):
        partition = self.region_name
        if partition not in _policies:
            _policies[partition] = original(self)
        return [_for_account(policy, self.account_id) for policy in _policies[partition]]


def _for_account(policy: AWSManagedPolicy, account: str) -> AWSManagedPolicy:
    """Returns a policy with a count of attachments of its own; AWS's document is everybody's."""
    made = copy.copy(policy)
    made.account_id = account
    return made
