"""How ECS behaves where the documentation gives a range, two readings, or nothing.

Durations are in virtual seconds. Each value can be changed for an account while it runs.
"""

from .checked import check_number

DEFAULTS: dict[str, float | bool | str] = {
    # Task life cycle on Fargate.
    "provisioning": 8,
    "pulling": 15,
    "activating": 4,
    "init_container": 5,
    "deactivating": 2,
    "stopping": 3,
    "deprovisioning": 5,
    "stopped_task_retention": 3600,
    # From the call to the first task of a deployment.
    "deployment_start": 5,
    # How long a stage of BLUE_GREEN, LINEAR or CANARY takes in which nothing is waited for.
    "stage": 5,
    # Between two looks at the alarms of a running deployment.
    "alarm_check": 15,
    # How long CloudWatch takes until an alarm sees the points of a period that is over.
    "alarm_delay": 120,
    # The requests that each rule of a load balancer forwards in a minute; 0: none, and no metrics.
    "requests_a_minute": 0,
    # Between two lines that a healthy container writes to its awslogs stream; 0: it is silent.
    "log_every": 0,
    # A task that nobody checks counts as healthy this long after RUNNING.
    "settle": 40,
    # The wait after the n-th failed start in a row is first x 2^(n-1), up to the maximum.
    "backoff_first": 10,
    "backoff_maximum": 1620,
    # How long a new deployment is missing from ListServiceDeployments.
    "list_lag": 0,
    # Whether tasks that are on their way out count towards maximumPercent.
    "maximum_counts_stopping": False,
    # How many tasks of a deployment must reach RUNNING before the breaker watches only health.
    "stage_one_ends_after": 1,
    # Whether a task that can't be placed counts as a failure of the deployment.
    "breaker_counts_placement": True,
    # What the rolled-back deployment reads in DescribeServices while it drains.
    "failed_rollout_state": "FAILED",
    # Whether healthy tasks of the old deployment survive a rollback to it.
    "rollback_keeps_tasks": True,
    # What a failed first release does: "rollback_failed" or "stall".
    "no_rollback_candidate": "rollback_failed",
    # Whether an UpdateService without propagateTags turns it back to NONE.
    "update_resets_propagate_tags": False,
    # How many empty pages come before the parameters in DescribeParameters.
    "empty_parameter_pages": 0,
    # How long after its deregistration a task definition can still be deployed.
    "inactive_refused_after": 0,
    # How service events are spelled: "traces" or "guide".
    "event_words": "traces",
    # Whether Fargate takes tmpfs mounts.
    "fargate_tmpfs": True,
    # Whether EC2 has endless capacity; without, a cluster has no container instance at all.
    "ec2_capacity": True,
    # Whether DescribeServices and DescribeTaskDefinition answer the lists whose order says nothing
    # in another order than they were sent.
    "turns_lists_round": False,
    # Whether calls beyond the documented rates are refused.
    "throttling": True,
    # Whether service deployments and service revisions share one rate.
    "deployments_share_rate": False,
    # Where the tasks of a new service go: to the group that isn't serving, "alternate" where the
    # production rule forwards to the primary, or always to the "primary".
    "first_lands_in": "alternate",
    # What the weights that CANARY and LINEAR write add up to while traffic is split.
    "weight_scale": 1000,
    # What they write for all traffic: "exact", which is 100, or "999".
    "final_weights": "exact",
    # What LINEAR makes of the rest below a whole step: an "own_step", or part "in_last_step".
    "linear_remainder": "own_step",
    # Whether a canary of 100 % has "two_steps" as every other, or "one_step".
    "canary_of_100": "two_steps",
    # Whether a PAUSE hook may be at RECONCILE_SERVICE: "allowed" or "refused".
    "pause_at_reconcile": "allowed",
    # Whether lifecycleHookDetails keeps hooks that are over: "listed", or they are "gone".
    "finished_hooks": "listed",
    # How a ContinueServiceDeployment with ROLLBACK begins: by ROLLBACK_REQUESTED, "requested", or
    # "direct".
    "continue_rollback": "requested",
    # What lifecycleStage reads during a rollback: it is "kept", or the latest stage that moved
    # traffic is entered again, "traffic_shift".
    "rollback_stage": "kept",
    # How the refusal ends that asks for advancedConfiguration: with the name of the "strategy", or
    # as the guide's "page" has it.
    "refusal_tail": "strategy",
    # Whether alarms end a LINEAR deployment.
    "alarms_on_linear": True,
    # Whether ROLLING changes to another strategy only after a rolling deployment with the
    # advancedConfiguration.
    "switch_needs_rolling": False,
    # What a service's loadBalancers show after the groups took turns: the pair "as_sent", or
    # "swapped".
    "service_load_balancers": "as_sent",
    # What becomes of the traffic of a deployment that another takes the place of: RECONCILE_SERVICE
    # "consolidates" it, or the rule is left as it is, "leaves_split".
    "supersede": "consolidates",
    # Whether members and values that the API model doesn't know are refused instead of ignored.
    "reject_unknown_members": True,
}

CHOICES = {
    "canary_of_100": ("two_steps", "one_step"),
    "continue_rollback": ("requested", "direct"),
    "event_words": ("traces", "guide"),
    "failed_rollout_state": ("FAILED", "IN_PROGRESS"),
    "finished_hooks": ("listed", "gone"),
    "final_weights": ("exact", "999"),
    "first_lands_in": ("alternate", "primary"),
    "linear_remainder": ("own_step", "in_last_step"),
    "no_rollback_candidate": ("rollback_failed", "stall"),
    "pause_at_reconcile": ("allowed", "refused"),
    "refusal_tail": ("strategy", "page"),
    "rollback_stage": ("kept", "traffic_shift"),
    "service_load_balancers": ("as_sent", "swapped"),
    "supersede": ("consolidates", "leaves_split"),
    "weight_scale": (100, 1000),
}


class Profile:
    """The values in force for one account, as attributes of the names above."""

    def __init__(self, values: dict | None = None):
        self.values = dict(values or DEFAULTS)

    def __getattr__(self, name: str):
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def update(self, changes: dict) -> None:
        """Applies changes, all of them or, on a ValueError, none."""
        for name, value in changes.items():
            _check(name, value)
        self.values.update(changes)

    def copy(self) -> "Profile":
        return Profile(self.values)


def _check(name: str, value: object) -> None:
    if name not in DEFAULTS:
        raise ValueError(f"unknown profile value {name!r}; known: {', '.join(DEFAULTS)}")
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(map(str, CHOICES[name]))}")
    elif isinstance(DEFAULTS[name], bool):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
    else:
        check_number(name, value)
