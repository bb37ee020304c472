"""What IAM's policies say of an action: wildcards, conditions, an explicit denial first."""

import functools
import json
import re

ALLOWED, DENIED, NOT_ALLOWED = "allowed", "explicitDeny", "implicitDeny"


def statements_of(document: str | dict) -> list[dict]:
    """Returns the statements of a policy's document."""
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"]
    return statements if isinstance(statements, list) else [statements]


def decision(
    statements: list[dict], action: str, resource: str, context: dict[str, str] | None = None
) -> str:
    """Returns what AWS calls the outcome. A key that the context lacks meets no condition."""
    met = [
        statement["Effect"]
        for statement in statements
        if names(statement.get("Action"), action, any_case=True)
        and names(statement.get("Resource"), resource)
        and _conditions_hold(statement.get("Condition") or {}, context or {})
    ]
    if "Deny" in met:
        return DENIED
    return ALLOWED if "Allow" in met else NOT_ALLOWED


def names(patterns: str | list | None, name: str, any_case: bool = False) -> bool:
    """Tells whether one of the patterns, with `*` and `?`, stands for a name."""
    return any(_expression(pattern, any_case).fullmatch(name) for pattern in _list(patterns))


def _conditions_hold(conditions: dict, context: dict[str, str]) -> bool:
    return all(
        key in context and OPERATORS.get(operator, _never)(_list(values), context[key])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _never(values: list, value: str) -> bool:
    return False


OPERATORS = {
    "StringEquals": lambda values, value: value in values,
    "StringLike": names,
    "ArnEquals": names,
    "ArnLike": names,
}


def _list(value: str | list | None) -> list:
    return [value] if isinstance(value, str) else value or []


@functools.lru_cache(maxsize=1024)
def _expression(pattern: str, any_case: bool) -> re.Pattern:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.IGNORECASE if any_case else 0)
