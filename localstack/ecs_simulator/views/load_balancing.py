"""How ELBv2 shows things: with defaults, and both spellings of what can be said in two ways."""

# The fields of which the values can be given without a config, and the config's name.
CONFIGS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}


def complete(answer: dict) -> dict:
    """Fills in what moto leaves as it was asked for."""
    for rule in answer.get("Rules") or []:
        rule["Actions"] = [_action(action) for action in rule.get("Actions") or []]
        rule["Conditions"] = [_condition(one) for one in rule.get("Conditions") or []]
    for listener in answer.get("Listeners") or []:
        actions = listener.get("DefaultActions") or []
        listener["DefaultActions"] = [_action(action) for action in actions]
    for balancer in answer.get("LoadBalancers") or []:
        balancer.setdefault("Scheme", "internet-facing")
    return answer


def _action(action: dict) -> dict:
    if action["Type"] != "forward":
        return action
    forward = action.get("ForwardConfig") or {}
    groups = forward.get("TargetGroups") or [{"TargetGroupArn": action["TargetGroupArn"]}]
    shown = action | {
        "ForwardConfig": {
            "TargetGroups": [{"Weight": 1} | group for group in groups],
            "TargetGroupStickinessConfig": forward.get("TargetGroupStickinessConfig")
            or {"Enabled": False},
        }
    }
    if len(groups) == 1:
        shown["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    return shown


def _condition(condition: dict) -> dict:
    config = CONFIGS.get(condition.get("Field", ""))
    if config is None:
        return condition
    values = condition.get("Values") or condition.get(config, {}).get("Values") or []
    return condition | {"Values": values, config: {"Values": values} | condition.get(config, {})}
