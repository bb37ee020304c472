"""What IAM's policies say of an action: wildcards, conditions, an explicit denial first."""

import functools
import json
import re

# What a condition's keys stand for: a text, or several.
Context = dict[str, str | list[str]]
FOR_ALL = "ForAllValues"
ALLOWED, DENIED, NOT_ALLOWED = "allowed", "explicitDeny", "implicitDeny"


def statements_of(document: str | dict) -> list[dict]:
    """Returns the statements of a policy's document."""
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"]
    return statements if isinstance(statements, list) else [statements]


def decision(
    statements: list[dict], action: str, resource: str, context: Context | None = None
) -> str:
    """Returns what AWS calls the outcome. A key that the context lacks meets no condition."""
    met = [
        statement["Effect"]
        for statement in _about(statements, action, resource)
        if _conditions_hold(statement.get("Condition") or {}, context or {})
    ]
    if "Deny" in met:
        return DENIED
    return ALLOWED if "Allow" in met else NOT_ALLOWED


def missing_keys(
    statements: list[dict], action: str, resource: str, context: Context | None = None
) -> list[str]:
    """Returns the keys that conditions of an action go by, and that the context lacks."""
    keys = {
        key
        for statement in _about(statements, action, resource)
        for condition in (statement.get("Condition") or {}).values()
        for key in condition
    }
    return sorted(keys - set(context or {}))


def _about(statements: list[dict], action: str, resource: str) -> list[dict]:
    return [
        statement
        for statement in statements
        if names(statement.get("Action"), action, any_case=True)
        and names(statement.get("Resource"), resource)
    ]


def names(patterns: str | list | None, name: str, any_case: bool = False) -> bool:
    """Tells whether one of the patterns, with `*` and `?`, stands for a name."""
    return any(_expression(pattern, any_case).fullmatch(name) for pattern in _list(patterns))


def _conditions_hold(conditions: dict, context: Context) -> bool:
    return all(
        _holds(operator, _list(values), context.get(key))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _holds(operator: str, values: list, given: str | list[str] | None) -> bool:
    for_all, _, single = operator.rpartition(":")
    if single in NEGATED and not for_all:
        # A key that is missing is none of these values.
        return given is None or not _holds(NEGATED[single], values, given)
    compare = OPERATORS.get(single)
    if compare is None or for_all not in ("", FOR_ALL):
        return False
    if for_all:
        # Of none at all it holds, too.
        return all(compare(values, one) for one in _list(given))
    return isinstance(given, str) and compare(values, given)


def is_known(operator: str) -> bool:
    """Tells whether a condition by the operator is evaluated."""
    return operator in NEGATED or operator.removeprefix(f"{FOR_ALL}:") in OPERATORS


OPERATORS = {
    "StringEquals": lambda values, value: value in values,
    "StringLike": names,
    "ArnEquals": names,
    "ArnLike": names,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _list(value: str | list | None) -> list:
    return [value] if isinstance(value, str) else value or []


@functools.lru_cache(maxsize=1024)
def _expression(pattern: str, any_case: bool) -> re.Pattern:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.IGNORECASE if any_case else 0)
