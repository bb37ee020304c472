"""What ELBv2 refuses in listener rules and moto lets pass or breaks on."""

import re
from collections.abc import Collection

from ..errors import EcsError

MAXIMUM_VALUES = 5
MAXIMUM_RULES = 100
PRIORITIES = range(1, 50_001)
# A token of RFC 7230.
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}")


def check_conditions(conditions: list[dict]) -> None:
    if sum(_number_of_values(condition) for condition in conditions) > MAXIMUM_VALUES:
        raise _invalid(f"A rule can only have '{MAXIMUM_VALUES}' condition values and regex values")
    for condition in conditions:
        if "Field" not in condition:
            raise _invalid("A condition field must be specified")
        if "HttpHeaderConfig" in condition:
            _check_header(condition["HttpHeaderConfig"])


def check_priority(priority: int, taken: Collection[object]) -> None:
    if priority not in PRIORITIES:
        raise _invalid(
            f"Priority '{priority}' must be between {PRIORITIES[0]} and {PRIORITIES[-1]}"
        )
    if priority in taken:
        raise EcsError("PriorityInUse", f"Priority '{priority}' is currently in use")


def check_number(others: int) -> None:
    """Refuses one more rule, default rules apart, than a load balancer may have."""
    if others >= MAXIMUM_RULES:
        raise EcsError(
            "TooManyRules", "You've reached the limit on the number of rules per load balancer"
        )


def default_rule(arn: str, what: str) -> EcsError:
    return EcsError("OperationNotPermitted", f"Default rule '{arn}' cannot be {what}")


def rule_not_found() -> EcsError:
    return EcsError("RuleNotFound", "One or more rules not found")


def _number_of_values(condition: dict) -> int:
    settings = [value for name, value in condition.items() if name.endswith("Config")]
    return sum(
        len(values)
        for holder in (condition, *settings)
        for name, values in holder.items()
        if name in ("Values", "RegexValues")
    )


def _check_header(header: dict) -> None:
    name = header.get("HttpHeaderName", "")
    if not HEADER_NAME.fullmatch(name):
        raise _invalid(f"The HTTP header name '{name}' is not valid")
    if name.lower() == "host":
        raise _invalid("Use a host-header condition for the header 'Host'")
    if not header.get("Values") and not header.get("RegexValues"):
        raise _invalid("A condition value must be specified")
    if any(not value for value in header.get("Values", [])):
        raise _invalid("A condition value can't be empty")


def _invalid(message: str) -> EcsError:
    return EcsError("ValidationError", message)
