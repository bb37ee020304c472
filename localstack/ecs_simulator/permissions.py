"""What an account's caller may do, and AWS's words where it may not."""

from dataclasses import dataclass

from .errors import EcsError
from .needed_actions import Need
from .policy_language import ALLOWED, decision, is_known, names

# AWS answers it to everybody, whatever policies say.
ALWAYS = "sts:GetCallerIdentity"
# Services that said it before there was a common way, and those of the query protocol.
UNAUTHORIZED = "UnauthorizedOperation"


@dataclass(frozen=True)
class Permissions:
    """A list of what is allowed, None for everything, and of what the organisation denies."""

    allow: list | None = None
    deny: tuple[str, ...] = ()

    def __post_init__(self):
        for one in self.allow or []:
            _check(one)
        for one in self.deny:
            if not isinstance(one, str) or ":" not in one:
                raise ValueError("deny is a list of actions")

    def shown(self) -> dict:
        return {"allow": self.allow, "deny": list(self.deny)}

    def denial(self, caller: str, needs: list[Need], protocols: tuple[str, ...]) -> str | None:
        """Returns AWS's words for the first need that is not allowed."""
        for need in needs:
            if need.action == ALWAYS:
                continue
            if names(list(self.deny), need.action, any_case=True):
                why = "with an explicit deny in a service control policy"
                return _words(caller, need, why, protocols)
            if self.allow is None:
                continue
            outcome = decision(self._statements, need.action, need.resource, need.context)
            if outcome != ALLOWED:
                why = f"because no identity-based policy allows the {need.action} action"
                return _words(caller, need, why, protocols)
        return None

    @property
    def _statements(self) -> list[dict]:
        return [
            {"Effect": "Allow", "Action": one, "Resource": "*"} if isinstance(one, str) else one
            for one in self.allow or []
        ]


def _check(one: object) -> None:
    if isinstance(one, str):
        if ":" not in one and one != "*":
            raise ValueError(f"{one!r} is no action")
        return
    if not isinstance(one, dict) or not {"Effect", "Action", "Resource"} <= one.keys():
        raise ValueError("allow is a list of actions, or of a policy's statements")
    if unknown := one.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
        raise ValueError(f"{', '.join(sorted(unknown))} in a statement is not simulated")
    if unknown := [each for each in one.get("Condition") or {} if not is_known(each)]:
        raise ValueError(f"the condition {', '.join(sorted(unknown))} is not simulated")


def _words(caller: str, need: Need, why: str, protocols: tuple[str, ...]) -> str:
    resource = need.resource
    if need.action.startswith("iam:Get"):
        resource = "role " + resource.rpartition("/")[2]
    elif need.action.startswith("s3:"):
        resource = f'"{resource}"'
    # These leave out what can't be narrowed.
    is_silent = resource == "*" and is_older(protocols)
    on = "" if is_silent else f" on resource: {resource}"
    return f"User: {caller} is not authorized to perform: {need.action}{on} {why}"


def is_older(protocols: tuple[str, ...]) -> bool:
    """Tells whether a service began with XML."""
    return not {"query", "ec2", "rest-xml"}.isdisjoint(protocols)


def refusal(service: str, words: str, protocols: tuple[str, ...]) -> EcsError:
    """Returns the error that a service has for it."""
    if service == "ec2":
        words = f"You are not authorized to perform this operation. {words}"
        return EcsError(UNAUTHORIZED, words, 403)
    if is_older(protocols):
        return EcsError("AccessDenied", words, 403)
    return EcsError("AccessDeniedException", words, 400)
