"""The request rates of ECS: token buckets that refill on the virtual clock."""

from dataclasses import dataclass

from .clock import Clock

# (operations that share a bucket, burst, refill per second), as the developer guide's page on
# request throttling lists them. What no row names is not limited.
RATES: list[tuple[tuple[str, ...], float, float]] = [
    (("RegisterTaskDefinition", "DeregisterTaskDefinition"), 20, 1),
    (("DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"), 50, 20),
    (("DeleteTaskDefinitions",), 5, 1),
    (("CreateService", "UpdateService", "DeleteService"), 50, 5),
    (("DescribeServices", "ListServices"), 100, 20),
    (("DescribeServiceDeployments", "ListServiceDeployments"), 50, 20),
    (("DescribeServiceRevisions",), 50, 20),
    (
        (
            "ListTasks",
            "DescribeTasks",
            "ListContainerInstances",
            "DescribeContainerInstances",
            "ListAttributes",
        ),
        100,
        20,
    ),
    (("RunTask", "StartTask", "StopTask", "ExecuteCommand"), 100, 40),
    (("TagResource", "UntagResource"), 20, 10),
    (("ListTagsForResource",), 50, 20),
    (("CreateCluster", "UpdateCluster", "DeleteCluster"), 20, 1),
    (("DescribeClusters", "ListClusters"), 50, 20),
    (("DescribeCapacityProviders",), 50, 20),
]
DEPLOYMENTS, REVISIONS = "DescribeServiceDeployments", "DescribeServiceRevisions"
_ROW = {operation: row for row, rate in enumerate(RATES) for operation in rate[0]}


@dataclass
class Bucket:
    tokens: float
    filled_at: float


class TokenBuckets:
    """The buckets of one account, filled when first used."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._buckets: dict[tuple[str, int], Bucket] = {}

    def admits(self, region: str, operation: str, shared: bool = False) -> bool:
        """Takes a token for the call; False when there is none.

        Shared: deployments and revisions count together, as one page of the guide has it.
        """
        if shared and operation == REVISIONS:
            operation = DEPLOYMENTS
        if operation not in _ROW:
            return True
        row = _ROW[operation]
        _, burst, refill = RATES[row]
        now = self._clock.now()
        bucket = self._buckets.setdefault((region, row), Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * refill)
        bucket.filled_at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True
