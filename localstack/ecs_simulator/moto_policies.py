"""What IAM's SimulatePrincipalPolicy says of a role: by its own policies, inline and attached.

LocalStack compares texts letter by letter, takes the trust policy for one of them, and calls
everything else an explicit denial.
"""

import json
import re

from localstack.services.iam.resources.policy_simulator import BasicIAMPolicySimulator
from localstack.utils.patch import patch


def install() -> None:
    @patch(BasicIAMPolicySimulator.simulate_principal_policy)
    def simulate(original, self, context, request):
        backend = self.get_iam_backend(context)
        documents = self.get_policies_from_principal(backend, request["PolicySourceArn"])
        statements = [statement for each in documents for statement in _statements(each)]
        resources = request.get("ResourceArns") or ["*"]
        results = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": decision(statements, action, resource),
            }
            for action in request["ActionNames"]
            for resource in resources
        ]
        return {"IsTruncated": False, "EvaluationResults": results}


def decision(statements: list[dict], action: str, resource: str) -> str:
    """Returns what AWS calls the outcome. Conditions count as not met."""
    met = [
        statement["Effect"]
        for statement in statements
        if not statement.get("Condition")
        and _names(statement.get("Action"), action, any_case=True)
        and _names(statement.get("Resource"), resource)
    ]
    if "Deny" in met:
        return "explicitDeny"
    return "allowed" if "Allow" in met else "implicitDeny"


def _statements(document: str | dict) -> list[dict]:
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    # A trust policy names who takes the role on, and says nothing of what the role may do.
    return [statement for statement in statements if "Principal" not in statement]


def _names(patterns: str | list | None, name: str, any_case: bool = False) -> bool:
    patterns = [patterns] if isinstance(patterns, str) else patterns or []
    flags = re.IGNORECASE if any_case else 0
    return any(re.fullmatch(_expression(pattern), name, flags) for pattern in patterns)


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
