"""Listener rules: what ELBv2 refuses, how it answers, tags, targets that join or leave a rule."""

from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from tests.account import Account


@dataclass
class Listener:
    """A load balancer's listener whose default rule answers by itself."""

    account: Account
    balancer: str
    arn: str

    @property
    def elb(self):
        return self.account.client("elbv2")

    def group(self, name: str = "control") -> str:
        return self.account.target_group(name, attached=False)

    def rule(self, actions: list[dict], priority: int = 10, **more) -> dict:
        settings = {"Conditions": [header("X-Model", "fraud")]} | more
        made = self.elb.create_rule(
            ListenerArn=self.arn, Priority=priority, Actions=actions, **settings
        )
        return made["Rules"][0]

    def described(self, rule: dict) -> dict:
        return self.elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"][0]


def new_listener(account: Account, name: str = "ml") -> Listener:
    elb = account.client("elbv2")
    balancer = elb.create_load_balancer(Name=name, Subnets=account.subnets[:2])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    made = elb.create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[answer]
    )
    return Listener(account, arn, made["Listeners"][0]["ListenerArn"])


@pytest.fixture
def listener(account: Account) -> Listener:
    return new_listener(account)


def header(name: str, *values: str) -> dict:
    return {
        "Field": "http-header",
        "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)},
    }


def forward(weights: dict[str, int | None], sticky_for: int | None = None) -> list[dict]:
    groups = [
        {"TargetGroupArn": arn} | ({} if weight is None else {"Weight": weight})
        for arn, weight in weights.items()
    ]
    config: dict = {"TargetGroups": groups}
    if sticky_for:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": sticky_for}
    return [{"Type": "forward", "ForwardConfig": config}]


def refuses(call, code: str, words: str = "", **request) -> None:
    with pytest.raises(ClientError) as refusal:
        call(**request)
    assert refusal.value.response["Error"]["Code"] == code
    assert words in refusal.value.response["Error"]["Message"]


# How rules are shown.


@pytest.mark.parametrize("spelling", ["group", "config"])
def test_single_group_is_shown_in_both_ways(listener: Listener, spelling: str):
    group = listener.group()
    asked = {
        "group": [{"Type": "forward", "TargetGroupArn": group}],
        "config": forward({group: None}),
    }[spelling]
    made = listener.rule(asked)
    expected = {
        "Type": "forward",
        "TargetGroupArn": group,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": False},
        },
    }
    assert made["Actions"] == [expected]
    assert listener.described(made)["Actions"] == [expected]


def test_several_groups_are_shown_with_their_weights_and_stickiness(listener: Listener):
    control, challenger = listener.group("control"), listener.group("challenger")
    made = listener.rule(forward({control: 999, challenger: 0}, sticky_for=604_800))
    action = listener.described(made)["Actions"][0]
    assert "TargetGroupArn" not in action
    assert action["ForwardConfig"] == {
        "TargetGroups": [
            {"TargetGroupArn": control, "Weight": 999},
            {"TargetGroupArn": challenger, "Weight": 0},
        ],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 604_800},
    }


def test_default_rule_is_shown_like_its_listener(listener: Listener):
    group = listener.group()
    changed = listener.elb.modify_listener(
        ListenerArn=listener.arn, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
    )["Listeners"][0]
    rule = listener.elb.describe_rules(ListenerArn=listener.arn)["Rules"][-1]
    assert (rule["IsDefault"], rule["Priority"]) == (True, "default")
    assert rule["Actions"] == changed["DefaultActions"]
    assert rule["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"] == 1


def test_conditions_are_shown_in_both_ways_where_there_are_two(listener: Listener):
    host = {"Field": "host-header", "Values": ["ml.example.com"]}
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}}
    made = listener.rule(
        forward({listener.group(): 1}), Conditions=[host, path, header("X-Model", "fraud*")]
    )
    assert listener.described(made)["Conditions"] == [
        host | {"HostHeaderConfig": {"Values": ["ml.example.com"]}},
        path | {"Values": ["/a", "/b"]},
        header("X-Model", "fraud*"),
    ]


def test_change_of_actions_leaves_conditions_and_priority(listener: Listener):
    control, challenger = listener.group("control"), listener.group("challenger")
    made = listener.rule(forward({control: 1}))
    listener.elb.modify_rule(
        RuleArn=made["RuleArn"], Actions=forward({control: 1, challenger: 9}, sticky_for=60)
    )
    shown = listener.described(made)
    assert shown["Conditions"] == made["Conditions"]
    assert (shown["Priority"], shown["IsDefault"]) == ("10", False)
    assert len(shown["Actions"][0]["ForwardConfig"]["TargetGroups"]) == 2


def test_rules_of_a_listener_come_in_pages(listener: Listener):
    group = listener.group()
    made = {listener.rule(forward({group: 1}), number)["RuleArn"] for number in range(1, 8)}
    found, marker, pages = [], {}, 0
    while True:
        page = listener.elb.describe_rules(ListenerArn=listener.arn, PageSize=3, **marker)
        found += page["Rules"]
        pages += 1
        if not page.get("NextMarker"):
            break
        marker = {"Marker": page["NextMarker"]}
    assert pages == 3
    assert {rule["RuleArn"] for rule in found if not rule["IsDefault"]} == made
    assert len(found) == 8


# What is refused.


@pytest.mark.parametrize("weight", [-1, 1000])
def test_weight_is_at_most_999(listener: Listener, weight: int):
    refuses(listener.rule, "ValidationError", "999", actions=forward({listener.group(): weight}))


def test_priority_is_free_and_between_bounds(listener: Listener):
    actions = forward({listener.group(): 1})
    listener.rule(actions, 50_000)
    words = "Priority '50000' is currently in use"
    refuses(listener.rule, "PriorityInUse", words, actions=actions, priority=50_000)
    refuses(listener.rule, "ValidationError", "50001", actions=actions, priority=50_001)
    assert listener.rule(actions, 49_999)["Priority"] == "49999"


def test_missing_rule_is_not_found(listener: Listener):
    made = listener.rule(forward({listener.group(): 1}))
    elb, arn = listener.elb, made["RuleArn"]
    elb.delete_rule(RuleArn=arn)
    actions = forward({listener.group("other"): 1})
    for call, request in (
        (elb.describe_rules, {"RuleArns": [arn]}),
        (elb.modify_rule, {"RuleArn": arn, "Actions": actions}),
        (elb.delete_rule, {"RuleArn": arn}),
        (elb.add_tags, {"ResourceArns": [arn], "Tags": [{"Key": "a", "Value": "b"}]}),
        (elb.remove_tags, {"ResourceArns": [arn], "TagKeys": ["a"]}),
        (elb.describe_tags, {"ResourceArns": [arn]}),
    ):
        refuses(call, "RuleNotFound", "One or more rules not found", **request)


def test_default_rule_is_changed_with_its_listener_only(listener: Listener):
    rule = listener.elb.describe_rules(ListenerArn=listener.arn)["Rules"][0]["RuleArn"]
    words, code = f"Default rule '{rule}' cannot be ", "OperationNotPermitted"
    actions = forward({listener.group(): 1})
    refuses(listener.elb.modify_rule, code, words + "modified", RuleArn=rule, Actions=actions)
    refuses(listener.elb.delete_rule, code, words + "deleted", RuleArn=rule)


def test_missing_target_group_is_refused_wherever_it_is_named(listener: Listener):
    group = listener.group()
    rule, missing = listener.rule(forward({group: 1}))["RuleArn"], group + "0"
    code, words = "TargetGroupNotFound", f"Target group '{missing}' not found"
    actions = forward({group: 1, missing: 1})
    refuses(listener.rule, code, words, actions=actions, priority=11)
    refuses(listener.elb.modify_rule, code, words, RuleArn=rule, Actions=actions)
    single = [{"Type": "forward", "TargetGroupArn": missing}]
    change = listener.elb.modify_listener
    refuses(change, code, words, ListenerArn=listener.arn, DefaultActions=single)


def test_forward_needs_a_target_group_and_not_two_of_them(listener: Listener):
    one, other = listener.group("one"), listener.group("other")
    refuses(listener.rule, "ValidationError", "specified", actions=[{"Type": "forward"}])
    both = [forward({one: 1})[0] | {"TargetGroupArn": other}]
    refuses(listener.rule, "ValidationError", "same target group", actions=both)


def test_target_group_belongs_to_one_load_balancer(listener: Listener, account: Account):
    group, other = listener.group(), new_listener(account, "other")
    made = listener.rule(forward({group: 0}))
    code, words = "TargetGroupAssociationLimit", "cannot be associated with more than one load"
    refuses(other.rule, code, words, actions=forward({group: 1}))
    refuses(
        other.elb.modify_listener,
        code,
        words,
        ListenerArn=other.arn,
        DefaultActions=forward({group: 1}),
    )
    listener.rule(forward({group: 1}), 11)
    for rule in listener.elb.describe_rules(ListenerArn=listener.arn)["Rules"]:
        if not rule["IsDefault"]:
            listener.elb.delete_rule(RuleArn=rule["RuleArn"])
    assert other.rule(forward({group: 1}))["RuleArn"] != made["RuleArn"]


def test_group_knows_the_load_balancer_it_is_attached_to(listener: Listener):
    control, challenger = listener.group("control"), listener.group("challenger")

    def balancers(group: str) -> list[str]:
        answer = listener.elb.describe_target_groups(TargetGroupArns=[group])
        return answer["TargetGroups"][0]["LoadBalancerArns"]

    rule = listener.rule(forward({control: 1}))["RuleArn"]
    assert (balancers(control), balancers(challenger)) == ([listener.balancer], [])
    listener.elb.modify_rule(RuleArn=rule, Actions=forward({challenger: 0, control: 1}))
    assert balancers(challenger) == [listener.balancer]
    listener.elb.modify_rule(RuleArn=rule, Actions=forward({challenger: 1}))
    assert (balancers(control), balancers(challenger)) == ([], [listener.balancer])


def test_target_group_in_use_stays(listener: Listener):
    control, challenger = listener.group("control"), listener.group("challenger")
    rule = listener.rule(forward({control: 1, challenger: 0}, sticky_for=60))["RuleArn"]
    delete = listener.elb.delete_target_group
    words = f"arget group '{challenger}' is currently in use by a listener or a rule"
    refuses(delete, "ResourceInUse", words, TargetGroupArn=challenger)
    listener.elb.modify_rule(RuleArn=rule, Actions=forward({control: 1}))
    delete(TargetGroupArn=challenger)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ([header("X-Model", *"abcdef")], "A rule can only have '5' condition values"),
        (
            [
                header("X-Model", *"abc"),
                {"Field": "path-pattern", "Values": ["/*"]},
                {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.b", "c.d"]}},
            ],
            "A rule can only have '5' condition values",
        ),
        ([header("Host", "ml")], "host-header"),
        ([header("X Model", "ml")], "is not valid"),
        ([header("X-" + "m" * 39, "ml")], "is not valid"),
        ([header("X-Model", "m" * 129)], "too long"),
        ([header("X-Model")], "must be specified"),
        ([{"Field": "cookie"}], "must be one of"),
    ],
)
def test_conditions_have_limits(listener: Listener, conditions: list[dict], words: str):
    actions = forward({listener.group(): 1})
    refuses(listener.rule, "ValidationError", words, actions=actions, Conditions=conditions)


def test_load_balancer_has_at_most_a_hundred_rules(listener: Listener):
    actions = forward({listener.group(): 1})
    for number in range(1, 101):
        listener.rule(actions, number)
    refuses(listener.rule, "TooManyRules", actions=actions, priority=101)


# Tags.


def tags(listener: Listener, *arns: str) -> list[dict[str, str]]:
    answer = listener.elb.describe_tags(ResourceArns=list(arns))["TagDescriptions"]
    assert [one["ResourceArn"] for one in answer] == list(arns)
    return [{tag["Key"]: tag["Value"] for tag in one["Tags"]} for one in answer]


def test_tags_of_a_rule_are_added_replaced_and_removed(listener: Listener):
    group = listener.group()
    rule = listener.rule(forward({group: 1}), Tags=[{"Key": "owner", "Value": "risk"}])["RuleArn"]
    added = [{"Key": "mlship:experiment", "Value": "fraud-v9"}, {"Key": "owner", "Value": "ml"}]
    listener.elb.add_tags(ResourceArns=[rule, group], Tags=added)
    expected = {"mlship:experiment": "fraud-v9", "owner": "ml"}
    assert tags(listener, rule, group) == [expected, expected]
    listener.elb.remove_tags(ResourceArns=[rule, group], TagKeys=["owner", "unknown"])
    assert tags(listener, rule, group) == [{"mlship:experiment": "fraud-v9"}] * 2


def test_twenty_resources_are_described_at_once(listener: Listener):
    actions = forward({listener.group(): 1})
    rules = [listener.rule(actions, number)["RuleArn"] for number in range(1, 22)]
    assert tags(listener, *rules[:20]) == [{}] * 20
    describe = listener.elb.describe_tags
    refuses(describe, "ValidationError", "20", ResourceArns=rules)


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("k" * 128, "v" * 256, True),
        ("k" * 129, "", False),
        ("k", "v" * 257, False),
        ("mlship/a.b_c:d=e+f-g@h", "née 1 ½", True),
        ("k", '{"a"}', False),
        ("k", "a,b", False),
        ("k;", "", False),
        ("AWS:k", "", False),
    ],
)
def test_text_of_a_tag_is_limited(listener: Listener, key: str, value: str, accepted: bool):
    group = listener.group()
    request = {"ResourceArns": [group], "Tags": [{"Key": key, "Value": value}]}
    if accepted:
        listener.elb.add_tags(**request)
        assert tags(listener, group) == [{key: value}]
    else:
        refuses(listener.elb.add_tags, "ValidationError", **request)
        refuses(listener.rule, "ValidationError", actions=forward({group: 1}), Tags=request["Tags"])


def test_resource_has_at_most_fifty_tags(listener: Listener):
    group, other = listener.group(), listener.group("other")
    fifty = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    listener.elb.add_tags(ResourceArns=[group], Tags=fifty)
    one_more = {"ResourceArns": [other, group], "Tags": [{"Key": "key-50", "Value": ""}]}
    refuses(listener.elb.add_tags, "TooManyTags", **one_more)
    assert tags(listener, other) == [{}]
    listener.elb.add_tags(ResourceArns=[group], Tags=[{"Key": "key-49", "Value": "new"}])
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    refuses(listener.elb.add_tags, "DuplicateTagKeys", ResourceArns=[other], Tags=twice)


# Targets.


def test_targets_are_unused_outside_of_rules_and_checked_anew_when_they_join(listener: Listener):
    account = listener.account
    control, challenger = listener.group("control"), listener.group("challenger")
    rule = listener.rule(forward({control: 1, challenger: 0}, sticky_for=60))["RuleArn"]
    balancer = [{"targetGroupArn": challenger, "containerName": "model", "containerPort": 8080}]
    account.created(desiredCount=1, loadBalancers=balancer)

    def health() -> dict:
        answer = listener.elb.describe_target_health(TargetGroupArn=challenger)
        return answer["TargetHealthDescriptions"][0]["TargetHealth"]

    assert health() == {"State": "healthy"}
    listener.elb.modify_rule(RuleArn=rule, Actions=forward({control: 1}))
    assert (health()["State"], health()["Reason"]) == ("unused", "Target.NotInUse")
    account.advance(600)
    listener.elb.modify_rule(RuleArn=rule, Actions=forward({control: 1, challenger: 0}, 60))
    assert (health()["State"], health()["Reason"]) == ("initial", "Elb.RegistrationInProgress")
    account.advance(31)
    assert health() == {"State": "healthy"}
    assert account.service()["runningCount"] == 1


# Load balancers.


def test_load_balancer_is_made_once(listener: Listener):
    create, subnets = listener.elb.create_load_balancer, listener.account.subnets
    again = create(Name="ml", Subnets=subnets[1::-1])["LoadBalancers"][0]
    assert again["LoadBalancerArn"] == listener.balancer
    assert len(listener.elb.describe_load_balancers()["LoadBalancers"]) == 1
    assert (again["Scheme"], again["Type"]) == ("internet-facing", "application")
    words, code = "exists, but with different settings", "DuplicateLoadBalancerName"
    refuses(create, code, words, Name="ml", Subnets=subnets[:3])


def test_one_missing_load_balancer_or_listener_among_others_is_told(listener: Listener):
    balancers = [listener.balancer, listener.balancer + "0"]
    describe = listener.elb.describe_load_balancers
    refuses(describe, "LoadBalancerNotFound", LoadBalancerArns=balancers)
    listeners = [listener.arn, listener.arn + "0"]
    refuses(listener.elb.describe_listeners, "ListenerNotFound", ListenerArns=listeners)
