"""What moto is spared from making for each account is still there, and each account's own."""

from tests.account import Account

POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def test_managed_policies_count_the_attachments_of_their_account(account: Account, endpoint: str):
    iam = account.client("iam")
    iam.create_role(RoleName="ml", AssumeRolePolicyDocument='{"Version": "2012-10-17"}')
    iam.attach_role_policy(RoleName="ml", PolicyArn=POLICY)
    other = Account(endpoint, "999999999999").client("iam")
    counts = [one.get_policy(PolicyArn=POLICY)["Policy"]["AttachmentCount"] for one in (iam, other)]
    assert counts == [1, 0]
